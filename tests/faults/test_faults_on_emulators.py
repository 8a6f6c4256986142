"""A fixed sample of the same cuts on Firestore and Pub/Sub, and answers lost on the wire below the adapters.

In `make soak` each kind of call of each scenario is cut there in each way.
"""

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import grpc
import pytest

from tests.faults import ledger
from tests.faults.budget import SOAK
from tests.faults.clouds import LosesAnswers, emulated
from tests.faults.cuts import Mode, Wire
from tests.faults.runs import measure, run_cut
from tests.faults.scenarios import SCENARIOS, play
from tests.faults.world import Boot, World, sqlite

NIGHT = {scenario.name: scenario for scenario in SCENARIOS}
SAMPLE = (
    ("one comment at night", "store.merge", Mode.APPLIED),
    ("one comment at night", "store.transact", Mode.DIE_AFTER),
    ("one comment at night", "tx.commit", Mode.DIE_BEFORE),
    ("one comment at night", "facebook.perform", Mode.DIE_AFTER),
    ("one comment at night", "topic.acknowledge", Mode.DIE_BEFORE),
    ("removal first", "store.merge", Mode.DIE_BEFORE),
    ("edit before the add", "tx.put_case", Mode.REFUSED),
    ("two sweeps at once", "store.postpone", Mode.DIE_AFTER),
    ("batch with a crisis, a direct message, a duplicate and a malformed part", "queue.publish", Mode.APPLIED),
    ("batch with a crisis, a direct message, a duplicate and a malformed part", "queue.publish", Mode.DIE_BEFORE),
)
COMMITS = {"merge": 1, "inbox": 2, "sender begins": 3, "sender ends": 4}
SENDER_BEGINS = 3


def every() -> Iterator[tuple[str, str, Mode]]:
    """Each kind of call that a scenario makes, in each way that it can go wrong."""
    with TemporaryDirectory() as folder:
        for name, scenario in NIGHT.items():
            calls = measure(scenario, sqlite(Path(folder), name)).calls
            yield from ((name, call, mode) for call in dict.fromkeys(calls) for mode in Mode)


@pytest.fixture
def boot(firestore_host: str, pubsub_host: str) -> Boot:
    return emulated(firestore_host, pubsub_host)


@pytest.mark.parametrize(("name", "call", "mode"), list(every()) if SOAK else SAMPLE)
def test_a_sample_of_cuts(name: str, call: str, mode: Mode, boot: Boot, firestore_host: str, pubsub_host: str) -> None:
    plain = measure(NIGHT[name], emulated(firestore_host, pubsub_host))
    assert plain.broken == []
    at = plain.calls.index(call)
    assert run_cut(NIGHT[name], boot, plain, at, mode).broken == []


def _with_a_lost_commit(hosts: tuple[str, str], number: int, code: grpc.StatusCode) -> tuple[World, list[str]]:
    """One comment at night; the answer to one commit is lost after it was applied."""
    scenario = NIGHT["one comment at night"]
    loses = LosesAnswers("Commit", number, code)
    world = World(emulated(*hosts, loses), scenario.start, Wire())
    loses.lost = partial(_note, world)
    world, quiet = play(scenario, world.boot, world)
    assert loses.seen >= number
    return world, ledger.broken(scenario, world, quiet=quiet, reference={})


def _note(world: World) -> None:
    world.wire.cut_in = world.wire.within


@pytest.mark.parametrize("number", COMMITS.values(), ids=COMMITS)
def test_g05_commit_applied_but_unavailable_returned(number: int, firestore_host: str, pubsub_host: str) -> None:
    world, broken = _with_a_lost_commit((firestore_host, pubsub_host), number, grpc.StatusCode.UNAVAILABLE)
    assert broken == []
    assert world.statuses == ([503, 200] if number == 1 else [200])
    assert len(world.facebook.asked) == (number != SENDER_BEGINS)
    assert len(world.real.store.unsettled(5)) == (number == SENDER_BEGINS)


@pytest.mark.parametrize("number", COMMITS.values(), ids=COMMITS)
def test_g06_commit_applied_but_deadline_exceeded(number: int, firestore_host: str, pubsub_host: str) -> None:
    world, broken = _with_a_lost_commit((firestore_host, pubsub_host), number, grpc.StatusCode.DEADLINE_EXCEEDED)
    assert broken == []
    assert world.statuses == ([503, 200] if number == 1 else [200])
    assert len(world.facebook.asked) == (number != SENDER_BEGINS)
    assert len(world.real.store.unsettled(5)) == (number == SENDER_BEGINS)
