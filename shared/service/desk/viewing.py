"""Opening one case: everything about it on one page, and a record of who looked."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from shared.domain.action import Action
from shared.domain.case import Case
from shared.domain.message import identity
from shared.ports import AuditEntry, Store, Transaction
from shared.service.desk.model import Person
from shared.service.desk.refusals import NoSuchCase

LOOK = timedelta(minutes=10)  # within this, looking again is the same look
CONVERSATION_LIMIT = 20


@dataclass(frozen=True, slots=True)
class Opened:
    """A case and what belongs to it, oldest first."""

    case: Case
    conversation: Sequence[Case]
    actions: Sequence[Action]
    audit: Sequence[AuditEntry]


def open_case(store: Store, case_id: str, person: Person, now: datetime, *, record: bool = True) -> Opened:
    """A case with its conversation, actions and audit. Who looked is committed before anything is shown.

    `record` is off for a request that shows nothing (HEAD). Raises `NoSuchCase` and `StoreUnavailable`.
    """
    case = store.case(case_id)
    if case is None:
        raise NoSuchCase
    audit = store.audit_of(case_id)
    if record and not _seen_lately(audit, person, now):
        viewed = AuditEntry(identity("view", case_id, person.id, now.isoformat()), case_id, now, person.id, "viewed")
        store.transact(lambda transaction: _record(transaction, viewed))
        audit = [*audit, viewed]
    conversation = store.conversation(case, CONVERSATION_LIMIT) if case.conversation else []
    return Opened(case, conversation, store.actions_of(case_id), audit)


def _seen_lately(audit: Sequence[AuditEntry], person: Person, now: datetime) -> bool:
    return any(entry.what == "viewed" and entry.who == person.id and now - entry.at < LOOK for entry in audit)


def _record(transaction: Transaction, entry: AuditEntry) -> None:
    transaction.audit(entry)
