"""The local queue behaves as Pub/Sub may: leases, redelivery, repeats, no order."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

import pytest

from shared.adapters.sqlite import Database, SqliteQueue
from shared.adapters.sqlite.queue import LEASE, MAX_ATTEMPTS
from shared.ports import Notice, QueueUnavailable


class Clock:
    """Time that the test moves."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def make(tmp_path: Path, clock: Clock, seed: int = 1, repeats: float = 0.0) -> SqliteQueue:
    return SqliteQueue(Database(tmp_path / "q.sqlite3"), clock, Random(seed), repeats)


def notices(count: int) -> list[Notice]:
    return [Notice({"case": str(n)}) for n in range(count)]


def test_what_is_leased_is_away_until_the_lease_ends(tmp_path: Path, clock: Clock) -> None:
    queue = make(tmp_path, clock)
    queue.publish("t", notices(1))
    [lease] = queue.lease("t")
    assert queue.lease("t") == []
    clock.now += LEASE
    [again] = queue.lease("t")
    assert (again.data, again.attempt) == (lease.data, 2)


def test_what_is_acknowledged_is_gone(tmp_path: Path, clock: Clock) -> None:
    queue = make(tmp_path, clock)
    queue.publish("t", notices(1))
    queue.acknowledge(queue.lease("t")[0])
    clock.now += timedelta(days=7)
    assert queue.lease("t") == []


def test_what_failed_comes_again_after_a_growing_pause(tmp_path: Path, clock: Clock) -> None:
    queue = make(tmp_path, clock)
    queue.publish("t", notices(1))
    pauses = []
    for _ in range(3):
        queue.give_back(queue.lease("t")[0])
        waited = 0
        while not queue.lease("t"):
            clock.now += timedelta(seconds=1)
            waited += 1
        pauses.append(waited)
        clock.now += LEASE
    assert pauses == sorted(pauses)
    assert pauses[0] < pauses[-1]


def test_after_the_last_attempt_it_is_a_dead_letter(tmp_path: Path, clock: Clock) -> None:
    queue = make(tmp_path, clock)
    queue.publish("t", notices(1))
    for _ in range(MAX_ATTEMPTS):
        [lease] = queue.lease("t")
        queue.give_back(lease)
        clock.now += timedelta(minutes=5)
    assert queue.lease("t") == []
    assert [lease.data for lease in queue.lease("dead-letters")] == [{"case": "0"}]


def test_topics_are_apart(tmp_path: Path, clock: Clock) -> None:
    queue = make(tmp_path, clock)
    queue.publish("one", notices(1))
    assert queue.lease("two") == []


def test_there_is_no_order_and_the_seed_decides(tmp_path: Path, clock: Clock) -> None:
    orders = set()
    for seed in range(5):
        folder = tmp_path / str(seed)
        folder.mkdir()
        queue = make(folder, clock, seed)
        queue.publish("t", notices(10))
        orders.add(tuple(lease.data["case"] for lease in queue.lease("t")))
    assert len(orders) > 1
    assert {tuple(sorted(order, key=int)) for order in orders} == {tuple(str(n) for n in range(10))}


def test_some_come_once_more_although_they_were_acknowledged(tmp_path: Path, clock: Clock) -> None:
    queue = make(tmp_path, clock, repeats=1.0)
    queue.publish("t", notices(1))
    queue.acknowledge(queue.lease("t")[0])
    [again] = queue.lease("t")
    queue.acknowledge(again)
    assert queue.lease("t") == []


def test_what_was_published_survives_the_process(tmp_path: Path, clock: Clock) -> None:
    make(tmp_path, clock).publish("t", notices(3))
    assert len(make(tmp_path, clock).lease("t")) == 3


def test_a_queue_that_cannot_write_says_so(tmp_path: Path, clock: Clock) -> None:
    database = Database(tmp_path / "q.sqlite3")
    queue = SqliteQueue(database, clock, Random(1))
    database.close()
    with pytest.raises(QueueUnavailable):
        queue.publish("t", notices(1))
