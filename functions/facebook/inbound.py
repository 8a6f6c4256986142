"""A delivery of Facebook's, in our words. Every element of a batch stands alone: a bad one costs the others nothing."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from functions.facebook.feed import read_change
from functions.facebook.messenger import read_direct
from functions.facebook.wire import Entry, NotUnderstood, read
from shared.domain.message import Event, Part, Parts, Platform, Quarantined

Reader = Callable[[Entry, Mapping[str, Any]], Event]


def parse(delivery: Any) -> Parts:
    """One part for each element, in order. Never raises: what is not understood is quarantined, with why and where."""
    problem = _envelope_problem(delivery)
    if problem:
        yield _quarantined(delivery, f"delivery{problem}")
        return
    for number, entry in enumerate(delivery["entry"]):
        yield from _entry(f"entry[{number}]", entry)


def _envelope_problem(delivery: Any) -> str | None:
    if not isinstance(delivery, dict):
        return ": not an object"
    if delivery.get("object") != "page":
        return ": object is not page"
    return None if isinstance(delivery.get("entry"), list) else ": entry is not a list"


def _entry(place: str, raw: Any) -> Parts:
    try:
        entry = read(Entry, raw)
    except NotUnderstood as error:
        yield _quarantined(raw, f"{place}{error}")
        return
    if raw.keys().isdisjoint(_READERS):  # with "include values" off in the app's settings only names arrive
        why = "no values, only the names of fields" if "changed_fields" in raw else "nothing in it"
        yield _quarantined(raw, f"{place}: {why}", entry.id)
    for key, reader in _READERS.items():
        if key in raw and not isinstance(raw[key], list):
            yield _quarantined(raw, f"{place}.{key}: not a list", entry.id)
        elif key in raw:
            yield from _elements(entry, f"{place}.{key}", reader, raw[key])


def _elements(entry: Entry, place: str, reader: Reader, elements: list[Any]) -> Iterator[Part]:
    for number, element in enumerate(elements):
        try:
            yield Part(_element(entry, reader, element), element)
        except NotUnderstood as error:
            yield _quarantined(element, f"{place}[{number}]{error}", entry.id)


def _element(entry: Entry, reader: Reader, element: Any) -> Event:
    if not isinstance(element, dict):
        raise NotUnderstood(": not an object")
    try:
        return reader(entry, element)
    except NotUnderstood:
        raise
    except Exception:  # noqa: BLE001 - our own mistake must not cost the messages around it
        raise NotUnderstood(": our reader failed") from None


def _change(entry: Entry, element: Mapping[str, Any]) -> Event:
    """The app's dashboard sends its test messages as changes."""
    field, value = element.get("field"), element.get("value")
    if not (isinstance(field, str) and field.startswith(_DIRECT) and isinstance(value, dict)):
        return read_change(entry, element)
    try:
        return read_direct(entry, value)
    except NotUnderstood as error:
        raise NotUnderstood(f".value{error}") from None


def _standby(entry: Entry, element: Mapping[str, Any]) -> Event:
    """Another app owns the conversation: shown to staff, never answered by itself."""
    return replace(read_direct(entry, element), no_ack="standby")


def _quarantined(fragment: Any, why: str, account: str | None = None) -> Part:
    return Part(Quarantined(Platform.FACEBOOK, why, account), fragment)


_DIRECT = ("messages", "message_", "messaging_")
_READERS: Mapping[str, Reader] = {"changes": _change, "messaging": read_direct, "standby": _standby}
