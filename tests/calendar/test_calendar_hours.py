"""Other bodies' hours, single days, and every hour of three years against a second list of bank holidays."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from govuk_bank_holidays.bank_holidays import BankHolidays  # type: ignore[import-untyped]

from shared.domain.calendar import DAYS, Calendar, CalendarError
from shared.principles.hours import Closure, Holidays, Hours, calendar
from shared.principles.loading import load

LONDON = ZoneInfo("Europe/London")
ENGLAND = load().versions[0].holidays
USUAL: dict[str, Any] = {"zone": "Europe/London", "saturday": [], "sunday": []} | {
    day: ["09:00-17:00"] for day in DAYS[:5]
}


def desk(holidays: Holidays = ENGLAND, **days: list[str]) -> Calendar:
    return calendar(Hours.model_validate(USUAL | days), holidays)


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=LONDON)


LISTED = {day["date"] for day in BankHolidays(use_cached_holidays=True).get_holidays(division="england-and-wales")}


def works(day: date) -> bool:
    return day.weekday() < 5 and day not in LISTED


def every(step: timedelta, year: int) -> Iterator[datetime]:
    instant = datetime(year, 1, 1, tzinfo=UTC)
    while instant.year == year:
        yield instant
        instant += step


@pytest.mark.parametrize("year", [2026, 2027, 2028])
def test_every_hour_agrees_with_the_governments_list(year: int) -> None:
    assert len({day for day in LISTED if day.year == year}) == 8
    for instant in every(timedelta(hours=1), year):
        wall = instant.astimezone(LONDON)
        expected = works(wall.date()) and 9 <= wall.hour < 17
        assert desk().is_open(instant) is expected, instant


@pytest.mark.parametrize("year", [2026, 2027])
def test_what_every_day_brings_is_due_by_the_governments_list(year: int) -> None:
    for noon in every(timedelta(days=1), year):
        later = (noon.astimezone(LONDON).date() + timedelta(days=n) for n in range(1, 10))
        first = next(day for day in later if works(day))
        assert desk().due(noon) == datetime.combine(first, time(17), LONDON), noon


def test_an_added_day_is_closed_and_moves_what_is_due() -> None:
    holidays = ENGLAND.model_copy(update={"add": (Closure(day=date(2026, 11, 24), why="A made-up closure"),)})
    before, after = desk(), desk(holidays)
    monday = local("2026-11-23T12:00")
    assert before.due(monday) == local("2026-11-24T17:00")
    assert after.due(monday) == local("2026-11-25T17:00")
    assert after.is_open(local("2026-11-24T12:00")) is False


def test_a_removed_day_is_open() -> None:
    holidays = ENGLAND.model_copy(update={"remove": (Closure(day=date(2026, 12, 28), why="A made-up opening"),)})
    assert desk().is_open(local("2026-12-28T12:00")) is False
    assert desk(holidays).is_open(local("2026-12-28T12:00")) is True
    assert desk(holidays).due(local("2026-12-24T12:00")) == local("2026-12-28T17:00")


def test_an_unknown_country_is_refused_when_asked() -> None:
    with pytest.raises(CalendarError, match="XX-YY"):
        desk(Holidays(country="XX", subdivision="YY")).is_open(local("2026-11-23T12:00"))


def test_an_early_closing_day() -> None:
    early = desk(friday=["09:00-15:30"])
    assert early.is_open(local("2026-11-20T15:29:59")) is True
    assert early.is_open(local("2026-11-20T15:30")) is False
    assert early.due(local("2026-11-19T12:00")) == local("2026-11-20T15:30")


def test_split_shifts_close_for_lunch_and_are_due_at_the_last_closing() -> None:
    split = desk(monday=["09:00-12:30", "13:15-17:00"])
    lunch = split.closed_period(local("2026-11-23T12:30"))
    assert lunch is not None
    assert (lunch.start, lunch.end) == (local("2026-11-23T12:30"), local("2026-11-23T13:15"))
    evening = split.closed_period(local("2026-11-23T20:00"))
    assert evening is not None
    assert evening.start == local("2026-11-23T17:00")
    assert split.is_open(local("2026-11-23T13:15")) is True
    assert split.due(local("2026-11-20T12:00")) == local("2026-11-23T17:00")
    assert split.next_opening(local("2026-11-23T09:00")) == local("2026-11-23T13:15")


def test_hours_at_the_weekend() -> None:
    weekend = desk(saturday=["10:00-12:00"])
    assert weekend.due(local("2026-11-20T12:00")) == local("2026-11-21T12:00")


def test_hours_are_those_of_the_wall_in_summer_and_winter() -> None:
    assert desk().next_opening(local("2026-07-05T12:00")).time() == time(8)
    assert desk().next_opening(local("2026-11-22T12:00")).time() == time(9)


def test_another_zone() -> None:
    there = calendar(Hours.model_validate(USUAL | {"zone": "America/New_York"}), ENGLAND)
    assert there.is_open(datetime(2026, 11, 23, 14, tzinfo=UTC)) is True
    assert there.is_open(datetime(2026, 11, 23, 13, 59, tzinfo=UTC)) is False
