"""The same counts on SQLite: statements, plans and steps."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest

from shared.adapters.sqlite import SqliteQueue, SqliteStore
from shared.domain.case import Case
from shared.domain.message import Platform
from shared.ports import Store
from shared.service.desk import lists
from shared.service.sweeping import sweep
from tests.counts.conftest import Note
from tests.counts.scenes import batch, case_row, deliver, take
from tests.counts.statements import Traced
from tests.counts.test_indexes import ask_everything
from tests.rig import NIGHT, OPEN, comment, page

MANY = 100_000
LIMIT = 50
FILL = """
INSERT INTO cases (id, platform, account, message, state, rank, due, at, conversation)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, 'c')
"""
READS: dict[str, Callable[[Store], Any]] = {
    "queue": lambda store: store.queue(LIMIT),
    "reading": lambda store: store.reading(LIMIT),
    "closed": lambda store: store.closed(LIMIT),
    "pending": lambda store: store.pending(LIMIT),
    "overdue scan": lambda store: store.due_by(NIGHT + timedelta(seconds=95), LIMIT),
    "sweep's scan": lambda store: (store.stuck_cases(OPEN, LIMIT), store.stuck_actions(OPEN, LIMIT)),
    "conversation": lambda store: store.conversation(
        Case("c", Platform.FACEBOOK, "100000000000001", "m", conversation="c", at=OPEN), LIMIT
    ),
    "earlier": lambda store: store.earlier(
        Case("c", Platform.FACEBOOK, "100000000000001", "m", conversation="c", at=OPEN), LIMIT
    ),
    "same words": lambda store: store.same_words("words", NIGHT, NIGHT + timedelta(seconds=95), LIMIT),
    "replies": lambda store: store.replies_to("above", NIGHT, NIGHT + timedelta(seconds=95), LIMIT),
    "queue page": lambda store: lists.overview(store, LIMIT),
}


@pytest.fixture
def traced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Traced:
    return Traced(tmp_path / "s.sqlite3", monkeypatch)


@pytest.fixture
def store(traced: Traced) -> SqliteStore:
    return SqliteStore(traced.database)


@pytest.fixture
def queue(traced: Traced) -> SqliteQueue:
    return SqliteQueue(traced.database, lambda: OPEN, Random(1))


def fill(traced: Traced, count: int) -> SqliteStore:
    names = ("id", "platform", "account", "message", "state", "rank", "due", "at")
    rows = [case_row(number) for number in range(count)]
    values = [
        tuple(r[n].isoformat(timespec="microseconds") if n in ("due", "at") else r[n] for n in names) for r in rows
    ]
    traced.database.write(lambda connection: connection.executemany(FILL, values))
    traces = "INSERT INTO traces (case_id, said_at, fingerprint, reply_to) SELECT id, at, 'words', 'above' FROM cases"
    traced.database.write(lambda connection: connection.execute(traces))
    return SqliteStore(traced.database)


@pytest.mark.parametrize("count", [1, 10, 1000])
def test_a_delivery_is_one_commit_and_no_read_and_so_is_its_redelivery(
    traced: Traced, store: SqliteStore, queue: SqliteQueue, note: Note, count: int
) -> None:
    for again in (False, True):
        traced.reset()
        deliver(store, queue, batch(count))
        found = traced.counts()
        note(
            f"SQLite: delivery of {count}{', again' * again}",
            {name: found[name] for name in ("BEGIN", "COMMIT", "SELECT")},
        )
        assert found["BEGIN"] == found["COMMIT"] == 2, "one for the cases, one for the queue in the same file"
        assert found["SELECT"] == found["ROLLBACK"] == 0


def test_inbox_is_one_transaction_a_case(traced: Traced, store: SqliteStore, queue: SqliteQueue, note: Note) -> None:
    deliver(store, queue, batch(2, at=NIGHT), NIGHT)
    for now, writes, reads in ((NIGHT, 2, 8), (NIGHT, 2, 5)):
        traced.reset()
        take(store, queue, now=now)
        found = traced.counts()
        note("SQLite: inbox at night", {name: found[name] for name in ("BEGIN", "COMMIT", "SELECT")})
        assert found["BEGIN"] == found["COMMIT"] == writes, "one for the case, one for the topic of the sender"
        assert found["SELECT"] == reads, (
            "the case and its revisions twice, the action; the first time the count and the same words elsewhere"
        )


def test_a_list_is_two_statements_however_long(traced: Traced, store: SqliteStore, queue: SqliteQueue) -> None:
    deliver(store, queue, batch(100))
    deliver(store, queue, page(comment("Changed", at=OPEN, id="1_3", verb="edited")))
    for limit in (1, 10, 100):
        traced.reset()
        assert len(store.pending(limit)) == limit
        assert traced.counts() == {"SELECT": 2}
    assert sum(len(case.revisions) for case in store.pending(100)) == 101


def test_every_read_uses_an_index_and_sorts_nothing(traced: Traced, note: Note) -> None:
    store = fill(traced, 1000)
    traced.database.write(lambda connection: connection.execute("ANALYZE"))
    traced.reset()
    ask_everything(store)
    asked = [statement for statement in traced.statements if statement.startswith("SELECT")]
    assert len(asked) >= 17
    for statement in asked:
        plan = traced.plan(statement)
        assert "TEMP B-TREE" not in plan.replace("json_each", ""), (statement, plan)
        scans = [step for step in plan.split(" / ") if step.startswith("SCAN") and "json_each" not in step]
        assert all(" INDEX " in step and "LIMIT" in statement for step in scans), (statement, plan)


def test_a_list_takes_no_more_steps_among_100_000_cases_than_among_100(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, note: Note
) -> None:
    steps: dict[str, list[int]] = {name: [] for name in READS}
    for count in (1000, MANY):
        traced = Traced(tmp_path / f"{count}.sqlite3", monkeypatch)
        store = fill(traced, count)
        for name, read in READS.items():
            traced.reset()
            read(store)
            steps[name].append(traced.steps)
        traced.database.close()
    for name, (few, many) in steps.items():
        note(f"SQLite: {name}, steps", {"among 1000": few, f"among {MANY}": many})
        assert many <= few * 1.05, f"{name}: {few} steps among 1000 cases, {many} among {MANY}"


def test_a_sweep_writes_in_one_commit_what_it_told_again(
    traced: Traced, store: SqliteStore, queue: SqliteQueue, note: Note
) -> None:
    deliver(store, queue, batch(30))
    traced.reset()
    assert sweep(OPEN + timedelta(minutes=5), store=store, queue=queue).cases == 30
    found = traced.counts()
    note("SQLite: sweep, 30 due", found)
    assert (found["BEGIN"], found["COMMIT"], found["SELECT"]) == (2, 2, 3)
