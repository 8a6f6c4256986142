"""Dated cases: what the desk's calendar says at the times that are easy to get wrong."""

from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest

from shared.domain.calendar import Calendar, CalendarError, ClosedPeriod
from shared.principles.loading import load

LONDON = ZoneInfo("Europe/London")
DESK = load().versions[0].calendar()

# When it was written, whether the desk is open then, and when it is due; all in UTC.
CASES = [
    ("2026-10-23T15:59:59", True, "2026-10-26T17:00:00", "fri-23-oct-2026-last-open-second-then-clocks-change"),
    ("2026-10-23T15:59:59.999999", True, "2026-10-26T17:00:00", "fri-23-oct-2026-last-open-microsecond"),
    ("2026-10-23T16:00:00", False, "2026-10-26T17:00:00", "fri-23-oct-2026-first-closed-second"),
    ("2026-10-25T00:30:00", False, "2026-10-26T17:00:00", "sun-25-oct-2026-0130-bst"),
    ("2026-10-25T01:30:00", False, "2026-10-26T17:00:00", "sun-25-oct-2026-0130-gmt"),
    ("2026-10-26T08:59:59", False, "2026-10-27T17:00:00", "mon-26-oct-2026-last-closed-second"),
    ("2026-10-26T09:00:00", True, "2026-10-27T17:00:00", "mon-26-oct-2026-first-open-second"),
    ("2026-12-24T16:00:00", True, "2026-12-29T17:00:00", "thu-24-dec-2026-open-before-christmas"),
    ("2026-12-24T17:05:00", False, "2026-12-29T17:00:00", "thu-24-dec-2026-closed-before-christmas"),
    ("2027-03-25T10:00:00", True, "2027-03-30T16:00:00", "thu-25-mar-2027-easter-and-clock-change"),
    ("2027-03-28T01:15:00", False, "2027-03-30T16:00:00", "sun-28-mar-2027-missing-hour"),
    ("2026-07-05T23:30:00", False, "2026-07-07T16:00:00", "sun-5-jul-2026-is-monday-in-london"),
    ("2026-11-20T16:50:00", True, "2026-11-23T17:00:00", "fri-20-nov-2026-1650-the-time-it-was-written"),
    ("2026-11-20T17:20:00", False, "2026-11-23T17:00:00", "fri-20-nov-2026-1720-the-time-it-arrived"),
]


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(("at", "is_open", "due"), [pytest.param(*case[:3], id=case[3]) for case in CASES])
def test_dated_case(at: str, is_open: bool, due: str) -> None:
    assert DESK.is_open(utc(at)) is is_open
    assert (DESK.closed_period(utc(at)) is None) is is_open
    assert DESK.due(utc(at)) == utc(due)
    assert DESK.due(utc(at)).tzinfo is UTC


CLOSED = [
    ("2026-10-24T12:00:00", "2026-10-23T16:00:00", "2026-10-26T09:00:00", "weekend-of-24-oct-2026-one-hour-longer"),
    ("2026-12-26T12:00:00", "2026-12-24T17:00:00", "2026-12-29T09:00:00", "christmas-2026"),
    ("2027-03-28T01:15:00", "2027-03-25T17:00:00", "2027-03-30T08:00:00", "easter-2027-4-days-15-hours"),
    ("2026-11-18T03:00:00", "2026-11-17T17:00:00", "2026-11-18T09:00:00", "night-of-17-nov-2026"),
]


@pytest.mark.parametrize(("at", "start", "end"), [pytest.param(*case[:3], id=case[3]) for case in CLOSED])
def test_closed_period(at: str, start: str, end: str) -> None:
    period = DESK.closed_period(utc(at))
    assert period == ClosedPeriod(utc(start), utc(end))
    assert DESK.closed_period(utc(start)) == period
    assert DESK.closed_period(utc(end)) is None
    assert utc(start) in period
    assert utc(end) not in period
    assert utc(end) - timedelta(microseconds=1) in period


def test_the_repeated_hour_is_one_closed_period_in_the_order_of_utc() -> None:
    first = datetime(2026, 10, 25, 1, 30, tzinfo=LONDON)
    second = first.replace(fold=1)
    assert second.astimezone(UTC) - first.astimezone(UTC) == timedelta(hours=1)
    assert DESK.closed_period(first) == DESK.closed_period(second)


def test_the_gap_of_easter_2027_is_what_the_wall_says() -> None:
    period = DESK.closed_period(utc("2027-03-28T12:00:00"))
    assert period is not None
    assert period.end - period.start == timedelta(days=4, hours=15)


def test_the_same_instant_is_the_same_wherever_it_was_written() -> None:
    at = utc("2026-07-05T23:30:00")
    for hours in (-11, 0, 1, 14):
        assert DESK.due(at.astimezone(timezone(timedelta(hours=hours)))) == utc("2026-07-07T16:00:00")


@pytest.mark.parametrize(
    ("at", "opening", "closing"),
    [
        pytest.param("2026-11-20T16:00:00", "2026-11-23T09:00:00", "2026-11-20T17:00:00", id="open"),
        pytest.param("2026-11-20T17:00:00", "2026-11-23T09:00:00", "2026-11-23T17:00:00", id="at-closing"),
        pytest.param("2026-11-23T09:00:00", "2026-11-24T09:00:00", "2026-11-23T17:00:00", id="at-opening"),
    ],
)
def test_next_opening_and_closing(at: str, opening: str, closing: str) -> None:
    assert DESK.next_opening(utc(at)) == utc(opening)
    assert DESK.next_closing(utc(at)) == utc(closing)


@pytest.mark.parametrize("question", ["is_open", "due", "next_opening", "next_closing", "closed_period", "local_date"])
@pytest.mark.parametrize(
    "at",
    [
        pytest.param(datetime(2026, 11, 23, 12), id="naive"),  # noqa: DTZ001
        pytest.param(datetime(1999, 12, 31, 23, 59, 59, 999999, UTC), id="before-2000"),
        pytest.param(datetime(2100, 1, 1, tzinfo=UTC), id="2100"),
        pytest.param(datetime.max.replace(tzinfo=UTC), id="the-last-there-is"),
        pytest.param(datetime.min.replace(tzinfo=timezone(timedelta(hours=14))), id="the-first-there-is"),
    ],
)
def test_an_impossible_time_is_refused(question: str, at: datetime) -> None:
    with pytest.raises(CalendarError):
        getattr(DESK, question)(at)


@pytest.mark.parametrize("at", [datetime(2000, 1, 1, tzinfo=UTC), datetime(2099, 12, 31, 23, 59, 59, tzinfo=UTC)])
def test_the_ends_of_the_range_are_answered(at: datetime) -> None:
    assert DESK.due(at) > at
    assert DESK.closed_period(at) is not None


def test_a_calendar_without_a_working_day_says_so() -> None:
    never = Calendar(LONDON, DESK.hours, lambda _: True)
    at = utc("2026-11-23T12:00:00")
    assert never.is_open(at) is False
    for question in (never.due, never.next_opening, never.next_closing, never.closed_period):
        with pytest.raises(CalendarError, match="no working day"):
            question(at)
