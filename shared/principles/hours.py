"""When the desk is open, as data, and the calendar made from it."""

import re
from collections import Counter
from collections.abc import Callable
from datetime import date, time
from functools import cache
from itertools import pairwise
from typing import Annotated, Any, Self
from zoneinfo import ZoneInfo

from pydantic import BeforeValidator, field_validator, model_validator

from shared.domain.calendar import DAYS, Calendar, CalendarError, Shift
from shared.principles.published import Data, Words

_SHIFT = re.compile(r"([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]):([0-5]\d)")


def _shifts(value: Any) -> tuple[Shift, ...]:
    shifts = tuple(_shift(text) for text in value)
    # Touching shifts would make a closing time at which the desk is open.
    if any(later[0] <= earlier[1] for earlier, later in pairwise(shifts)):
        raise ValueError("shifts must be in order and must not touch or overlap")
    return shifts


def _shift(text: Any) -> Shift:
    found = _SHIFT.fullmatch(text) if isinstance(text, str) else None
    if not found:
        raise ValueError("a shift looks like 09:00-17:00")
    hour, minute, end_hour, end_minute = map(int, found.groups())
    opens, closes = time(hour, minute), time(end_hour, end_minute)
    if opens >= closes:
        raise ValueError("a shift must open before it closes, on the same day")
    return opens, closes


Shifts = Annotated[tuple[Shift, ...], BeforeValidator(_shifts)]


class Hours(Data):
    """Shifts of each day of the week, in local time of `zone` (principles 2.1)."""

    zone: str
    monday: Shifts
    tuesday: Shifts
    wednesday: Shifts
    thursday: Shifts
    friday: Shifts
    saturday: Shifts
    sunday: Shifts

    @field_validator("zone")
    @classmethod
    def _is_known(cls, zone: str) -> str:
        try:
            ZoneInfo(zone)
        except (KeyError, ValueError, OSError):
            raise ValueError("is not a known time zone") from None
        return zone

    @model_validator(mode="after")
    def _has_a_working_day(self) -> Self:
        if not any(getattr(self, day) for day in DAYS):
            raise ValueError("no day of the week has a shift")
        return self


class Closure(Data):
    """One day that differs from the public list, and why."""

    day: date
    why: Words


class Holidays(Data):
    """The bank holidays of a country's subdivision, with days added to and removed from the list."""

    country: Words
    subdivision: Words
    add: tuple[Closure, ...] = ()
    remove: tuple[Closure, ...] = ()

    @model_validator(mode="after")
    def _says_one_thing_about_a_day(self) -> Self:
        days = Counter(closure.day for closure in (*self.add, *self.remove))
        twice = [day.isoformat() for day, times in days.items() if times > 1]
        if twice:
            raise ValueError(f"named twice: {', '.join(twice)}")
        return self


@cache
def calendar(hours: Hours, holidays: Holidays) -> Calendar:
    """The working time these data describe. It raises `CalendarError` when asked about an unknown country."""
    return Calendar(
        zone=ZoneInfo(hours.zone),
        hours={day: getattr(hours, day) for day in DAYS},
        is_holiday=_is_holiday(holidays),
    )


def _is_holiday(data: Holidays) -> Callable[[date], bool]:
    added = frozenset(closure.day for closure in data.add)
    removed = frozenset(closure.day for closure in data.remove)

    # A year at a time: the package's own lazy growth is not safe when two threads ask at once.
    @cache
    def bank_holidays(year: int) -> frozenset[date]:
        import holidays

        try:
            return frozenset(holidays.country_holidays(data.country, data.subdivision, years=year, expand=False))
        except NotImplementedError:
            raise CalendarError(f"no bank holidays are known for {data.country}-{data.subdivision}") from None

    return lambda day: day in added or (day not in removed and day in bank_holidays(day.year))
