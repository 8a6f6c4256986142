"""Writers that wait together are committed together, and the failure of one costs the others nothing."""

import sqlite3
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from threading import Event
from typing import Any

import pytest

from shared.adapters.sqlite import Database
from shared.ports import StoreUnavailable

WRITERS = 8
SECONDS = 30


class Failed(Exception):
    """What a work of these tests raises."""


class Group:
    """A leader that holds the lock until every other writer is queued behind it."""

    def __init__(self, path: Path) -> None:
        self.database = Database(path)
        self.statements: list[str] = []
        self.database._connection.set_trace_callback(self.statements.append)
        self._pool = ThreadPoolExecutor(WRITERS + 1)

    def run(self, works: list[Callable[[sqlite3.Connection], Any]], *, repeatable: bool = False) -> list["Future[Any]"]:
        """All works in one commit, behind a first one that waits for them."""
        inside, go = Event(), Event()

        def first(connection: sqlite3.Connection) -> None:
            inside.set()
            assert go.wait(SECONDS)

        leader = self._pool.submit(self.database.write, first)
        assert inside.wait(SECONDS)
        futures = [self._pool.submit(self.database.write, work, repeatable=repeatable) for work in works]
        while len(self.database._commits._waiting) < len(works):
            assert not any(future.done() for future in futures)
        self.statements.clear()
        go.set()
        leader.result(SECONDS)
        for future in futures:
            future.exception(SECONDS)
        return futures

    def close(self) -> None:
        self._pool.shutdown()
        self.database.close()


@pytest.fixture
def group(tmp_path: Path) -> Iterator[Group]:
    made = Group(tmp_path / "group.sqlite3")
    yield made
    made.close()


def publish(number: int) -> Callable[[sqlite3.Connection], int]:
    """A work that puts a message on a topic."""

    def work(connection: sqlite3.Connection) -> int:
        connection.execute("INSERT INTO messages (topic, data, available_at) VALUES (?, '{}', '')", (str(number),))
        return number

    return work


def fail(error: BaseException) -> Callable[[sqlite3.Connection], int]:
    """A work that writes and then fails."""

    def work(connection: sqlite3.Connection) -> int:
        publish(-1)(connection)
        raise error

    return work


def topics(path: Path) -> list[int]:
    """What another connection finds in the file."""
    return sorted(int(row["topic"]) for row in Database(path).read("SELECT topic FROM messages"))


def test_all_who_waited_share_one_commit_and_get_their_own_result(group: Group, tmp_path: Path) -> None:
    futures = group.run([publish(number) for number in range(WRITERS)])
    assert [future.result() for future in futures] == list(range(WRITERS))
    assert group.statements.count("COMMIT") == 2, "the leader's, and one for all the others"
    assert topics(tmp_path / "group.sqlite3") == list(range(WRITERS))


def test_one_failing_work_costs_the_others_nothing(group: Group, tmp_path: Path) -> None:
    error = Failed("mine")
    futures = group.run([publish(0), fail(error), publish(2)])
    assert futures[1].exception() is error
    assert [futures[0].result(), futures[2].result()] == [0, 2]
    assert topics(tmp_path / "group.sqlite3") == [0, 2]
    assert group.statements.count("COMMIT") == 2


def test_repeatable_works_need_no_savepoint(group: Group, tmp_path: Path) -> None:
    futures = group.run([publish(number) for number in range(3)], repeatable=True)
    assert [future.result() for future in futures] == [0, 1, 2]
    assert not [statement for statement in group.statements if "SAVEPOINT" in statement]
    assert topics(tmp_path / "group.sqlite3") == [0, 1, 2]


def test_one_failing_among_repeatable_works_costs_the_others_nothing(group: Group, tmp_path: Path) -> None:
    error = Failed("mine")
    futures = group.run([publish(0), fail(error), publish(2)], repeatable=True)
    assert futures[1].exception() is error
    assert [futures[0].result(), futures[2].result()] == [0, 2]
    assert topics(tmp_path / "group.sqlite3") == [0, 2]
    assert group.statements.count("COMMIT") == 2


@pytest.mark.parametrize(("repeatable", "times"), [(False, 3), (True, 6)])
def test_only_a_repeatable_work_runs_again_when_another_fails(group: Group, repeatable: bool, times: int) -> None:
    runs: list[int] = []

    def work(connection: sqlite3.Connection) -> None:
        runs.append(publish(0)(connection))
        if len(runs) == 3:
            raise Failed

    group.run([work] * 3, repeatable=repeatable)
    assert len(runs) == times


