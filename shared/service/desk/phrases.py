"""Times in words, on the wall clock of the desk. The phrases are data."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

A_WEEK = timedelta(days=7)  # from here on a weekday alone would not say which
NEARBY = {-1: "yesterday", 0: "today", 1: "tomorrow"}


@dataclass(frozen=True, slots=True)
class Phrases:
    """Speaks of times. `days` begin with Monday, `months` with January; all times given are aware."""

    zone: ZoneInfo
    days: Sequence[str]
    months: Sequence[str]
    words: Mapping[str, str]

    def due(self, due: datetime | None, now: datetime) -> str:
        """By when an answer is due (principles 2.3): "Due tomorrow by 17:00", "Overdue since Friday 17:00"."""
        if due is None:
            return self.words["no_due"]
        if is_overdue(due, now):
            return self._say("overdue", due, self._past_day(due, now))
        return self._say("due", due, self._day(due, now))

    def moment(self, at: datetime, now: datetime) -> str:
        """When something was: "today 14:05", "Friday 20 November 14:05"."""
        return self._say("moment", at, self._day(at, now))

    def clock(self, at: datetime) -> str:
        """The time of day: "14:05"."""
        return f"{at.astimezone(self.zone):%H:%M}"

    def _say(self, phrase: str, at: datetime, day: str) -> str:
        return self.words[phrase].format(day=day, time=self.clock(at))

    def _past_day(self, at: datetime, now: datetime) -> str:
        there, today = self._date(at), self._date(now)
        if timedelta() < today - there < A_WEEK:
            return self.days[there.weekday()]
        return self._day(at, now)

    def _day(self, at: datetime, now: datetime) -> str:
        there, today = self._date(at), self._date(now)
        near = NEARBY.get((there - today).days)
        if near:
            return self.words[near]
        phrase = self.words["date"] if there.year == today.year else self.words["date_in_year"]
        day, month = self.days[there.weekday()], self.months[there.month - 1]
        return phrase.format(day=day, date=there.day, month=month, year=there.year)

    def _date(self, at: datetime) -> date:
        return at.astimezone(self.zone).date()


def is_overdue(due: datetime | None, now: datetime) -> bool:
    """Whether the promise is broken: from the second of closing time on, because the desk is open until then."""
    return due is not None and due <= now
