"""What every store must do. Each adapter runs the same tests; `STORES` lists them."""

import sqlite3
import threading
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from shared.adapters.sqlite import Database, SqliteStore
from shared.domain.action import Action, ActionKind, ActionState
from shared.domain.assessment import Assessment, Finding, Priority
from shared.domain.case import Case, Claim, Outcome, Revision, State
from shared.domain.message import Attachment, Author, Event, EventKind, Kind, Platform
from shared.ports import PATIENCE, Arrival, AuditEntry, Quarantine, Store, StoreUnavailable, Transaction

NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
STORES = ("sqlite", "firestore")
AWKWARD = "naïve \x00 🙂\u200d🙂 \u202e 'quoted\" \\ \n" + "x" * 10_000


@pytest.fixture(params=STORES)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    if request.param == "sqlite":
        return SqliteStore(Database(tmp_path / "s.sqlite3"))
    made: Store = request.getfixturevalue("firestore_store")
    return made


def assessment(priority: Priority = Priority.NORMAL) -> Assessment:
    finding = Finding("complaint", "complaint", ((0, 3), (5, 9)), "why", priority, eased_by=((1, 2),))
    return Assessment(priority, True, NOW, None, (finding,), "1", "1", NOW, faults=("a",))


def revision(text: str | None = AWKWARD) -> Revision:
    event = Event(
        EventKind.POSTED, Platform.FACEBOOK, "page", "m1", Kind.COMMENT, text, Author("a", "A", None), "c", "p", NOW,
        attachments=(Attachment("photo", "https://cdn.example/1"),), why=None, no_ack="standby",
    )  # fmt: skip
    return Revision(event, NOW, "digest", '{"raw": 1}', assessment())


def arrival(id: str = "c1", *, key: str = "r1", removed_at: datetime | None = None, at: datetime = NOW) -> Arrival:
    return Arrival(id, Platform.FACEBOOK, "page", "m-" + id, {key: revision()}, removed_at, at)


def placed(store: Store, id: str, state: State, rank: int, due: datetime | None, **more: Any) -> Case:
    store.merge([arrival(id)], [])

    def work(tx: Transaction) -> Case:
        case = tx.case(id)
        assert case is not None
        made = replace(
            case,
            state=state,
            rank=rank,
            due=due,
            at=due or NOW,
            pending_since=None,
            conversation="c",
            **{"sweep_at": None, **more},
        )
        tx.put_case(made)
        return made

    return store.transact(work)


def action(id: str = "a1", **change: object) -> Action:
    made = Action(
        id=id, kind=ActionKind.ACKNOWLEDGE, platform=Platform.FACEBOOK, account="page", case="c1", target="m1",
        author="a", public=True, text=AWKWARD, group="g", principles="1", reserved_at=NOW,
        expires_at=NOW + timedelta(hours=1),
    )  # fmt: skip
    return replace(made, **change)  # type: ignore[arg-type]


def test_what_was_merged_is_read_back_as_it_was(store: Store) -> None:
    store.merge([arrival(removed_at=NOW)], [])
    case = store.case("c1")
    assert case == Case(
        "c1",
        Platform.FACEBOOK,
        "page",
        "m-c1",
        {"r1": revision()},
        removed_at=NOW,
        pending_since=NOW,
        sweep_at=NOW + PATIENCE,
    )


def test_merging_again_adds_nothing_and_takes_nothing_away(store: Store) -> None:
    store.merge([arrival()], [])
    store.merge([arrival(key="r2", removed_at=NOW)], [])
    store.merge([arrival(at=NOW + timedelta(minutes=1))], [])
    case = store.case("c1")
    assert case is not None
    assert set(case.revisions) == {"r1", "r2"}
    assert case.removed_at == NOW
    assert case.pending_since == NOW + timedelta(minutes=1)


def test_a_merge_does_not_touch_what_was_decided(store: Store) -> None:
    claim, outcome = Claim("sam", NOW), Outcome("answered", "sam", NOW, "note")
    placed(
        store,
        "c1",
        State.CLOSED,
        2,
        NOW,
        claim=claim,
        outcome=outcome,
        taken=("r1",),
        version=3,
        assessment=assessment(),
    )
    store.merge([arrival()], [])
    case = store.case("c1")
    assert case is not None
    assert (case.state, case.claim, case.outcome, case.taken, case.version) == (
        State.CLOSED,
        claim,
        outcome,
        ("r1",),
        3,
    )
    assert case.assessment == assessment()
    assert case.pending_since == NOW


