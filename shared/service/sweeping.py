"""Sweep: whatever was stored and not taken is told again, so that nothing waits on a publish that failed."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from shared import log
from shared.domain.action import Action
from shared.domain.case import Case
from shared.ports import PATIENCE, Notice, Queue, Store
from shared.service import untaken
from shared.service.inbox import topic_of
from shared.service.intake import TOPIC

AT_ONCE = 500
BEAT = "sweep"  # under this name each run that came to its end is noted
LONGEST_PAUSE = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Swept:
    """What a run told again."""

    cases: int
    actions: int


def sweep(now: datetime, *, store: Store, queue: Queue) -> Swept:
    """Publish again what has waited, at most `AT_ONCE` of each kind, each pause as long as it has waited already.

    Two runs at once publish twice, which `inbox` and the senders are built for. A sender that is told of an action
    whose attempt went silent puts it before a person; one that is too late lets it expire.
    What nobody has taken for ten minutes is one alert as well, whether or not it can be told again.
    Raises `StoreUnavailable` or `QueueUnavailable`; what was not published stays due.
    """
    cases, actions = store.stuck_cases(now, AT_ONCE), store.stuck_actions(now, AT_ONCE)
    if not cases and not actions:
        return Swept(0, 0)
    try:
        _tell_again(cases, actions, now, store, queue)
    finally:  # a queue that is down is the usual reason why something waits
        _watch(cases, now, store)
    return Swept(len(cases), len(actions))


def _tell_again(cases: list[Case], actions: list[Action], now: datetime, store: Store, queue: Queue) -> None:
    _publish_cases(queue, cases)
    _publish_actions(queue, actions)
    store.postpone(
        {case.id: _next(case.pending_since or case.at, now) for case in cases},
        {action.id: _next(action.reserved_at, now) for action in actions},
    )


def _watch(cases: Iterable[Case], now: datetime, store: Store) -> None:
    alert = untaken.watch(cases, now, store=store)
    if alert:
        log.event("messages wait", severity="ERROR", id=alert.id)


def _publish_cases(queue: Queue, cases: list[Case]) -> None:
    if cases:
        queue.publish(TOPIC, [Notice({"case": case.id}) for case in cases])


def _publish_actions(queue: Queue, actions: Iterable[Action]) -> None:
    by_topic: dict[str, list[Notice]] = {}
    for action in actions:
        by_topic.setdefault(topic_of(action), []).append(Notice({"action": action.id}))
    for topic, notices in by_topic.items():
        queue.publish(topic, notices)


def _next(since: datetime | None, now: datetime) -> datetime:
    waited = PATIENCE if since is None else now - since
    return now + min(max(waited, PATIENCE), LONGEST_PAUSE)
