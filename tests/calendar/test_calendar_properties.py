"""What holds for every time in the years that matter, both clock changes included."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from shared.domain.calendar import DAYS
from shared.principles.loading import load

LONDON = ZoneInfo("Europe/London")
DESK = load().versions[0].calendar()
TICK = timedelta(microseconds=1)

anywhere = st.datetimes(datetime(2024, 1, 1), datetime(2032, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
at_a_change = st.sampled_from(
    [datetime(2026, 3, 29, 1, tzinfo=UTC), datetime(2026, 10, 25, 1, tzinfo=UTC), datetime(2027, 3, 28, 1, tzinfo=UTC)]
)
near_a_change = st.builds(
    lambda change, seconds: change + timedelta(seconds=seconds), at_a_change, st.integers(-400_000, 400_000)
)
edges = st.builds(
    lambda day, hour, ticks: datetime.combine(day, time(hour), LONDON).astimezone(UTC) + ticks * TICK,
    st.dates(date(2024, 1, 1), date(2031, 12, 31)),
    st.sampled_from([0, 9, 17]),
    st.integers(-1, 1),
)
instants = st.one_of(anywhere, near_a_change, edges)


def works(day: date) -> bool:
    return bool(DESK.hours[DAYS[day.weekday()]]) and not DESK.is_holiday(day)


@given(instants)
def test_due_is_the_closing_time_of_the_first_working_day_after(at: datetime) -> None:
    due = DESK.due(at)
    today, last = DESK.local_date(at), due.astimezone(LONDON)
    assert last.time() == DESK.hours[DAYS[last.weekday()]][-1][1]
    assert works(last.date())
    assert last.date() > today
    between = (last.date() - today).days
    assert not any(works(today + timedelta(days=n)) for n in range(1, between))
    assert not DESK.is_open(due)
    assert DESK.is_open(due - TICK)


@given(instants, instants)
def test_what_is_written_later_is_never_due_earlier(one: datetime, other: datetime) -> None:
    earlier, later = sorted((one, other))
    assert DESK.due(earlier) <= DESK.due(later)
    assert DESK.next_opening(earlier) <= DESK.next_opening(later)


@given(st.dates(date(2024, 1, 1), date(2031, 12, 31)), st.times(), st.times(), st.integers(0, 1))
def test_the_time_of_day_does_not_matter(day: date, one: time, other: time, fold: int) -> None:
    first = datetime.combine(day, one, LONDON).replace(fold=fold)
    second = datetime.combine(day, other, LONDON)
    # A wall time that the clocks skip is an instant of the same day all the same.
    assert DESK.due(first) == DESK.due(second)


@given(instants)
def test_a_closed_period_holds_its_times_and_ends_when_the_desk_opens(at: datetime) -> None:
    period = DESK.closed_period(at)
    assert (period is None) is DESK.is_open(at)
    if period is None:
        return
    assert at in period
    assert DESK.closed_period(period.start) == period
    assert DESK.closed_period(period.end - TICK) == period
    assert DESK.is_open(period.end)
    assert DESK.is_open(period.start - TICK)
    assert period.end == DESK.next_opening(at)


@given(instants)
def test_the_next_opening_and_closing_are_half_open(at: datetime) -> None:
    opening, closing = DESK.next_opening(at), DESK.next_closing(at)
    assert opening > at
    assert closing > at
    assert DESK.is_open(opening)
    assert not DESK.is_open(opening - TICK)
    assert DESK.is_open(closing - TICK)
    assert not DESK.is_open(closing)
    assert (closing < opening) is DESK.is_open(at)


@given(instants, st.sampled_from(["Europe/London", "Pacific/Kiritimati", "America/St_Johns"]))
def test_answers_belong_to_the_instant_not_to_its_spelling(at: datetime, zone: str) -> None:
    elsewhere = at.astimezone(ZoneInfo(zone))
    assert DESK.due(elsewhere) == DESK.due(at)
    assert DESK.closed_period(elsewhere) == DESK.closed_period(at)
    assert DESK.is_open(elsewhere) is DESK.is_open(at)
