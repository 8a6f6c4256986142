"""The envelope of Meta's webhooks: entries, each with one or more lists of elements."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from shared.domain.message import Event, Parts, Platform
from shared.wire import meta_direct
from shared.wire.fields import Moment, NeededId
from shared.wire.models import NotUnderstood, Wire, read
from shared.wire.parts import aside, part, parts


class Entry(Wire):
    """What stands around the elements: our account and the time of the notice."""

    id: NeededId
    time: Moment = None


Reader = Callable[[Entry, Mapping[str, Any]], Event]


@dataclass(frozen=True, slots=True)
class Envelope:
    """One of Meta's products. `changes` reads what is public; what is private is the same on all of them."""

    platform: Platform
    object: str
    changes: Reader

    def parse(self, delivery: Any) -> Parts:
        """One part for each element, in order. Never raises: what is not understood is quarantined, with where."""
        problem = self._problem(delivery)
        if problem:
            yield aside(self.platform, delivery, f"delivery{problem}")
            return
        for number, entry in enumerate(delivery["entry"]):
            yield from self._entry(f"entry[{number}]", entry)

    def _problem(self, delivery: Any) -> str | None:
        if not isinstance(delivery, dict):
            return ": not an object"
        if delivery.get("object") != self.object:
            return f": object is not {self.object}"
        return None if isinstance(delivery.get("entry"), list) else ": entry is not a list"

    def _entry(self, place: str, raw: Any) -> Parts:
        try:
            entry = read(Entry, raw)
        except NotUnderstood as error:
            yield aside(self.platform, raw, f"{place}{error}")
            return
        readers: Mapping[str, Reader] = {"changes": self.change, "messaging": self._direct, "standby": self._standby}
        flat = "field" in raw and "value" in raw
        if flat:  # one change, printed straight on the entry
            yield part(self.platform, place, partial(self.change, entry), raw, entry.id)
        if not flat and raw.keys().isdisjoint(readers):
            # with "include values" off in the app's settings only names arrive
            why = "no values, only the names of fields" if "changed_fields" in raw else "nothing in it"
            yield aside(self.platform, raw, f"{place}: {why}", entry.id)
        for key, reader in readers.items():
            if key in raw and not isinstance(raw[key], list):
                yield aside(self.platform, raw, f"{place}.{key}: not a list", entry.id)
            elif key in raw:
                yield from parts(self.platform, f"{place}.{key}", partial(reader, entry), raw[key], entry.id)

    def change(self, entry: Entry, element: Mapping[str, Any]) -> Event:
        """One element of `changes`; the app's dashboard sends its test messages so too. Raises `NotUnderstood`."""
        field, value = element.get("field"), element.get("value")
        if not (isinstance(field, str) and field.startswith(_DIRECT) and isinstance(value, dict)):
            return self.changes(entry, element)
        try:
            return self._direct(entry, value)
        except NotUnderstood as error:
            raise NotUnderstood(f".value{error}") from None

    def _direct(self, entry: Entry, element: Mapping[str, Any]) -> Event:
        return meta_direct.read_direct(self.platform, entry.id, entry.time, element)

    def _standby(self, entry: Entry, element: Mapping[str, Any]) -> Event:
        """Another app owns the conversation: shown to staff, never answered by itself."""
        return replace(self._direct(entry, element), no_ack="standby")


_DIRECT = ("messages", "message_", "messaging_")
