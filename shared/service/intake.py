"""Intake: every part of a delivery made durable in one commit, then told to `inbox` in one publish call."""

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from shared.domain.assessment import Assessment, Priority
from shared.domain.case import Revision
from shared.domain.message import (
    CONTENT,
    Event,
    EventKind,
    Part,
    Platform,
    Quarantined,
    case_id,
    event_hash,
    identity,
)
from shared.ports import Arrival, Intake, Notice, Quarantine, Queue, QueueUnavailable
from shared.rules.stage2.traces import trace

TOPIC = "needs-human"
Assess = Callable[[Event, datetime], Assessment]


@dataclass(frozen=True, slots=True)
class Delivery:
    """One verified body: where from, when it came, its digest, and which accounts its signature speaks for."""

    platform: Platform
    received_at: datetime
    digest: str
    accounts: frozenset[str]


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of a delivery, in numbers."""

    cases: int
    quarantined: int
    passed_over: int
    published: bool


@dataclass(slots=True)
class _Batch:
    arrivals: dict[str, Arrival] = field(default_factory=dict)
    quarantined: dict[str, Quarantine] = field(default_factory=dict)
    passed_over: int = 0

    def keep(self, arrival: Arrival) -> None:
        """Two events of one message in one delivery are one merge."""
        known = self.arrivals.get(arrival.case)
        self.arrivals[arrival.case] = _joined(known, arrival) if known else arrival

    def set_aside(self, entry: Quarantine) -> None:
        self.quarantined[entry.id] = entry


def take_in(parts: Iterable[Part], delivery: Delivery, *, store: Intake, queue: Queue, assess: Assess) -> Taken:
    """Store all, then publish, crisis first. Raises `StoreUnavailable`; a failed publish is made good by `sweep`.

    Every part stands alone: what cannot be understood or assessed is quarantined and costs the others nothing.
    """
    batch = _Batch()
    for part in parts:
        _add(batch, part, delivery, assess)
    arrivals = sorted(batch.arrivals.values(), key=_rank)
    if arrivals or batch.quarantined:
        store.merge(arrivals, list(batch.quarantined.values()))
    published = _publish(queue, arrivals)
    return Taken(len(arrivals), len(batch.quarantined), batch.passed_over, published)


def quarantine(delivery: Delivery, why: str, fragment: str, account: str | None = None) -> Quarantine:
    """A fragment for a person to look at; the same fragment twice is one entry."""
    id_ = identity("quarantine", delivery.platform, why, fragment)
    return Quarantine(id_, delivery.platform, account, why, fragment, delivery.received_at)


def _add(batch: _Batch, part: Part, delivery: Delivery, assess: Assess) -> None:
    said = part.said
    message = _message(said) if isinstance(said, Event) else None
    if isinstance(said, Event) and _says_nothing(said, message, delivery):
        batch.passed_over += 1
        return
    raw = _as_json(part.fragment)
    if not isinstance(said, Event) or message is None or said.account not in delivery.accounts:
        batch.set_aside(quarantine(delivery, _problem(said, delivery), raw, said.account))
        return
    try:
        batch.keep(_arrival(said, message, raw, delivery, assess))
    except Exception as error:  # noqa: BLE001 - one bad event never costs the others
        why = f"could not be assessed: {type(error).__name__}"
        batch.set_aside(quarantine(delivery, why, raw, said.account))


def _message(event: Event) -> str | None:
    """Which message an event is about. Our own words are about the one they answer; in private they name none, and
    `inbox` finds what they answer in their conversation.
    """
    if event.event is not EventKind.ECHO:
        return event.id
    return event.parent if event.public else event.id and event.conversation and f"echo {event.id}"


def _says_nothing(event: Event, message: str | None, delivery: Delivery) -> bool:
    """What is understood, and neither a message nor about one."""
    ours = event.event is EventKind.ECHO and (message is None or event.account not in delivery.accounts)
    return event.event is EventKind.IGNORED or ours


def _problem(said: Event | Quarantined, delivery: Delivery) -> str:
    """Why a person must look at a part that is no message of ours."""
    if isinstance(said, Quarantined):
        return said.why
    if said.account not in delivery.accounts:
        return "the account is not configured for the app that signed this"
    return (said.event is EventKind.NOTICE and said.why) or "a message without an id"


def _arrival(event: Event, message: str, raw: str, delivery: Delivery, assess: Assess) -> Arrival:
    assessment = assess(event, delivery.received_at) if event.event in CONTENT else None
    removed = event.event is EventKind.REMOVED
    return Arrival(
        case=case_id(event.platform, event.account, message),
        platform=event.platform,
        account=event.account,
        message=message,
        revisions={event_hash(event): Revision(event, delivery.received_at, delivery.digest, raw, assessment)},
        removed_at=(event.sent_at or delivery.received_at) if removed else None,
        pending_since=delivery.received_at,
        trace=trace(event, assessment.clocked_at) if assessment else None,
    )


def _joined(known: Arrival, more: Arrival) -> Arrival:
    revisions = {**more.revisions, **known.revisions}
    return replace(
        known, revisions=revisions, removed_at=known.removed_at or more.removed_at, trace=known.trace or more.trace
    )


def _publish(queue: Queue, arrivals: Sequence[Arrival]) -> bool:
    """One call, in their order. False when the queue did not confirm: the cases stay pending for `sweep`."""
    if not arrivals:
        return True
    try:
        queue.publish(TOPIC, [Notice({"case": a.case, "need": _need(a)}) for a in arrivals])
    except QueueUnavailable:
        return False
    return True


def _rank(arrival: Arrival) -> int:
    ranks = [r.assessment.priority.rank for r in arrival.revisions.values() if r.assessment]
    return min(ranks, default=Priority.READ.rank)


def _need(arrival: Arrival) -> str:
    return "read" if _rank(arrival) == Priority.READ.rank else "response"


def _as_json(fragment: Any) -> str:
    return fragment if isinstance(fragment, str) else json.dumps(fragment, ensure_ascii=False)
