"""SQLite when the disk is full, read-only, locked or torn: refused, intact, and good again afterwards."""

import os
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from infra.manifests import ROOT
from shared.adapters.sqlite import Database, SqliteStore
from tests.faults import ledger
from tests.faults.budget import SHUFFLES
from tests.faults.scenarios import QUESTION, SCENARIOS, play, recover
from tests.faults.world import World, sqlite
from tests.rig import NIGHT, comment, page

FILE = "world.sqlite3"
HOLDS_THE_LOCK = """
import sqlite3, sys
held = sqlite3.connect(sys.argv[1], isolation_level=None)
held.execute("BEGIN IMMEDIATE")
print("held", flush=True)
sys.stdin.read()
"""


def delivery(n: int) -> dict[str, object]:
    return page(comment(QUESTION * 40, at=NIGHT, id=f"1_{n}", author=f"9{n}"))


def intact(path: Path) -> bool:
    with sqlite3.connect(path) as other:
        found: list[tuple[str]] = other.execute("PRAGMA integrity_check").fetchall()
    other.close()
    return found == [("ok",)]


def answered_are_cases(world: World) -> bool:
    known = {case.message for case in [*world.real.store.pending(999), *ledger.cases(world)]}
    return {d["entry"][0]["changes"][0]["value"]["comment_id"] for d in world.answered} <= known


def test_g26_a_full_disk(tmp_path: Path) -> None:
    """`max_page_count` is what a full disk looks like from inside SQLite."""
    world = World(sqlite(tmp_path), NIGHT)
    database = world.real.store._database  # type: ignore[attr-defined]
    pages = database.read("PRAGMA page_count")[0][0]
    database.read(f"PRAGMA max_page_count={pages + 10}")
    for n in range(40):
        world.deliver(delivery(n))
    assert {200, 503} == set(world.statuses)
    assert answered_are_cases(world)
    assert intact(tmp_path / FILE)
    database.read("PRAGMA max_page_count=1000000")
    assert recover(world)
    assert set(world.statuses[40:]) == {200}
    assert len(ledger.cases(world)) == 40


def test_g26_a_disk_that_is_read_only(tmp_path: Path) -> None:
    world = World(sqlite(tmp_path), NIGHT)
    world.real.store._database.read("PRAGMA query_only=ON")  # type: ignore[attr-defined]
    world.deliver(delivery(1))
    world.sweep()
    world.real.store._database.read("PRAGMA query_only=OFF")  # type: ignore[attr-defined]
    assert world.statuses == [503]
    assert recover(world)
    assert [case.message for case in ledger.cases(world)] == ["1_1"]


def test_g26_a_file_locked_by_another_process(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shared.adapters.sqlite.database.BUSY_SECONDS", 0.05)
    world = World(sqlite(tmp_path), NIGHT)
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDS_THE_LOCK, str(tmp_path / FILE)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert holder.stdout is not None
    assert holder.stdout.readline() == b"held\n"
    world.deliver(delivery(1))
    world.drain()
    assert world.statuses == [503]
    holder.communicate(timeout=20)
    assert recover(world)
    assert [case.message for case in ledger.cases(world)] == ["1_1"]


@pytest.mark.parametrize("share", [0.0, 0.3, 0.6, 0.9, 0.99])
def test_g27_a_log_whose_tail_is_torn_opens_and_is_consistent(share: float, tmp_path: Path) -> None:
    """A copy in the middle of writing, its tail cut off: whole commits up to somewhere, and nothing in halves.

    It may lack the last commits; that is what `synchronous=FULL` is for, and no local test can show it.
    """
    (tmp_path / "torn").mkdir()
    world = World(sqlite(tmp_path), NIGHT)
    for n in range(20):
        world.deliver(delivery(n))
    for suffix in ("", "-wal"):
        shutil.copy(tmp_path / (FILE + suffix), tmp_path / "torn" / (FILE + suffix))
    log = tmp_path / "torn" / (FILE + "-wal")
    whole = log.stat().st_size
    assert whole, "nothing was in the log, so nothing was torn"
    os.truncate(log, int(whole * share))
    torn = World(sqlite(tmp_path / "torn"), NIGHT)
    assert intact(tmp_path / "torn" / FILE)
    assert all(case.revisions for case in torn.real.store.pending(99))
    torn.undelivered = world.answered
    assert recover(torn)
    assert len(ledger.cases(torn)) == 20


def test_g01_the_same_message_from_four_processes(tmp_path: Path) -> None:
    """Each with five threads, at once, on one file."""
    Database(tmp_path / FILE).close()
    command = [sys.executable, "-m", "tests.faults.twenty", str(tmp_path / FILE)]
    children = [subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stdin=subprocess.PIPE) for _ in range(4)]
    for child in children:
        assert child.stdout is not None
        assert child.stdout.readline() == b"ready\n"
    for child in children:
        assert child.stdin is not None
        child.stdin.close()
    answers = [child.stdout.read() for child in children if child.stdout]
    assert [child.wait(timeout=60) for child in children] == [0] * 4
    for child in children:
        child.stdout.close()  # type: ignore[union-attr]
    assert answers == [b"stored\n" * 5] * 4
    store = SqliteStore(Database(tmp_path / FILE))
    [case] = store.pending(50)
    assert len(case.revisions) == 1


def test_g35_without_its_audit_nothing_is_decided(tmp_path: Path) -> None:
    """The entry is in the commit of what it records."""
    world = World(sqlite(tmp_path), NIGHT)
    database = world.real.store._database  # type: ignore[attr-defined]
    database.write(lambda connection: connection.execute("ALTER TABLE audit RENAME TO elsewhere"))
    SCENARIOS[0].steps[0](world)
    world.drain()
    [case] = world.real.store.pending(5)
    assert (case.state, case.version, world.real.store.actions_of(case.id)) == (None, 0, [])
    database.write(lambda connection: connection.execute("ALTER TABLE elsewhere RENAME TO audit"))
    assert recover(world)
    assert ledger.broken(SCENARIOS[0], world, quiet=True, reference={}) == []


def test_no_scenario_minds_a_queue_that_shuffles_and_repeats(tmp_path: Path) -> None:
    for scenario in SCENARIOS:
        for seed in SHUFFLES:
            boot = sqlite(tmp_path, f"{scenario.name}{seed}", seed=seed, repeats=0.5)
            world, quiet = play(scenario, boot)
            assert ledger.broken(scenario, world, quiet=quiet, reference={}) == []
            world.real.close()
