"""What a poll remembers: it asks for the last days again and again, and each thing in them is news once."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Self

from pydantic import BaseModel, Field, ValidationError

from shared.domain.message import Event, EventKind, Part

FIRST, RESCAN = timedelta(days=1), timedelta(days=7)
KNOWN = 1500  # at most: a cursor is written after each answer

Version = Callable[[Part, Event], str]


class Memory(BaseModel):
    """The part of a poll's cursor that remembers messages. Times are milliseconds since 1970."""

    began: int
    floor: int  # nothing older is news
    lap: int = 0
    # id: its version, when it was written, the lap that last met it
    known: dict[str, tuple[str, int, int]] = Field(default_factory=dict)

    @classmethod
    def resume(cls, cursor: str, now: datetime) -> Self:
        """Where the last run stopped; a fresh start one day back where nothing readable was kept."""
        try:
            return cls.model_validate_json(cursor)
        except ValidationError:
            return cls(began=ms(now), floor=ms(now - FIRST))

    def news(self, parts: Iterable[Part], now: datetime, version: Version) -> Iterator[Part]:
        """Those that are new, or not as they were. What was written before we first asked is never acknowledged."""
        for part in parts:
            said = part.said
            if not isinstance(said, Event) or said.id is None:
                yield part
                continue
            at, stands = ms(said.sent_at or now), version(part, said)
            before = self.known.get(said.id)
            if at >= self.oldest(now):
                self.known[said.id] = stands, at, self.lap
                if before is None or before[0] != stands:
                    yield replace(part, said=self._as_news(said, changed=before is not None))

    def _as_news(self, said: Event, *, changed: bool) -> Event:
        late = said.sent_at is not None and ms(said.sent_at) < self.began
        event = EventKind.EDITED if changed and said.event is EventKind.POSTED else said.event
        return replace(said, event=event, no_ack="backfill" if late else said.no_ack)

    def unmet(self) -> list[str]:
        """What this lap has not come across."""
        return [id_ for id_, (_, _, lap) in self.known.items() if lap != self.lap]

    def forget(self, now: datetime) -> None:
        """Keep the newest, and none from before the last days: what is forgotten is no longer news either."""
        newest = sorted(self.known.items(), key=lambda item: item[1][1], reverse=True)
        if len(newest) > KNOWN:
            self.floor = max(self.floor, newest[KNOWN - 1][1][1])
        self.known = {id_: met for id_, met in newest[:KNOWN] if met[1] >= self.oldest(now)}

    def oldest(self, now: datetime) -> int:
        """The time of the oldest message that is still news."""
        return max(self.floor, ms(now - RESCAN))


def ms(at: datetime) -> int:
    """A time in milliseconds since 1970."""
    return int(at.timestamp() * 1000)
