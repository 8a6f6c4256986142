"""A blind merge as Firestore reads it: `google.firestore.v1.CommitRequest`, from its fields' numbers."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from shared.adapters import protobuf
from shared.adapters.firestore.packing import Document, Write

_PLAIN_NAME = re.compile(r"[A-Za-z_][A-Za-z_0-9]*")
_SECOND = timedelta(seconds=1)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def commit(database: str, writes: Iterable[Write]) -> bytes:
    """One request for all writes. `database` is its full name. A merge leaves every field that it does not name."""
    return protobuf.text(1, database) + b"".join(protobuf.data(2, _write(database, write)) for write in writes)


def _write(database: str, write: Write) -> bytes:
    name = f"{database}/documents/{write.collection}/{write.id}"
    named = b"".join(protobuf.text(1, path) for path in _paths(write.document))
    return protobuf.data(1, protobuf.text(1, name) + _fields(2, write.document)) + protobuf.data(3, named)


def _fields(number: int, document: Document) -> bytes:
    pairs = (protobuf.text(1, name) + protobuf.data(2, _value(value)) for name, value in document.items())
    return b"".join(protobuf.data(number, pair) for pair in pairs)


def _paths(document: Mapping[str, Any], within: str = "") -> Iterator[str]:
    """Every leaf: a map is merged key by key, as revisions must be."""
    for name, value in document.items():
        path = within + (name if _PLAIN_NAME.fullmatch(name) else f"`{name}`")
        if isinstance(value, dict) and value:
            yield from _paths(value, f"{path}.")
        else:
            yield path


def _value(value: Any) -> bytes:
    return _VALUES[type(value)](value)


def _timestamp(at: datetime) -> bytes:
    seconds, rest = divmod(at - _EPOCH, _SECOND)
    return protobuf.number(1, seconds) + protobuf.number(2, rest.microseconds * 1000)


_VALUES: Mapping[type, Callable[[Any], bytes]] = {
    bool: lambda value: protobuf.number(1, value),
    dict: lambda value: protobuf.data(6, _fields(1, value)),
    list: lambda value: protobuf.data(9, b"".join(protobuf.data(1, _value(one)) for one in value)),
    datetime: lambda value: protobuf.data(10, _timestamp(value)),
    str: lambda value: protobuf.text(17, value),
    bytes: lambda value: protobuf.data(18, value),
}
