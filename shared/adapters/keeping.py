"""A channel to what is kept of it and back: never all of it at once, and nothing of it in an error."""

from collections.abc import Collection, Mapping
from typing import Any

from pydantic import TypeAdapter, ValidationError

from shared.domain.channel import Channel

_channel = TypeAdapter(Channel)


def some_of(made: Channel, fields: Collection[str]) -> dict[str, Any]:
    """Which channel it is, and these fields of it. Raises `AttributeError` for a name that is no field."""
    names = {"platform", "account", *fields}
    for name in names:
        getattr(made, name)
    found: dict[str, Any] = _channel.dump_python(made, mode="json", include=names)
    return found


def kept_channel(kept: str | Mapping[str, Any]) -> Channel:
    """A channel as it was kept. Raises `ValueError` that says no more: pydantic's would quote the session."""
    try:
        return _channel.validate_json(kept) if isinstance(kept, str) else _channel.validate_python(kept)
    except ValidationError:
        raise ValueError("a channel that cannot be read") from None