def test_an_unknown_case_is_none(store: Store) -> None:
    assert store.case("nobody") is None
    assert store.transact(lambda tx: (tx.case("nobody"), tx.action("nobody"))) == (None, None)


def test_the_queue_is_by_rank_then_by_due_time(store: Store) -> None:
    for id, rank, hours in (("late", 2, 1), ("crisis", 0, 9), ("urgent", 1, 5), ("later", 2, 2)):
        placed(store, id, State.WAITING, rank, NOW + timedelta(hours=hours))
    placed(store, "read", State.READING, 3, None)
    assert [case.id for case in store.queue(10)] == ["crisis", "urgent", "late", "later"]
    assert [case.id for case in store.queue(2)] == ["crisis", "urgent"]
    assert [case.id for case in store.reading(10)] == ["read"]


def test_what_inbox_has_not_taken_is_pending_oldest_first(store: Store) -> None:
    store.merge([arrival("b", at=NOW + timedelta(minutes=1)), arrival("a", at=NOW + timedelta(microseconds=1))], [])
    store.merge([arrival("c", at=NOW)], [])
    placed(store, "d", State.WAITING, 2, NOW)
    assert [case.id for case in store.pending(10)] == ["c", "a", "b"]


def test_closed_and_conversation(store: Store) -> None:
    one = placed(store, "one", State.CLOSED, 2, NOW)
    placed(store, "two", State.CLOSED, 2, NOW + timedelta(hours=1))
    assert [case.id for case in store.closed(10)] == ["two", "one"]
    assert [case.id for case in store.conversation(one, 10)] == ["two"]


def test_what_sweep_must_tell_again(store: Store) -> None:
    store.merge([arrival("b", at=NOW + timedelta(seconds=1)), arrival("a", at=NOW)], [])
    placed(store, "taken", State.WAITING, 2, NOW, sweep_at=None)
    store.transact(lambda tx: tx.put_action(action("stuck", sweep_at=NOW)))
    store.transact(lambda tx: tx.put_action(action("ended", sweep_at=None)))
    assert store.stuck_cases(NOW, 10) == []
    later = NOW + PATIENCE + timedelta(seconds=1)
    assert [case.id for case in store.stuck_cases(later, 10)] == ["a", "b"]
    assert [case.id for case in store.stuck_cases(later, 1)] == ["a"]
    assert [found.id for found in store.stuck_actions(later, 10)] == ["stuck"]
    store.postpone({"a": later + PATIENCE}, {"stuck": later + PATIENCE})
    assert [case.id for case in store.stuck_cases(later, 10)] == ["b"]
    assert store.stuck_actions(later, 10) == []
    assert [case.id for case in store.stuck_cases(later + PATIENCE, 10)] == ["b", "a"]


def test_a_long_conversation_is_shown_around_the_case(store: Store) -> None:
    """Under a busy post what stands next to a message matters, not what was first of all."""
    made = [placed(store, f"c{n}", State.READING, 3, NOW + timedelta(minutes=n)) for n in range(9)]
    assert [case.id for case in store.conversation(made[4], 2)] == ["c2", "c3", "c5", "c6"]
    assert [case.id for case in store.conversation(made[0], 2)] == ["c1", "c2"]
    assert [case.id for case in store.conversation(made[8], 2)] == ["c6", "c7"]


def test_a_conversation_is_of_one_account(store: Store) -> None:
    one = placed(store, "one", State.READING, 3, NOW)
    placed(store, "two", State.READING, 3, NOW)
    assert store.conversation(replace(one, account="another page"), 10) == []


