"""What must be true after any run, whatever was cut; each broken promise is one line."""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from shared.domain.action import Action, ActionState
from shared.domain.case import Case
from tests.faults.cuts import Mode
from tests.faults.scenarios import Scenario
from tests.faults.world import World

ALL = 1000
ENDED = frozenset({ActionState.SENT, ActionState.UNKNOWN, ActionState.EXPIRED, ActionState.REFUSED})
Desk = Mapping[str, tuple[Any, ...]]


def cases(world: World) -> list[Case]:
    """Every case, wherever on the desk it is."""
    store = world.real.store
    return [*store.queue(ALL), *store.reading(ALL), *store.closed(ALL)]


def actions(world: World) -> list[Action]:
    """Every action."""
    return [action for case in cases(world) for action in world.real.store.actions_of(case.id)]


def desk(world: World) -> Desk:
    """What staff see: the same whatever went wrong on the way."""
    return {
        case.message: (case.state, case.rank, case.due, case.latest and case.latest.event.text, case.removed_at)
        for case in cases(world)
    }


def broken(scenario: Scenario, world: World, *, quiet: bool, reference: Desk) -> list[str]:
    """The promises that a run broke."""
    return [
        *([] if quiet else ["something waits for ever"]),
        *_lost(scenario, world),
        *_twice(world),
        *_desk(world, reference),
        *_acknowledged(scenario, world),
        *_unaudited(world),
    ]


def outcome(world: World) -> str:
    """A run in a few words: what the platform was answered, what was posted, what a person must decide."""
    answers = "/".join(str(status or "cut") for status in world.statuses)
    unknown = len(world.real.store.unsettled(ALL))
    return f"{answers}, posted {len(world.facebook.asked)}" + (f", unknown {unknown}" if unknown else "")


def _lost(scenario: Scenario, world: World) -> Iterator[str]:
    found = Counter(case.message for case in cases(world))
    yield from (f"{message} was answered 2xx and is no case" for message in scenario.messages - set(found))
    yield from (f"{message} is {count} cases" for message, count in found.items() if count > 1)
    yield from (f"{message} came from nowhere" for message in set(found) - scenario.messages)
    kept = len(world.real.store.quarantined(ALL))
    if kept != scenario.malformed:
        yield f"{kept} fragments in quarantine instead of {scenario.malformed}"


def _twice(world: World) -> Iterator[str]:
    """Counted where it happened: at the platform."""
    authors = Counter(action.author for action in world.facebook.asked)
    yield from (f"author {author} was written to {count} times" for author, count in authors.items() if count > 1)


def _desk(world: World, reference: Desk) -> Iterator[str]:
    seen = desk(world)
    yield from (
        f"{message} stands otherwise on the desk" for message in reference if seen.get(message) != reference[message]
    )
    yield from (f"{case.message} was never taken" for case in cases(world) if set(case.taken) != set(case.revisions))


def _acknowledged(scenario: Scenario, world: World) -> Iterator[str]:
    posted = {action.author for action in world.facebook.asked}
    states = {action.author: action.state for action in actions(world)}
    unsettled = {action.author for action in world.real.store.unsettled(ALL)}
    unknown = {author for author, state in states.items() if state is ActionState.UNKNOWN}
    yield from (f"author {author} may not be written to" for author in posted - scenario.allowed)
    yield from (f"author {author} was never reserved" for author in scenario.owed - set(states))
    yield from (f"author {author}: {state}" for author, state in states.items() if state not in ENDED)
    yield from (f"author {author}: sent, not posted" for author, s in states.items()
                if s is ActionState.SENT and author not in posted)  # fmt: skip
    yield from (f"author {author}: posted, {states.get(author)}" for author in posted
                if states.get(author) not in (ActionState.SENT, ActionState.UNKNOWN))  # fmt: skip
    if unknown != unsettled:
        yield "an unknown outcome is not before a person"
    if unknown and world.wire.cut_in != "send":
        yield "unknown although no sending was cut"
    if world.wire.cut == "facebook.perform" and bool(unknown) == (world.wire.mode is Mode.REFUSED):
        yield "a call that was cut must end unknown, one that was refused must not"
    if scenario.owed - unknown - posted:
        yield "an acknowledgement that was owed is missing"


def _unaudited(world: World) -> Iterator[str]:
    """Every decision on a case and every step of an action has its entry, once."""
    for case in cases(world):
        entries = Counter(entry.what for entry in world.real.store.audit_of(case.id))
        placed = sum(count for what, count in entries.items() if what.startswith("placed: "))
        if placed != case.version:
            yield f"{case.message}: {case.version} decisions, {placed} entries"
        for action in world.real.store.actions_of(case.id):
            steps = {"owed": 1, ActionState.SENDING: action.attempts, action.state: 1}
            for step, count in steps.items():
                if (found := entries[f"{action.kind}: {step}"]) != count:
                    yield f"{case.message}: {step} is in the audit {found} times instead of {count}"
