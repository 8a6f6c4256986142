"""Deliveries as parts: every element stands alone, and a bad one costs the others nothing."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from shared.domain.case import Case
from shared.domain.channel import BACKFILL
from shared.domain.message import Event, EventKind, Part, Platform, Quarantined
from shared.wire.models import NotUnderstood

Read = Callable[[Mapping[str, Any]], Event]


def part(platform: Platform, place: str, read: Read, element: Any, account: str | None = None) -> Part:
    """One element as an event, or for quarantine with `place` and what is wrong there. Never raises."""
    try:
        return Part(_event(read, element), element)
    except NotUnderstood as error:
        return aside(platform, element, f"{place}{error}", account)


def parts(
    platform: Platform, place: str, read: Read, elements: Iterable[Any], account: str | None = None
) -> Iterator[Part]:
    """One part for each element, in order."""
    for number, element in enumerate(elements):
        yield part(platform, f"{place}[{number}]", read, element, account)


def late(found: Iterable[Part]) -> Iterator[Part]:
    """What a check found, and nobody delivered: never acknowledged, whatever time it says it was written."""
    for told in found:
        yield replace(told, said=replace(told.said, no_ack=BACKFILL)) if isinstance(told.said, Event) else told


def looked_up(case: Case, read: Read, element: Any) -> Iterator[Part]:
    """A message as it was found. If it turns out to be our own words, its own case is told as well, and ends."""
    found = part(case.platform, "looked up", read, element, case.account)
    yield found
    if isinstance(found.said, Event) and found.said.event is EventKind.ECHO:
        yield replace(found, said=replace(found.said, parent=case.message))


def aside(platform: Platform, fragment: Any, why: str, account: str | None = None) -> Part:
    """A fragment for a person to look at."""
    return Part(Quarantined(platform, why, account), fragment)


def _event(read: Read, element: Any) -> Event:
    if not isinstance(element, dict):
        raise NotUnderstood(": not an object")
    try:
        return read(element)
    except NotUnderstood:
        raise
    except Exception:  # noqa: BLE001 - our own mistake must not cost the messages around it
        raise NotUnderstood(": our reader failed") from None
