"""One run of a scenario: without a fault to learn its calls, then with one of them cut."""

from dataclasses import dataclass

from tests.faults import ledger
from tests.faults.cuts import Mode, Wire
from tests.faults.scenarios import Scenario, play
from tests.faults.world import Boot, World


@dataclass(frozen=True)
class Run:
    """What a run did, and which promises it broke."""

    calls: tuple[str, ...]
    desk: ledger.Desk
    outcome: str
    broken: list[str]


def measure(scenario: Scenario, boot: Boot) -> Run:
    """A run in which nothing goes wrong: the calls that can be cut, and the desk that must come of any run."""
    return _run(scenario, World(boot, scenario.start), None)


def run_cut(scenario: Scenario, boot: Boot, plain: Run, at: int, mode: Mode) -> Run:
    """The same with one call cut. Every call before it is the same, or the cut would mean nothing."""
    done = _run(scenario, World(boot, scenario.start, Wire(at, mode)), plain.desk)
    if done.calls[: at + 1] == plain.calls[: at + 1]:
        return done
    return Run(done.calls, done.desk, done.outcome, [*done.broken, "the run took another way before it was cut"])


def _run(scenario: Scenario, world: World, reference: ledger.Desk | None) -> Run:
    world, quiet = play(scenario, world.boot, world)
    seen = ledger.desk(world)
    broken = ledger.broken(scenario, world, quiet=quiet, reference=reference or seen)
    done = Run(tuple(world.wire.calls), seen, ledger.outcome(world), broken)
    world.real.close()
    return done
