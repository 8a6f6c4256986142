"""Stage 2 while everything happens at once: no run of `inbox` waits for another, and what belongs together is found."""

from collections.abc import Sequence
from pathlib import Path
from random import Random
from threading import Thread

import pytest

from shared.adapters.sqlite import Database, SqliteQueue, SqliteStore
from shared.domain.message import Platform, case_id
from shared.ports import Notice, Store
from shared.service import inbox
from tests.counts.scenes import deliver, take
from tests.rig import LIBRARY, OPEN, PAGE, comment, page

REPLIES = 8


class Nowhere:
    """A queue that takes everything."""

    def publish(self, topic: str, notices: Sequence[Notice]) -> None:
        """Nothing comes of it."""


@pytest.fixture(params=("sqlite", "firestore"))
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    if request.param == "sqlite":
        return SqliteStore(Database(tmp_path / "s.sqlite3"))
    made: Store = request.getfixturevalue("firestore_store")
    return made


def found(store: Store, message: str) -> list[str]:
    case = store.case(case_id(Platform.FACEBOOK, PAGE, message))
    assert case is not None
    assert case.assessment is not None
    return [finding.rule for finding in case.assessment.findings if finding.rule.startswith("around.")]


def at_once(store: Store, messages: Sequence[str]) -> None:
    """One run of `inbox` a message, all at once. A run that fails says so."""
    failed: list[BaseException] = []

    def run(message: str) -> None:
        try:
            key = case_id(Platform.FACEBOOK, PAGE, message)
            inbox.take_case(key, OPEN, store=store, queue=Nowhere(), library=LIBRARY)
        except BaseException as error:  # noqa: BLE001 - shown by the test
            failed.append(error)

    threads = [Thread(target=run, args=(message,)) for message in messages]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []


def test_many_against_one_taken_at_once(store: Store) -> None:
    first = comment("I am so tired of it", at=OPEN, author="700")
    hostile = [comment("Get over it", at=OPEN, id=f"r_{n}", author=f"80{n}", parent_id="1_1") for n in range(REPLIES)]
    deliver(store, Nowhere(), page(first))
    for one in hostile:  # each its own delivery: all are stored before any is taken
        deliver(store, Nowhere(), page(one))
    at_once(store, ["1_1", *(f"r_{n}" for n in range(REPLIES))])
    carry = [found(store, f"r_{n}") for n in range(REPLIES)]
    assert sum(rules == ["around.pile-on"] for rules in carry) == REPLIES - 4
    assert sum(rules == [] for rules in carry) == 4


def test_one_runs_every_message_in_any_order_with_one_result(store: Store, tmp_path: Path) -> None:
    text = "Cheap mattresses now at www.example.com for everybody"
    names = [f"c_{n}" for n in range(REPLIES)]
    queue = SqliteQueue(Database(tmp_path / "q.sqlite3"), lambda: OPEN, Random(1))
    deliver(store, queue, page(*(comment(text, at=OPEN, id=name, author="77") for name in names)))
    Random(7).shuffle(names)
    for name in names:
        assert take(store, queue, name)
    assert sum(found(store, name) == ["around.repeated"] for name in names) == REPLIES - 2
    before = [store.case(case_id(Platform.FACEBOOK, PAGE, name)) for name in names]
    at_once(store, names)
    assert [store.case(case_id(Platform.FACEBOOK, PAGE, name)) for name in names] == before
