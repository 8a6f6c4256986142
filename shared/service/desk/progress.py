"""What a person does to a case: take it, let it go, close it. Each is one commit with its audit entry."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from shared.domain.case import Case, Claim, Outcome, State
from shared.domain.message import identity
from shared.ports import AuditEntry, Store, Transaction
from shared.service.desk.model import Ending, Person, is_crisis
from shared.service.desk.refusals import Changed, NoSuchCase, NotDone, Why

NOTE_LIMIT = 2000  # characters

Decision = tuple[Case, str, str]  # the case as it becomes, what was done, a detail
Decide = Callable[[Case], Decision]


def claim(store: Store, case_id: str, person: Person, version: int, now: datetime) -> Case:
    """Take a case, also from somebody else, which is recorded. `now` is aware, UTC.

    Raises `Changed`, `NoSuchCase` and `StoreUnavailable`.
    """

    def decide(case: Case) -> Decision:
        before = case.claim.by if case.claim else None
        taken = replace(case, claim=Claim(person.id, now))
        if before in (None, person.id):
            return taken, "claimed", ""
        return taken, "taken-over", before or ""

    return _change(store, case_id, person, version, now, decide)


def release(store: Store, case_id: str, person: Person, version: int, now: datetime) -> Case:
    """Put a case back for anybody to take. Only who has it can; somebody else takes it over first.

    Raises `Changed`, `NoSuchCase` and `StoreUnavailable`.
    """

    def decide(case: Case) -> Decision:
        _check_claim(case, person)
        return replace(case, claim=None), "released", ""

    return _change(store, case_id, person, version, now, decide)


def close(
    store: Store, case_id: str, person: Person, outcome: Ending | None, note: str, version: int, now: datetime
) -> Case:
    """End a case with an outcome and a name (design, promise 3). Nothing is changed unless all of it is in order.

    A crisis needs a note and an outcome that is marked fit for it (principles 2.10). Raises `NotDone` for what was
    typed, `Changed` for what somebody else did, `NoSuchCase` and `StoreUnavailable`.
    """
    note = note.strip()

    def decide(case: Case) -> Decision:
        _check_claim(case, person)
        ending = _fit(case, outcome, note)
        ended = Outcome(ending.code, person.id, now, note)
        return replace(case, state=State.CLOSED, claim=None, outcome=ended), "closed", ending.code

    return _change(store, case_id, person, version, now, decide)


def _change(store: Store, case_id: str, person: Person, version: int, now: datetime, decide: Decide) -> Case:
    def work(transaction: Transaction) -> Case:
        case = transaction.case(case_id)
        if case is None:
            raise NoSuchCase
        _check_open(case, version)
        changed, what, detail = decide(case)
        changed = replace(changed, version=case.version + 1)
        transaction.put_case(changed)
        entry = identity("change", case.id, str(changed.version))  # one change a version: a second run is the same one
        transaction.audit(AuditEntry(entry, case.id, now, person.id, what, detail))
        return changed

    return store.transact(work)


def _check_open(case: Case, version: int) -> None:
    if case.state is State.CLOSED:
        raise Changed(Why.CLOSED)
    if case.state is None:
        raise Changed(Why.UNSORTED)
    if case.version != version:
        raise Changed(Why.CHANGED)


def _check_claim(case: Case, person: Person) -> None:
    if case.claim and case.claim.by != person.id:
        raise Changed(Why.CLAIMED)


def _fit(case: Case, outcome: Ending | None, note: str) -> Ending:
    if outcome is None:
        raise NotDone(Why.OUTCOME)
    if len(note) > NOTE_LIMIT:
        raise NotDone(Why.LONG)
    if is_crisis(case) and not outcome.crisis:
        raise NotDone(Why.CRISIS)
    if not note and (outcome.needs_note or is_crisis(case)):
        raise NotDone(Why.NOTE)
    return outcome
