"""Two of everything at the same moment: real threads, on both stores. One effect."""

import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from shared.domain.message import Platform, case_id
from shared.ports import QueueUnavailable, StoreUnavailable
from shared.service import inbox, sweeping
from tests.faults import ledger
from tests.faults.clouds import emulated
from tests.faults.scenarios import AGAIN, SCENARIOS, recover
from tests.faults.world import World, sqlite
from tests.rig import LIBRARY, NIGHT, PAGE, Rig, direct, entries

ONE = SCENARIOS[0]


@pytest.fixture(params=["sqlite", "emulators"])
def world(request: pytest.FixtureRequest, tmp_path: Path) -> World:
    if request.param == "sqlite":
        return World(sqlite(tmp_path), NIGHT)
    hosts = request.getfixturevalue("firestore_host"), request.getfixturevalue("pubsub_host")
    return World(emulated(*hosts), NIGHT)


def at_once(works: list[Callable[[], object]]) -> None:
    """Each in a thread of its own, from the same moment on. A store that gives up under contention may say so."""
    gate = threading.Barrier(len(works))

    def run(work: Callable[[], object]) -> None:
        gate.wait(20)
        with suppress(StoreUnavailable, QueueUnavailable):
            work()

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def whole(world: World) -> list[str]:
    quiet = recover(world)
    return ledger.broken(ONE, world, quiet=quiet, reference={})


def test_g01_the_same_message_twenty_times_at_once(world: World) -> None:
    ONE.steps[0](world)
    [arrived] = world.real.store.pending(5)
    from shared.ports import Arrival

    same = Arrival(arrived.id, arrived.platform, arrived.account, arrived.message, arrived.revisions, None, NIGHT)
    at_once([lambda: world.real.store.merge([same], [])] * 20)
    assert [len(case.revisions) for case in world.real.store.pending(5)] == [1]
    assert whole(world) == []


def test_g14_two_sweeps_at_once(world: World) -> None:
    ONE.steps[0](world)
    world.later(AGAIN)
    at_once([lambda: sweeping.sweep(world.now, store=world.real.store, queue=world.real.queue)] * 2)
    assert whole(world) == []


def test_inbox_asked_four_times_at_once(world: World) -> None:
    ONE.steps[0](world)
    id, real = case_id(Platform.FACEBOOK, PAGE, "1_1"), world.real
    at_once([lambda: inbox.take_case(id, NIGHT, store=real.store, queue=real.queue, library=LIBRARY)] * 4)
    assert whole(world) == []
    [case] = ledger.cases(world)
    assert (case.version, len(real.store.actions_of(id))) == (1, 1)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("2026-10-25T00:30:00", "2026-10-25T01:30:00"),  # 01:30 twice
        ("2027-03-28T00:59:59", "2027-03-28T01:00:00"),  # over the gap
        ("2026-12-25T10:00:00", "2026-12-25T21:00:00"),  # a bank holiday is one closed period
        ("2026-11-24T16:59:59.999000", "2026-11-24T17:00:00"),  # only the second is out of hours
    ],
)
def test_g20_clock_changes_and_the_last_millisecond(rig: Rig, first: str, second: str) -> None:
    for n, text in enumerate((first, second)):
        rig.now = datetime.fromisoformat(text).replace(tzinfo=UTC)
        rig.run(entries(direct("Are you there?", at=rig.now, id=f"m_{n}")))
    assert len(rig.client.asked) == 1


@pytest.mark.parametrize("minutes", [-10, 10])
def test_g20_a_clock_that_is_ten_minutes_off(rig: Rig, minutes: int) -> None:
    """The sender's clock, ours being right: still one acknowledgement, and the desk says whose time it took."""
    rig.now = NIGHT
    for n in range(2):
        rig.run(entries(direct("Are you there?", at=NIGHT + timedelta(minutes=minutes), id=f"m_{n}")))
    assert len(rig.client.asked) == 1
    assessment = rig.case("m_0").assessment
    assert assessment is not None
    assert assessment.clock == ("received" if minutes > 0 else "message")


def test_g12_work_that_always_fails_is_given_up_and_the_others_flow(tmp_path: Path) -> None:
    """Its message becomes a dead letter; the case stays pending, so the sweep keeps telling and the desk shows it."""
    world = World(sqlite(tmp_path), NIGHT)
    ids = {f"m_{n}": case_id(Platform.FACEBOOK, PAGE, f"m_{n}") for n in range(3)}
    world.deliver(entries(*(direct("Are you there?", at=NIGHT, id=id, author=id) for id in ids)))
    poison, real = ids["m_1"], world.take_case
    world.take_case = lambda given: 1 / 0 if given["case"] == poison else real(given)  # type: ignore[assignment,method-assign,return-value]
    for _ in range(15):
        world.drain()
        world.later(timedelta(minutes=2))
    assert {case.message for case in ledger.cases(world)} == {"m_0", "m_2"}
    assert [case.message for case in world.real.store.pending(5)] == ["m_1"]
    assert [lease.data for lease in world.real.source.lease("dead-letters")] == [{"case": poison, "need": "response"}]
    world.take_case = real  # type: ignore[method-assign]
    assert recover(world)
    assert len(ledger.cases(world)) == 3
