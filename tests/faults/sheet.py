"""The ledger sheet: `python -m tests.faults.sheet` cuts every call in every way and prints what came of it."""

import contextlib
import io
import sys
from itertools import groupby
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.faults.cuts import Mode
from tests.faults.runs import measure, run_cut
from tests.faults.scenarios import SCENARIOS, Scenario
from tests.faults.world import sqlite

HEAD = "Each cell: what the platform was answered (first and later deliveries), what was posted, what a person decides."


def main() -> int:
    """Print a table a scenario and a line on all of them. 1 if a promise was broken."""
    runs = wrong = 0
    write = sys.stdout.write
    write(HEAD + "\n")
    for scenario in SCENARIOS:
        rows, broken = table(scenario)
        runs, wrong = runs + len(rows) * len(Mode), wrong + broken
        width = max(len(cell) for row in rows for cell in row[2:])
        write(f"\n## {scenario.name}\n\n")
        for row in [["calls", "", *Mode], *_folded(rows)]:
            write(f"{row[0]:>7} {row[1]:37} " + "  ".join(f"{cell:{width}}" for cell in row[2:]).rstrip() + "\n")
    write(f"\n{len(SCENARIOS)} scenarios, {runs} runs, {wrong} with a broken promise\n")
    return int(wrong > 0)


def table(scenario: Scenario) -> tuple[list[list[str]], int]:
    """One row a call, one cell a mode; and how many runs broke a promise."""
    rows, wrong = [], 0
    with TemporaryDirectory() as temporary, contextlib.redirect_stdout(io.StringIO()):
        boots = (sqlite(Path(temporary), name=f"{number}") for number in range(10**6))
        plain = measure(scenario, next(boots))
        for at, name in enumerate(plain.calls):
            done = [run_cut(scenario, next(boots), plain, at, mode) for mode in Mode]
            wrong += sum(bool(run.broken) for run in done)
            rows.append([str(at), name, *("BROKEN: " + "; ".join(r.broken) if r.broken else r.outcome for r in done)])
    return rows, wrong


def _folded(rows: list[list[str]]) -> list[list[str]]:
    """Calls in a row that end alike stand in one line, the first and the last named."""
    lines = []
    for _, group in groupby(rows, key=lambda row: row[2:]):
        first, *_, last = [*(same := list(group)), same[-1]]
        at, name = (first[0], first[1]) if len(same) == 1 else (f"{first[0]}-{last[0]}", f"{first[1]} … {last[1]}")
        lines.append([at, name, *first[2:]])
    return lines


if __name__ == "__main__":
    sys.exit(main())
