"""Where each version stands at one moment: in force, ended, or still to come."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from shared.principles.loading import Library
from shared.principles.model import Principles


@dataclass(frozen=True, slots=True)
class Standing:
    """A version and what is said about it. `state` is `in_force`, `ended` or `coming`."""

    principles: Principles
    state: str
    sentence: str


def standings(library: Library, now: datetime, words: Mapping[str, Any]) -> list[Standing]:
    """Every version, newest first, with its dates in words and in local time (principles 1.1)."""
    current = library.in_force(now)
    later = [None, *library.versions]
    return [
        _standing(one, newer, now, words, current=one is current)
        for one, newer in zip(library.versions, later, strict=False)
    ]


def _standing(
    one: Principles, newer: Principles | None, now: datetime, words: Mapping[str, Any], *, current: bool
) -> Standing:
    state = "coming" if one.effective_from > now else "in_force" if current or newer is None else "ended"
    last = newer.effective_from - timedelta(microseconds=1) if newer else one.effective_from
    days = {"day": _day(one, one.effective_from, words["date"]), "last": _day(one, last, words["date"])}
    return Standing(one, state, words["state"][state].format(**days))


def _day(principles: Principles, at: datetime, words: Mapping[str, Any]) -> str:
    local = at.astimezone(principles.calendar().zone)
    return str(words["day"].format(day=local.day, month=words["months"][local.month - 1], year=local.year))
