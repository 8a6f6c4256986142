"""What was typed into the form for a message seen elsewhere, read field by field. Nothing typed is ever lost."""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from shared.domain.calendar import EARLIEST
from shared.domain.message import Kind, Platform
from shared.service.desk.entering import Entry

FIELDS = ("account", "kind", "text", "name", "handle", "link", "day", "month", "year", "time")
TEXT_LIMIT, LINE_LIMIT = 8000, 500  # characters
TIME = re.compile(r"([01]?\d|2[0-3])[:.]([0-5]\d)", re.ASCII)
Place = tuple[Platform, str]


class Wrong(StrEnum):
    """What is wrong with a field. Each has its words in the data."""

    ACCOUNT = "account"
    KIND = "kind"
    TEXT = "text"
    LONG = "long"
    LINK = "link"
    DAY = "day"
    TIME = "time"
    FUTURE = "future"


def read(form: Mapping[str, str], places: Sequence[Place], zone: ZoneInfo, now: datetime) -> Entry | dict[str, Wrong]:
    """The entry, or what is wrong by field, in the order of the form. `now` is aware; times typed are of `zone`."""
    typed = {field: form.get(field, "").replace("\r\n", "\n").strip() for field in FIELDS}
    place = next((place for place in places if " ".join(place) == typed["account"]), None)
    kind = next((kind for kind in Kind if kind == typed["kind"]), None)
    written = _written(typed, zone, now)
    if place and kind and isinstance(written, datetime) and not _wrong_words(typed):
        name, handle, link = typed["name"], typed["handle"], typed["link"]
        return Entry(*place, kind, typed["text"], written, name, handle, link)
    chosen = {"account": None if place else Wrong.ACCOUNT, "kind": None if kind else Wrong.KIND}
    moment = {} if isinstance(written, datetime) else written
    found = {**chosen, **_wrong_words(typed), **moment}
    return {field: found[field] for field in FIELDS if found.get(field)}  # type: ignore[misc]


def _wrong_words(typed: Mapping[str, str]) -> dict[str, Wrong]:
    limits = {"text": TEXT_LIMIT, "name": LINE_LIMIT, "handle": LINE_LIMIT, "link": LINE_LIMIT}
    wrong = {field: Wrong.LONG for field, most in limits.items() if len(typed[field]) > most}
    if not typed["text"]:
        wrong["text"] = Wrong.TEXT
    if typed["link"] and not re.match(r"https?://\S+$", typed["link"]):
        wrong["link"] = Wrong.LINK
    return wrong


def _written(typed: Mapping[str, str], zone: ZoneInfo, now: datetime) -> datetime | dict[str, Wrong]:
    """When it was written, in UTC, or what is wrong with the date or the time."""
    clock = TIME.fullmatch(typed["time"])
    try:
        year, month, day = (int(typed[part]) for part in ("year", "month", "day"))
        hour, minute = (int(part) for part in clock.groups()) if clock else (0, 0)
        at = datetime(year, month, day, hour, minute, tzinfo=zone).astimezone(UTC)
    except (ValueError, OverflowError):
        return {"day": Wrong.DAY} | ({} if clock else {"time": Wrong.TIME})
    if at < EARLIEST:
        return {"day": Wrong.DAY}
    if clock is None:
        return {"time": Wrong.TIME}
    return {"day": Wrong.FUTURE} if at > now else at