def test_a_transaction_that_fails_writes_nothing(store: Store) -> None:
    store.merge([arrival()], [])

    def work(tx: Transaction) -> None:
        case = tx.case("c1")
        assert case is not None
        tx.put_case(replace(case, state=State.CLOSED))
        tx.put_action(action())
        tx.audit(AuditEntry("e1", "c1", NOW, "sam", "closed"))
        raise LookupError

    with pytest.raises(LookupError):
        store.transact(work)
    case = store.case("c1")
    assert case is not None
    assert case.state is None
    assert (store.actions_of("c1"), store.audit_of("c1")) == ([], [])


def test_actions_are_counted_by_group_and_found_by_case_and_state(store: Store) -> None:
    def work(tx: Transaction) -> None:
        tx.put_action(action("a1"))
        tx.put_action(action("a2", group="other", state=ActionState.UNKNOWN, reserved_at=NOW + timedelta(seconds=1)))
        tx.put_action(action("a1", state=ActionState.SENT, attempts=1, platform_id="x"))

    store.transact(work)
    assert store.transact(lambda tx: (tx.actions_in("g"), tx.actions_in("other"), tx.actions_in("none"))) == (1, 1, 0)
    assert store.transact(lambda tx: tx.action("a1")) == action(
        "a1", state=ActionState.SENT, attempts=1, platform_id="x"
    )
    assert [found.id for found in store.actions_of("c1")] == ["a1", "a2"]
    assert [found.id for found in store.unsettled(5)] == ["a2"]


def test_the_audit_is_in_order(store: Store) -> None:
    for minute in (2, 0, 1):
        entry = AuditEntry(f"e{minute}", "c1", NOW + timedelta(minutes=minute), "sam", "viewed")
        store.transact(lambda tx, entry=entry: tx.audit(entry))  # type: ignore[misc]
    assert [entry.id for entry in store.audit_of("c1")] == ["e0", "e1", "e2"]


def test_the_same_fragment_is_quarantined_once(store: Store) -> None:
    kept = Quarantine("q1", Platform.FACEBOOK, None, "unknown verb", AWKWARD, NOW)
    store.merge([], [kept])
    store.merge([], [replace(kept, received_at=NOW + timedelta(hours=1))])
    [found] = store.quarantined(5)
    assert replace(found, received_at=NOW) == kept


def test_parallel_transactions_do_not_lose_a_write(store: Store) -> None:
    """Under contention a store may give up, but then it says so: every write it confirmed is there."""
    store.merge([arrival()], [])
    confirmed: list[int] = []

    def count_up(tx: Transaction) -> int:
        case = tx.case("c1")
        assert case is not None
        tx.put_case(replace(case, version=case.version + 1))
        return case.version + 1

    def run() -> None:
        with suppress(StoreUnavailable):
            confirmed.append(store.transact(count_up))

    threads = [threading.Thread(target=run) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    confirmed.append(store.transact(count_up))  # eight at once may all give up; when it is quiet again, one is taken
    case = store.case("c1")
    assert case is not None
    assert sorted(confirmed) == list(range(1, case.version + 1))


def test_a_healthy_store_says_so(store: Store) -> None:
    store.ping()
    store.ping()


def test_sqlite_that_cannot_be_opened_is_unavailable(tmp_path: Path) -> None:
    with pytest.raises(StoreUnavailable):
        Database(tmp_path / "no such folder" / "s.sqlite3")


def test_sqlite_that_is_locked_by_another_process_is_unavailable(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shared.adapters.sqlite.database.BUSY_SECONDS", 0.05)
    store = SqliteStore(Database(tmp_path / "s.sqlite3"))
    other = sqlite3.connect(tmp_path / "s.sqlite3", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreUnavailable) as caught:
        store.merge([arrival()], [])
    assert AWKWARD not in str(caught.value)
    other.execute("ROLLBACK")
    other.close()
    store.merge([arrival()], [])
    assert store.case("c1") is not None


def test_what_sqlite_confirmed_survives_the_process(tmp_path: Path) -> None:
    SqliteStore(Database(tmp_path / "s.sqlite3")).merge([arrival()], [])
    assert SqliteStore(Database(tmp_path / "s.sqlite3")).case("c1") is not None
    synchronous = Database(tmp_path / "s.sqlite3").read("PRAGMA synchronous")[0][0]
    assert synchronous == 2, "FULL: a commit is on the disk before we answer"
