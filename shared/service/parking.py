"""Dead letters: work that was tried again and again and given up is put before a person, never dropped."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from shared.domain.action import ActionState, finish, lapsed
from shared.domain.alert import Alert, AlertKind, alert_id
from shared.domain.case import Case, State
from shared.domain.message import identity
from shared.ports import AuditEntry, Store, StoreUnavailable, Transaction

TOPIC = "dead-letters"
ENDED = frozenset({ActionState.SENT, ActionState.REFUSED, ActionState.UNKNOWN, ActionState.EXPIRED})


def park(ids: Mapping[str, str], now: datetime, *, store: Store) -> bool:
    """Put what a dead letter names on the desk, with an alert. True when there was anything to park.

    A case that `inbox` could not take stands in the queue as intake assessed it; an attempt at sending that went
    silent is unknown. Parking twice changes nothing more. Raises `StoreUnavailable`.
    """
    kind, id_ = next(((kind, ids[kind]) for kind in ("case", "action") if kind in ids), ("", ""))
    work = {"case": _park_case, "action": _park_action}.get(kind)
    if work is None:
        return False
    try:
        return store.transact(lambda tx: work(tx, id_, now))
    except StoreUnavailable:
        raise
    except Exception:  # noqa: BLE001 - what cannot even be read still needs somebody to hear of it
        store.transact(lambda tx: _raise_alarm(tx, id_, id_, now))
        return True


def over(alert: Alert, *, store: Store) -> bool:
    """Whether what was parked has come to an end since."""
    if alert.kind is not AlertKind.DEAD_LETTER or alert.case is None:
        return False
    case = store.case(alert.case)
    return case is None or (case.state is State.CLOSED and all(a.state in ENDED for a in store.actions_of(case.id)))


def _park_case(tx: Transaction, case_id: str, now: datetime) -> bool:
    case = tx.case(case_id)
    if case is None or case.pending_since is None:
        return False
    parked = _on_the_desk(case, now) if case.content else replace(case, pending_since=None, sweep_at=None)
    _raise_alarm(tx, case.id, case.id, now)
    tx.put_case(parked)
    tx.audit(AuditEntry(identity(case.id, "parked", str(parked.version)), case.id, now, "sweep", "parked"))
    return True


def _on_the_desk(case: Case, now: datetime) -> Case:
    """Where stage 1 would put it, without anything that may have failed."""
    judged = min((r.assessment for r in case.content if r.assessment), key=lambda a: a.priority.rank, default=None)
    return replace(
        case,
        pending_since=None,
        sweep_at=None,
        taken=tuple(sorted(case.revisions)),
        state=State.WAITING,
        assessment=judged,
        rank=judged.priority.rank if judged else 0,
        due=(judged and judged.due) or now,
        at=judged.clocked_at if judged else now,
        conversation=case.content[0].event.conversation,
        version=case.version + 1,
    )


def _park_action(tx: Transaction, action_id: str, now: datetime) -> bool:
    action = tx.action(action_id)
    if action is None or action.state in ENDED:
        return False
    _raise_alarm(tx, action.id, action.case, now)
    if lapsed(action, now):
        tx.put_action(finish(action, ActionState.UNKNOWN, why="given up by the queue"))
        entry = identity(action.id, "parked", str(action.attempts))
        tx.audit(AuditEntry(entry, action.case, now, "sweep", f"{action.kind}: {ActionState.UNKNOWN}"))
    return True


def _raise_alarm(tx: Transaction, what: str, case_id: str, now: datetime) -> None:
    id_ = alert_id(AlertKind.DEAD_LETTER, what)
    if tx.alert(id_) is None:
        tx.put_alert(Alert(id_, AlertKind.DEAD_LETTER, now, open_since=now, case=case_id))