def test_a_work_that_is_alone_and_fails_writes_nothing_and_runs_once(group: Group, tmp_path: Path) -> None:
    error = Failed("mine")
    runs: list[int] = []

    def work(connection: sqlite3.Connection) -> None:
        runs.append(1)
        fail(error)(connection)

    with pytest.raises(Failed) as caught:
        group.database.write(work, repeatable=True)
    assert caught.value is error
    assert runs == [1]
    assert topics(tmp_path / "group.sqlite3") == []
    assert group.database.write(publish(9)) == 9


@pytest.mark.parametrize("error", [KeyboardInterrupt(), SystemExit(3), GeneratorExit()], ids=lambda e: type(e).__name__)
def test_whatever_a_work_raises_goes_to_its_own_caller(group: Group, tmp_path: Path, error: BaseException) -> None:
    futures = group.run([publish(0), fail(error), publish(2)])
    assert futures[1].exception() is error
    assert topics(tmp_path / "group.sqlite3") == [0, 2]
    assert group.database.write(publish(3)) == 3


def test_a_statement_that_fails_is_named_by_its_type_to_its_own_caller(group: Group, tmp_path: Path) -> None:
    futures = group.run([publish(0), lambda connection: connection.execute("INSERT INTO nowhere VALUES ('secret')")])
    told = futures[1].exception()
    assert isinstance(told, StoreUnavailable)
    assert str(told) == "OperationalError"
    assert topics(tmp_path / "group.sqlite3") == [0]


def test_a_commit_that_fails_is_told_to_everybody_and_leaves_nothing(group: Group, tmp_path: Path) -> None:
    group.database._connection.execute("CREATE TABLE parents (id INTEGER PRIMARY KEY)")
    group.database._connection.execute(
        "CREATE TABLE children (id INTEGER REFERENCES parents (id) DEFERRABLE INITIALLY DEFERRED)"
    )

    def orphan(connection: sqlite3.Connection) -> None:  # only COMMIT notices
        connection.execute("INSERT INTO children VALUES (1)")

    futures = group.run([publish(0), orphan, fail(Failed()), publish(3)])
    told = [future.exception() for future in futures]
    assert [str(error) for error in told] == ["IntegrityError"] * 4
    assert all(isinstance(error, StoreUnavailable) for error in told)
    assert topics(tmp_path / "group.sqlite3") == []
    assert group.database.write(publish(9)) == 9
    assert topics(tmp_path / "group.sqlite3") == [9]


def test_a_file_that_another_process_holds_is_told_to_everybody(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shared.adapters.sqlite.database.BUSY_SECONDS", 0.05)
    group = Group(tmp_path / "group.sqlite3")
    holder = sqlite3.connect(tmp_path / "group.sqlite3", isolation_level=None, check_same_thread=False)
    try:
        # The leader still holds the file itself, so the stranger takes it between the two commits.
        monkeypatch.setattr(group.database._commits, "_together", _before_second(group.database._commit, holder))
        told = [future.exception() for future in group.run([publish(number) for number in range(3)])]
        assert [str(error) for error in told] == ["OperationalError"] * 3
        holder.execute("ROLLBACK")
        assert group.database.write(publish(9)) == 9
    finally:
        holder.close()
        group.close()


def test_many_writers_at_once_lose_nothing(group: Group, tmp_path: Path) -> None:
    with ThreadPoolExecutor(WRITERS) as pool:
        given = list(pool.map(lambda number: group.database.write(publish(number)), range(400)))
    assert given == list(range(400))
    assert topics(tmp_path / "group.sqlite3") == list(range(400))


def test_what_one_work_wrote_the_next_one_sees(group: Group) -> None:
    def count(connection: sqlite3.Connection) -> int:
        return int(connection.execute("SELECT COUNT(*) FROM messages").fetchone()[0])

    futures = group.run([publish(0), count, publish(2), count])
    assert [futures[1].result(), futures[3].result()] == [1, 2]


def _before_second(commit: Callable[[Any], None], holder: sqlite3.Connection) -> Callable[[Any], None]:
    """`commit`, but from the second time on a stranger has begun a transaction of its own first."""
    calls: list[int] = []

    def committed(jobs: Any) -> None:
        calls.append(len(jobs))
        if len(calls) == 2:
            holder.execute("BEGIN IMMEDIATE")
        commit(jobs)

    return committed
