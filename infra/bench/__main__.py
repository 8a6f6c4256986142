"""`make bench`: speed as ratios against floors measured in the same run; one JSON object a line on stdout."""

import argparse
import sys
import time
from collections.abc import Sequence
from contextlib import ExitStack
from fnmatch import fnmatchcase
from pathlib import Path
from tempfile import TemporaryDirectory

from infra.bench.figures import line, summary
from infra.bench.measures import MEASURES, Measure
from infra.bench.workshop import Workshop
from infra.emulators import missing

SECONDS = 3.0


def main(arguments: Sequence[str] | None = None) -> int:
    """Take the measures; progress goes to stderr. The status is 0 whatever the goals: a busy machine proves little."""
    asked = _parser().parse_args(arguments)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="signpost-bench-")))
        shop = Workshop(folder, asked.seconds, stack)
        for measure in asked.only:
            _take(measure, shop, asked.rounds or measure.rounds)
    return 0


def _take(measure: Measure, shop: Workshop, rounds: int) -> None:
    if measure.emulators and (why := missing()):
        _say(f"{measure.name}: left out, {why}")
        return
    _say(f"{measure.name}: {rounds} rounds")
    started = time.monotonic()
    found = summary(measure.take(shop, rounds))
    sys.stdout.write(line(measure.name, measure.unit, found, measure.goal) + "\n")
    sys.stdout.flush()
    _say(f"{measure.name}: ratio {found.ratio:.3g} after {time.monotonic() - started:.0f} s")


def _named(pattern: str) -> Sequence[Measure]:
    found = [measure for measure in MEASURES if fnmatchcase(measure.name, pattern)]
    if not found:
        names = ", ".join(measure.name for measure in MEASURES)
        raise argparse.ArgumentTypeError(f"no such measure: choose from {names}")
    return found


def _say(words: str) -> None:
    sys.stderr.write(words + "\n")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--only", type=_named, default=MEASURES, help="one measure, or some: handshake*")
    parser.add_argument("--rounds", type=int, help="rounds of each measure")
    parser.add_argument("--seconds", type=float, default=SECONDS, help="how long one load lasts")
    return parser


if __name__ == "__main__":
    sys.exit(main())
