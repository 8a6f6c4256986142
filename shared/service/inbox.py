"""Inbox: one transaction a case, then the acknowledgement goes out on its platform's topic."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from shared.domain.action import Action, ActionState
from shared.domain.alert import Alert
from shared.domain.case import Case
from shared.domain.message import event_hash, identity
from shared.domain.taking import take
from shared.ports import AuditEntry, Notice, Queue, Store, StoreUnavailable, Transaction
from shared.principles.loading import Library
from shared.service import alerting, answering, looking_up, surroundings
from shared.service.acknowledging import acknowledgement, first_post, is_acknowledgement
from shared.service.channels import Heard
from shared.service.surroundings import Looked

LOOKS = 3


def topic_of(action: Action) -> str:
    """The topic that the sender of the action's platform listens to."""
    return f"actions-{action.platform}"


class _Overtaken(Exception):
    """The words of a case changed between looking around and taking it."""


@dataclass(frozen=True, slots=True)
class _Step:
    """What one transaction came to, and what is to follow it."""

    before: Case
    case: Case
    action: Action | None = None
    alerts: tuple[Alert, ...] = ()


def take_case(
    case_id: str,
    now: datetime,
    *,
    store: Store,
    queue: Queue,
    library: Library,
    heard: Heard | None = None,
    tell: Callable[[Alert], None] = lambda _: None,
) -> bool:
    """Take a case from intake onto the desk and reserve the acknowledgement it is owed. False if there is none such.

    `heard` notes that its channel works; `tell` sends the mail of an urgent alert, at any hour. Runs as often as it is
    asked with one effect. Raises `StoreUnavailable` or `QueueUnavailable`: ask again.
    """
    step = _settle(case_id, now, store, library)
    if step is None:
        return False
    if heard is not None:
        heard.note(step.before)
    _follow(step, now, store, queue, library)
    for alert in step.alerts:
        tell(alert)
    return True


def _settle(case_id: str, now: datetime, store: Store, library: Library) -> _Step | None:
    """Look around, then take: again where the words have changed in between. Raises `StoreUnavailable`."""
    for _ in range(LOOKS):
        looked = surroundings.look(store.case(case_id), now, store=store)
        with suppress(_Overtaken):
            return store.transact(partial(_work, case_id, now, library, looked))
    raise StoreUnavailable("the words keep changing")


def _work(case_id: str, now: datetime, library: Library, looked: Looked, tx: Transaction) -> _Step | None:
    case = tx.case(case_id)
    if case is None or answering.waits_to_be_spread(case):
        return None if case is None else _Step(case, case)
    if not looked.holds_for(case):
        raise _Overtaken
    return _take(tx, case, now, library, looked)


def _follow(step: _Step, now: datetime, store: Store, queue: Queue, library: Library) -> None:
    case, action = step.case, step.action
    if answering.waits_to_be_spread(case):
        answering.spread(case, now, store=store, queue=queue, library=library)
    if case.incomplete:
        queue.publish(looking_up.topic_of(case.platform), [Notice({"case": case.id})])
    if action is not None:
        queue.publish(topic_of(action), [Notice({"action": action.id})])


def _take(tx: Transaction, case: Case, now: datetime, library: Library, looked: Looked) -> _Step:
    taken = take(
        case,
        now,
        library.in_force(_written(case, now)).calendar().due,
        lambda event: is_acknowledgement(event, library),
        lambda stage_one: looked.widen(stage_one, case.assessment),
    )
    tx.put_case(taken)
    if taken.version != case.version:
        tx.audit(_placed(taken, now))
    alerts = _raise_alarm(tx, case, taken, library, now)
    return _Step(case, taken, _reserve(tx, case, taken, library, now), alerts)


def _raise_alarm(tx: Transaction, before: Case, taken: Case, library: Library, now: datetime) -> tuple[Alert, ...]:
    """Crisis and threats are told at once to whoever the principles name, once a case and priority."""
    groups = library.in_force(now).alerts.urgent
    if taken.version == before.version or not alerting.cannot_wait(taken):
        return ()
    fresh = [alert for alert in alerting.owed_urgent(taken, groups, now) if tx.alert(alert.id) is None]
    for alert in fresh:
        tx.put_alert(alert)
    return tuple(fresh)


def _reserve(tx: Transaction, before: Case, taken: Case, library: Library, now: datetime) -> Action | None:
    """The action to publish: one just reserved, or one reserved by a run that was cut off before it could publish."""
    owed = acknowledgement(taken, library.in_force(now), now)
    if owed is None:
        return None
    known = tx.action(owed.id)
    if known is not None:
        return known if known.case == taken.id and known.state is ActionState.RESERVED else None
    if not _just_posted(before, taken) or _too_many(tx, owed, library, now):
        return None
    tx.put_action(owed)
    tx.audit(_owed(owed, now))
    return owed


def _just_posted(before: Case, taken: Case) -> bool:
    """Only a post that this run takes is acknowledged: never an edit, a restamped copy or a later duplicate."""
    post = first_post(taken)
    return post is not None and event_hash(post.event) not in before.taken


def _too_many(tx: Transaction, owed: Action, library: Library, now: datetime) -> bool:
    return owed.public and tx.actions_in(owed.group) >= library.in_force(now).limits.public_acks_per_post


def _written(case: Case, now: datetime) -> datetime:
    first = case.content[0] if case.content else None
    return first.assessment.clocked_at if first and first.assessment else now


def _placed(case: Case, now: datetime) -> AuditEntry:
    state = case.state or "taken"
    return AuditEntry(identity(case.id, "inbox", str(case.version)), case.id, now, "inbox", f"placed: {state}")


def _owed(action: Action, now: datetime) -> AuditEntry:
    return AuditEntry(identity(action.id, "owed"), action.case, now, "inbox", f"{action.kind}: owed")
