"""Working time. The only place that knows when the desk is open, what is due when, and which closed period it is."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
Shift = tuple[time, time]  # local
Span = tuple[datetime, datetime]  # UTC
EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
LATEST = datetime(2100, 1, 1, tzinfo=UTC)
SEARCH_DAYS = 400


class CalendarError(ValueError):
    """The calendar cannot answer: a time out of range or without a zone, or no working day in over a year."""


@dataclass(frozen=True, slots=True)
class ClosedPeriod:
    """From one closing time (inclusive) to the next opening time (exclusive), both in UTC."""

    start: datetime
    end: datetime

    def __contains__(self, at: datetime) -> bool:
        return self.start <= at < self.end


@dataclass(frozen=True, slots=True)
class Calendar:
    """The desk's hours. Shifts are local, half-open `[opens, closes)`, in order and apart, never over midnight."""

    zone: ZoneInfo
    hours: Mapping[str, tuple[Shift, ...]]
    is_holiday: Callable[[date], bool]

    def is_open(self, at: datetime) -> bool:
        """Whether somebody is at the desk at `at` (principles 2.1)."""
        return any(opens <= at < closes for opens, closes in self._shifts(self.local_date(at)))

    def opened(self, at: datetime) -> datetime | None:
        """When the desk first opened on the local date of `at`, in UTC; None while it is closed."""
        return self._shifts(self.local_date(at))[0][0] if self.is_open(at) else None

    def on_the_day(self, at: datetime, local: time) -> datetime:
        """A time on the wall on the local date of `at`, in UTC."""
        return self._utc(self.local_date(at), local)

    def next_opening(self, at: datetime) -> datetime:
        """The first opening time after `at`, in UTC."""
        return next(opens for opens, _ in self._shifts_from(self.local_date(at)) if opens > at)

    def next_closing(self, at: datetime) -> datetime:
        """The first closing time after `at`, in UTC."""
        return next(closes for _, closes in self._shifts_from(self.local_date(at)) if closes > at)

    def closed_period(self, at: datetime) -> ClosedPeriod | None:
        """The closed period that `at` lies in, or None while the desk is open."""
        if self.is_open(at):
            return None
        return ClosedPeriod(self._last_closing(at), self.next_opening(at))

    def due(self, at: datetime) -> datetime:
        """When a message of `at` is due: closing time on the first working day after its local date, in UTC.

        A date, not a duration (principles 2.3): 9:00 and 16:59 on a Monday are both due on Tuesday at closing time.
        """
        first, _ = next(self._shifts_from(self.local_date(at) + timedelta(days=1)))
        return self._shifts(first.astimezone(self.zone).date())[-1][1]

    def local_date(self, at: datetime) -> date:
        """The date on the wall at the desk. Raises `CalendarError` for a naive time or one outside 2000 to 2099."""
        if at.utcoffset() is None:
            raise CalendarError("a time needs an offset from UTC")
        if not EARLIEST <= at < LATEST:
            raise CalendarError("a time must lie between 2000 and 2099")
        return at.astimezone(self.zone).date()

    def _shifts(self, day: date) -> tuple[Span, ...]:
        if self.is_holiday(day):
            return ()
        return tuple(
            (self._utc(day, opens), self._utc(day, closes)) for opens, closes in self.hours[DAYS[day.weekday()]]
        )

    def _utc(self, day: date, at: time) -> datetime:
        return datetime.combine(day, at, tzinfo=self.zone).astimezone(UTC)

    def _shifts_from(self, day: date) -> Iterator[Span]:
        for ahead in range(SEARCH_DAYS):
            yield from self._shifts(day + timedelta(days=ahead))
        raise CalendarError("no working day in over a year: check the hours and the holidays in the principles")

    def _last_closing(self, at: datetime) -> datetime:
        today = self.local_date(at)
        for back in range(SEARCH_DAYS):
            for _, closes in reversed(self._shifts(today - timedelta(days=back))):
                if closes <= at:
                    return closes
        raise CalendarError("no working day in over a year: check the hours and the holidays in the principles")
