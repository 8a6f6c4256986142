"""What is measured, in which unit, in how many rounds, and the goal."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from infra.bench import inside, judging, serving
from infra.bench.deliveries import HANDSHAKES
from infra.bench.figures import Goal, Sample, Summary
from infra.bench.workshop import Workshop


@dataclass(frozen=True, slots=True)
class Measure:
    """One line of the output. `emulators`: it cannot be taken without them."""

    name: str
    unit: str
    rounds: int
    take: Callable[[Workshop, int], list[Sample]]
    goal: Goal | None = None
    emulators: bool = False


def _at_least(ratio: float) -> Goal:
    return Goal(f"ratio >= {ratio}", lambda found: found.ratio >= ratio)


def _at_most(ratio: float) -> Goal:
    return Goal(f"ratio <= {ratio}", lambda found: found.ratio <= ratio)


def _swift(found: Summary) -> bool:
    return found.ratio >= 0.6 and found.p99_ms is not None and found.p99_ms <= 60


def _prompt(found: Summary) -> bool:
    return found.value >= 20_000 and found.p99_ms is not None and found.p99_ms <= 0.3


def _handshake(platform: str) -> Measure:
    """Facebook's was the first and keeps the plain name."""
    name = "handshake" if platform == "facebook" else f"handshake-{platform}"
    return Measure(name, "ms", 9, partial(serving.handshake, platform=platform), _at_most(1.15))


MEASURES: Sequence[Measure] = (
    Measure(
        "intake-sqlite-8",
        "deliveries/s",
        5,
        partial(serving.intake_on_sqlite, connections=8),
        Goal("ratio >= 0.6, p99 <= 60 ms", _swift),
    ),
    Measure("intake-sqlite-1", "deliveries/s", 5, partial(serving.intake_on_sqlite, connections=1)),
    Measure(
        "intake-emulators-8",
        "deliveries/s",
        5,
        partial(serving.intake_on_emulators, connections=8),
        _at_least(1.3),
        emulators=True,
    ),
    Measure(
        "intake-emulators-1",
        "deliveries/s",
        5,
        partial(serving.intake_on_emulators, connections=1),
        _at_least(2.5),
        emulators=True,
    ),
    Measure("batch-1000", "events/s", 7, serving.batches, Goal("value >= 5000", lambda found: found.value >= 5000)),
    *map(_handshake, HANDSHAKES),
    Measure("first-message", "ms", 5, serving.first_message, _at_most(1.0), emulators=True),
    Measure("triage", "texts/s", 5, inside.triage),
    Measure("rules", "messages/s", 5, judging.short_messages, Goal("value >= 20000, p99 <= 0.3 ms", _prompt)),
    Measure("rules-hostile", "ms", 5, judging.hostile, Goal("value <= 5", lambda found: found.value <= 5)),
    Measure("rules-load", "ms", 7, judging.loading, Goal("value <= 150", lambda found: found.value <= 150)),
    Measure("rules-memory", "MiB", 3, judging.memory, Goal("value <= 80", lambda found: found.value <= 80)),
    Measure("queue-page", "ms", 5, inside.queue_page, _at_most(1.5)),
    Measure(
        "memory",
        "MiB",
        1,
        serving.memory,
        Goal("value <= 200, ratio <= 1.05", lambda found: found.value <= 200 and found.ratio <= 1.05),
    ),
)
