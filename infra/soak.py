"""`make soak`: the long versions, one after the other, and a summary. 1 if any of them failed."""

import os
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass

from infra.manifests import ROOT

PYTEST = ("-m", "pytest", "-p", "no:cacheprovider")


@dataclass(frozen=True, slots=True)
class Part:
    """One long run, and after how many minutes it has failed."""

    name: str
    command: Sequence[str]
    minutes: int


PARTS = (
    Part("faults", (*PYTEST, "tests/faults"), 90),
    Part("counts", (*PYTEST, "tests/counts/test_counted_lists.py"), 30),
    Part("fuzz", (*PYTEST, "tests/fuzz"), 90),
    Part("mutants", ("-m", "infra.mutants"), 60),
)


def main(parts: Sequence[Part] = PARTS) -> int:
    """Run every part, whatever became of the one before."""
    lines = [_run(part) for part in parts]
    sys.stdout.write("\n" + "\n".join(line for line, _ in lines) + "\n")
    return 0 if all(passed for _, passed in lines) else 1


def _run(part: Part) -> tuple[str, bool]:
    sys.stdout.write(f"\n{part.name}\n")
    sys.stdout.flush()
    started = time.monotonic()
    environment = {**os.environ, "SIGNPOST_SOAK": "1"}
    command = [sys.executable, *part.command]
    try:
        done = subprocess.run(command, cwd=ROOT, env=environment, timeout=part.minutes * 60, check=False)  # noqa: S603 - our own
        word = "passed" if done.returncode == 0 else f"FAILED ({done.returncode})"
    except subprocess.TimeoutExpired:
        word = f"FAILED (not done after {part.minutes} minutes)"
    return f"{part.name:10} {word} after {time.monotonic() - started:.0f} s", word == "passed"


if __name__ == "__main__":
    sys.exit(main())
