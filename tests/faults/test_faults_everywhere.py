"""Every call of a run is cut in every way, and afterwards the ledger must be whole. Exhaustive on SQLite."""

from pathlib import Path

import pytest

from tests.faults.budget import ORDERS
from tests.faults.cuts import Mode, Wire
from tests.faults.ledger import broken
from tests.faults.runs import measure, run_cut
from tests.faults.scenarios import SCENARIOS, Scenario, play
from tests.faults.world import World, sqlite


@pytest.fixture(params=SCENARIOS, ids=lambda scenario: scenario.name.replace(" ", "_"))
def scenario(request: pytest.FixtureRequest) -> Scenario:
    found: Scenario = request.param
    return found


def test_without_a_fault_the_ledger_is_whole(scenario: Scenario, tmp_path: Path) -> None:
    plain = measure(scenario, sqlite(tmp_path))
    assert plain.broken == []
    assert plain.calls


@pytest.mark.parametrize("mode", Mode, ids=lambda mode: mode.name.lower())
def test_whatever_is_cut_the_ledger_is_whole(scenario: Scenario, mode: Mode, tmp_path: Path) -> None:
    found = {}
    for order in ORDERS:
        plain = measure(scenario, sqlite(tmp_path, f"{order}", order))
        for at, name in enumerate(plain.calls):
            if wrong := run_cut(scenario, sqlite(tmp_path, f"{order}-{at}", order), plain, at, mode).broken:
                found[f"{order}: {at} {name}"] = wrong
    assert found == {}


ONE = SCENARIOS[0]


def _cut(folder: Path, call: str, mode: Mode, number: int = 0) -> tuple[World, list[str]]:
    """One comment at night, cut at the `number`-th call of a name."""
    plain = measure(ONE, sqlite(folder, "plain"))
    at = [at for at, name in enumerate(plain.calls) if name == call][number]
    world, quiet = play(ONE, sqlite(folder), World(sqlite(folder), ONE.start, Wire(at, mode)))
    return world, broken(ONE, world, quiet=quiet, reference=plain.desk)


def _unknown(world: World) -> int:
    return len(world.real.store.unsettled(5))


def test_g03_killed_before_the_commit(tmp_path: Path) -> None:
    world, wrong = _cut(tmp_path, "store.merge", Mode.DIE_BEFORE)
    assert (wrong, world.statuses, world.deaths) == ([], [None, 200], 1)


def test_g04_killed_after_the_commit_before_the_answer(tmp_path: Path) -> None:
    world, wrong = _cut(tmp_path, "store.merge", Mode.DIE_AFTER)
    assert (wrong, world.statuses, world.deaths) == ([], [None, 200], 1)


def test_g11_killed_between_the_publish_and_the_note_of_it(tmp_path: Path) -> None:
    sweeps = next(scenario for scenario in SCENARIOS if scenario.name == "two sweeps at once")
    plain = measure(sweeps, sqlite(tmp_path, "plain"))
    done = run_cut(sweeps, sqlite(tmp_path), plain, plain.calls.index("store.postpone"), Mode.DIE_BEFORE)
    assert done.broken == []


def test_g16_killed_between_reserving_and_sending(tmp_path: Path) -> None:
    world, wrong = _cut(tmp_path, "store.transact", Mode.DIE_AFTER)
    assert (wrong, len(world.facebook.asked), _unknown(world)) == ([], 1, 0)


def test_g17_killed_between_sending_and_recording(tmp_path: Path) -> None:
    world, wrong = _cut(tmp_path, "store.transact", Mode.DIE_BEFORE, 2)
    assert (wrong, len(world.facebook.asked), _unknown(world)) == ([], 1, 1)


def test_g18_posted_and_the_connection_cut(tmp_path: Path) -> None:
    world, wrong = _cut(tmp_path, "facebook.perform", Mode.APPLIED)
    assert (wrong, len(world.facebook.asked), _unknown(world)) == ([], 1, 1)
