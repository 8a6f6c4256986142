"""What to ask YouTube next. A reply does not lift its thread: so each run looks at the newest, and a lap round the last
days goes on from run to run. What a lap has not met is asked for by id.
"""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import datetime
from typing import Any, Literal
from zoneinfo import ZoneInfo

from pydantic import BaseModel, Field

from functions.youtube.inbound import Thread, parse
from shared.calling.memory import RESCAN, Memory
from shared.domain.message import Event, EventKind, Kind, Part, Platform
from shared.wire.models import NotUnderstood, read

UNITS_A_DAY = 10_000  # counted by YouTube from midnight to midnight in California
READS = UNITS_A_DAY - 40 * 50  # a read is one unit; the rest is for forty answers
CALLS_A_RUN = 25  # 288 runs a day are 7,200 units, and a run ends within ten seconds
IDS_AT_ONCE, THREADS = 50, 500
PACIFIC = ZoneInfo("America/Los_Angeles")
Ids = set[str | None]
SHOWN = ("published", "heldForReview", "likelySpam")


class Step(BaseModel):
    """One call still to be made. `of`: a moderation status, a thread, or ids with commas between. `deep`: of a lap."""

    what: Literal["threads", "replies", "check"]
    of: str
    video: str | None = None
    page: str | None = None
    deep: bool = False

    def call(self, account: str) -> tuple[str, Mapping[str, str]]:
        """Path and query."""
        path, part, name, more = _CALLS[self.what]
        more = {**more, "pageToken": self.page} if self.page else more
        whose = {"allThreadsRelatedToChannelId": account} if self.what == "threads" else {}
        return path, {"part": part, name: self.of, "textFormat": "plainText", **whose, **more}


class Crawl(Memory):
    """Where the poll is: kept as JSON after each answer."""

    day: str = ""
    used: int = 0
    lapping: bool = False
    todo: list[Step] = Field(default_factory=list)
    totals: dict[str, int] = Field(default_factory=dict)  # how many replies a thread had when they were last asked for

    def plan(self, now: datetime) -> None:
        """What this run starts with: the newest, and a new lap only while the day's units last evenly."""
        local = now.astimezone(PACIFIC)
        if self.day != local.date().isoformat():
            self.day, self.used = local.date().isoformat(), 0
        deep = not self.todo and self.used <= READS * (local.hour * 60 + local.minute) / (24 * 60)
        if deep:
            self.lap, self.lapping = self.lap + 1, True
        heads = [Step(what="threads", of=status, deep=deep) for status in SHOWN]
        self.todo = [*heads, *(step for step in self.todo if step not in heads)]

    def take(self, step: Step, answer: Mapping[str, Any], account: str, now: datetime) -> list[Part]:
        """What is news in the answer to a step, and the steps that follow from it."""
        parts = list(parse({**answer, "account": account, "videoId": step.video}))
        found = list(self.news(parts, now, lambda _, said: str(said.sent_at)))
        following = list(self._following(step, answer, _recent(parts, now), _recent(found, now)))
        self.todo = [*self.todo, *following] if step.deep else [*following, *self.todo]
        self.done(step)
        self.forget(now)
        return [*found, *(self._gone(step, answer, account) if step.what == "check" else ())]

    def done(self, step: Step) -> None:
        """Nothing more comes of a step. After the last one of a lap, what it has not met is to be asked for."""
        self.todo.remove(step)
        if self.lapping and not any(left.deep for left in self.todo):
            ids = self.unmet()
            chunks = [ids[start : start + IDS_AT_ONCE] for start in range(0, len(ids), IDS_AT_ONCE)]
            self.todo += [Step(what="check", of=",".join(chunk)) for chunk in chunks]
            self.lapping = False

    def _gone(self, step: Step, answer: Mapping[str, Any], account: str) -> Iterator[Part]:
        """Asked for by id and not there: only that is a removal."""
        there = {item.get("id") for item in answer["items"] if isinstance(item, dict)}
        for id_ in step.of.split(","):
            if id_ not in there and id_ in self.known:
                del self.known[id_]
                kind = Kind.REPLY if "." in id_ else Kind.COMMENT
                yield Part(Event(EventKind.REMOVED, Platform.YOUTUBE, account, id=id_, kind=kind), {"id": id_})

    def _following(self, step: Step, answer: Mapping[str, Any], recent: Ids, news: Ids) -> Iterator[Step]:
        """The next page, where it may hold news. Replies that are not shown: when there are others, and once a lap."""
        page, threads = answer.get("nextPageToken"), list(_threads(answer))
        tops = {thread.id for thread in threads}
        goes_on = tops & recent if step.deep else tops and tops <= news
        if isinstance(page, str) and page and (step.what == "replies" or goes_on):
            yield step.model_copy(update={"page": page})
        for thread in threads:
            total = thread.total_reply_count or 0
            again = total != self.totals.get(thread.id or "") or (step.deep and thread.id in recent)
            if thread.id and total > len(thread.replies) and again:
                self.totals = {**dict([*self.totals.items()][-THREADS:]), thread.id: total}
                yield Step(what="replies", of=thread.id, video=thread.video_id, deep=step.deep)


def _threads(answer: Mapping[str, Any]) -> Iterator[Thread]:
    for item in answer["items"]:
        with suppress(NotUnderstood):
            yield read(Thread, item)


def _recent(parts: list[Part], now: datetime) -> Ids:
    said = (part.said for part in parts if isinstance(part.said, Event))
    return {event.id for event in said if event.sent_at is None or event.sent_at >= now - RESCAN}


_CALLS: Mapping[str, tuple[str, str, str, Mapping[str, str]]] = {
    "threads": ("/commentThreads", "snippet,replies", "moderationStatus", {"order": "time", "maxResults": "100"}),
    "replies": ("/comments", "snippet", "parentId", {"maxResults": "100"}),
    "check": ("/comments", "snippet", "id", {}),
}
