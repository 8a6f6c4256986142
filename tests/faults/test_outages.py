"""Firestore and Pub/Sub stopped, slow and away: refused within the limit, nothing lost, back by themselves."""

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import grpc

from shared.adapters.firestore import FirestoreStore
from shared.domain.action import ActionState
from shared.domain.message import Platform, case_id
from shared.ports import Quarantine, Store, StoreUnavailable
from shared.service import sweeping
from tests.faults import ledger
from tests.faults.clouds import LosesAnswers, client, emulated, on_pubsub
from tests.faults.proxy import Proxy
from tests.faults.scenarios import SCENARIOS, Scenario, delivers, drains, play, recover, sweeps
from tests.faults.world import World
from tests.rig import NIGHT, PAGE, direct, entries

LIMIT = 10.0  # seconds that a stopping instance is given; a request that takes longer is cut
ONE = SCENARIOS[0]


def within_the_limit(works: list[Callable[[], object]]) -> None:
    """All at once, each in a thread; none may still hang at the limit."""
    threads = [threading.Thread(target=work, daemon=True) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(LIMIT)
    assert [thread.is_alive() for thread in threads] == [False] * len(threads)


def refusals(store: Store, told: list[str]) -> list[Callable[[], object]]:
    """Every kind of call; each must say that the store is unavailable."""
    calls: list[Callable[[], object]] = [
        lambda: store.merge([], [Quarantine("q1", Platform.FACEBOOK, None, "unknown verb", "{}", NIGHT)]),
        lambda: store.transact(lambda tx: tx.case("c1")),
        lambda: store.case("c1"),
        lambda: store.queue(5),
        lambda: store.stuck_actions(NIGHT, 5),
        lambda: store.postpone({"c1": NIGHT}, {}),
        store.ping,
    ]

    def refused(call: Callable[[], object]) -> None:
        try:
            call()
        except StoreUnavailable as error:
            told.append(str(error))

    return [lambda call=call: refused(call) for call in calls]  # type: ignore[misc]


@contextmanager
def stopped(host: str) -> Iterator[None]:
    """The emulator at `host`, which this run started, does nothing for a while and keeps its data."""
    [process] = [
        int(path.parent.name)
        for path in Path("/proc").glob("[0-9]*/cmdline")
        if f"--port={host.split(':')[1]}\0".encode() in _read(path) and b"firestore" in _read(path)
    ]
    os.kill(process, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(process, signal.SIGCONT)


def _read(path: Path) -> bytes:
    with suppress(OSError):
        return path.read_bytes()
    return b""


def test_g07_firestore_stopped_and_continued(firestore_host: str, pubsub_host: str) -> None:
    world = World(emulated(firestore_host, pubsub_host), NIGHT)
    told: list[str] = []
    with stopped(firestore_host):
        within_the_limit([lambda: ONE.steps[0](world)])
        within_the_limit(refusals(world.real.store, told))
    assert world.statuses == [503]
    assert len(told) == 7
    assert recover(world)
    assert ledger.broken(ONE, world, quiet=True, reference={}) == []


def test_g08_firestore_behind_a_wire_that_stalls(firestore_host: str) -> None:
    proxy = Proxy(firestore_host)
    try:
        store = FirestoreStore(client(proxy.address, "demo-stall"))
        store.ping()
        told: list[str] = []
        proxy.stall()
        within_the_limit([work for _ in range(3) for work in refusals(store, told)])
        assert len(told) == 21
        proxy.flow()
        store.ping()
    finally:
        proxy.close()


def test_g09_pubsub_away_for_an_hour(tmp_path: Path, pubsub_host: str) -> None:
    ids = [f"m_{n}" for n in range(12)]
    proxy = Proxy(pubsub_host)
    try:
        world = World(on_pubsub(tmp_path, pubsub_host, through=proxy.address), NIGHT)
        proxy.vanish()
        for n, id in enumerate(ids):
            world.deliver(entries(direct("Are you there?", at=world.now, id=id, author=f"9{n}")))
            world.later(timedelta(minutes=5))
            world.sweep()
        assert world.statuses == [200] * 12
        assert {case.message for case in world.real.store.pending(50)} == set(ids)
        proxy.appear()
        assert _recovers(world)
    finally:
        proxy.close()
    people = frozenset(f"9{n}" for n in range(12))
    hour = replace(ONE, messages=frozenset(ids), owed=people, allowed=people)
    assert ledger.broken(hour, world, quiet=True, reference={}) == []


def _recovers(world: World) -> bool:
    """The channel tries to connect again by itself, after a pause of its own."""
    for _ in range(100):
        if recover(world):
            return True
        time.sleep(0.3)
        world.now = NIGHT + timedelta(hours=1)
    return False


def test_g10_a_publish_that_timed_out_and_was_published(tmp_path: Path, pubsub_host: str) -> None:
    loses = LosesAnswers("Publish", 1, grpc.StatusCode.DEADLINE_EXCEEDED)
    once_more = Scenario("", (ONE.steps[0], sweeps, drains), ONE.messages, ONE.owed, ONE.allowed)
    world, quiet = play(once_more, on_pubsub(tmp_path, pubsub_host, loses))
    assert ledger.broken(once_more, world, quiet=quiet, reference={}) == []
    assert world.wire.calls.count("topic.acknowledge") == 4, "the case twice, and its acknowledgement"


def test_a_sweep_overtaken_by_the_sender_does_not_tell_of_the_action_for_ever(
    firestore_host: str, pubsub_host: str
) -> None:
    """`postpone` writes blindly: on an action that ended meanwhile it must leave nothing for good."""
    world = World(emulated(firestore_host, pubsub_host), NIGHT)
    delivers(entries(direct("Are you there?", at=NIGHT, id="m_1")))(world)
    world.drain()
    store = world.real.store
    [action] = store.actions_of(case_id(Platform.FACEBOOK, PAGE, "m_1"))
    assert action.state is ActionState.SENT
    store.postpone({}, {action.id: NIGHT})
    assert sweeping.sweep(world.now, store=store, queue=world.real.queue).actions == 1
    world.drain()
    assert store.stuck_actions(NIGHT + timedelta(days=1), 5) == []
    assert len(world.facebook.asked) == 1
    assert [e.what for e in store.audit_of(action.case)].count("acknowledge: sent") == 1
