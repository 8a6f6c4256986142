"""What happens in a run: deliveries, the relay, the sweep, and what must have come of them whatever was cut."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from shared.domain.message import Platform, case_id
from shared.service.intake import TOPIC
from tests.faults.world import ROUNDS, Boot, World
from tests.rig import NIGHT, PAGE, comment, direct, entries, page

Step = Callable[[World], None]
QUESTION = "When do you open?"
AGAIN = timedelta(minutes=3)  # longer than a sweep waits, than a lease, and than a platform's first pause


@dataclass(frozen=True)
class Scenario:
    """Steps, the messages they carry, and who must have been acknowledged: at least `owed`, at most `allowed`."""

    name: str
    steps: tuple[Step, ...]
    messages: frozenset[str]
    owed: frozenset[str] = frozenset()
    allowed: frozenset[str] = frozenset()
    malformed: int = 0
    start: datetime = NIGHT
    authors: Mapping[str, str] = field(default_factory=dict)


def delivers(delivery: Mapping[str, Any]) -> Step:
    """The platform posts a delivery."""
    return lambda world: world.deliver(delivery)


def drains(world: World) -> None:
    """The relay delivers everything that is due."""
    world.drain()


def sweeps(world: World) -> None:
    """Three minutes later the scheduler calls."""
    world.later(AGAIN)
    world.sweep()


def meanwhile(call: str, step: Step) -> Step:
    """Another step overtakes the next one, just before it makes a call."""
    return lambda world: world.wire.meanwhile.update({call: lambda: step(world)})


def inbox_again(world: World) -> None:
    """`inbox` is told of the first message a second time, while it is at work."""
    world.push(TOPIC, {"case": case_id(Platform.FACEBOOK, PAGE, "1_1")})


def recover(world: World) -> bool:
    """Redeliver, let leases lapse, sweep and drain until nothing is left to do. False if that never comes."""
    for _ in range(ROUNDS):
        world.redeliver()
        world.drain()
        world.later(AGAIN)
        world.sweep()
        world.drain()
        if _quiet(world):
            return True
    return False


def _quiet(world: World) -> bool:
    store = world.real.store
    soon = world.now + timedelta(days=1)
    return not (world.undelivered or store.pending(1) or store.stuck_cases(soon, 1) or store.stuck_actions(soon, 1))


def play(scenario: Scenario, boot: Boot, world: World | None = None) -> tuple[World, bool]:
    """Run a scenario and let it recover."""
    world = world or World(boot, scenario.start)
    for step in scenario.steps:
        step(world)
    for late in list(world.wire.meanwhile.values()):  # the call that it should have overtaken never came
        late()
    world.wire.meanwhile.clear()
    return world, recover(world)


_ask = page(comment(QUESTION, at=NIGHT))
_edit = page(comment("When do you open on Monday?", at=NIGHT, verb="edited", edited_time=int(NIGHT.timestamp()) + 60))
_remove = page(comment(None, at=NIGHT, verb="remove"), at=NIGHT)
_bad = {"field": "feed", "value": {"item": "comment", "verb": "add", "comment_id": True}}
_crisis = comment("I am going to kill myself tonight", at=NIGHT, id="1_2", author="901")
_batch = entries(
    {"id": PAGE, "time": 1, "changes": [comment(QUESTION, at=NIGHT), _bad, _crisis, comment(QUESTION, at=NIGHT)]},
    direct("Can you help me?", at=NIGHT, id="m_1", author="902"),
    direct("Are you there?", at=NIGHT, id="m_2", author="902"),
)
_one, _three = frozenset({"900"}), frozenset({"900", "901", "902"})
_first = frozenset({"1_1"})

SCENARIOS = (
    Scenario("one comment at night", (delivers(_ask), drains), _first, _one, _one),
    Scenario(
        "batch with a crisis, a direct message, a duplicate and a malformed part",
        (delivers(_batch), drains),
        frozenset({"1_1", "1_2", "m_1", "m_2"}),
        _three,
        _three,
        malformed=1,
    ),
    Scenario("edit before the add", (delivers(_edit), drains, delivers(_ask), drains), _first, _one, _one),
    Scenario("removal first", (delivers(_remove), drains, delivers(_ask), drains), _first, frozenset(), _one),
    Scenario(
        "two deliveries interleaved",
        (meanwhile("queue.publish", delivers(_edit)), delivers(_ask), drains),
        _first,
        _one,
        _one,
    ),
    Scenario(
        "sweep after a publish that was never drained",
        (delivers(_ask), sweeps, drains, delivers(_ask), sweeps, drains),
        _first,
        _one,
        _one,
    ),
    Scenario(
        "inbox twice at once",
        (delivers(_ask), meanwhile("queue.publish", inbox_again), drains),
        _first,
        _one,
        _one,
    ),
    Scenario(
        "two sweeps at once",
        (delivers(_ask), meanwhile("store.postpone", World.sweep), sweeps, drains),
        _first,
        _one,
        _one,
    ),
)
