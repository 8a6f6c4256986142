"""Decisions can be replayed (promise 9): what a version of the rules decided, that version decides for ever.

`decisions/<version>.jsonl` is written once for a version, by `python -m tests.golden.write`. Changing what any rule
decides needs a new `VERSION` and a new file; older files stay as the record.
"""

import json

import pytest

from shared.rules.engine import VERSION
from tests.golden.write import COUNT, DECISIONS, Decision, decide, difference

LINES = (DECISIONS / f"{VERSION}.jsonl").read_text(encoding="utf-8").splitlines()
KEPT: list[Decision] = [json.loads(line) for line in LINES]


def test_there_are_enough_decisions_of_every_kind() -> None:
    assert len(KEPT) == COUNT
    assert {decision["priority"] for decision in KEPT} == {"crisis", "urgent", "normal", "read"}
    clauses = {finding["clause"] for decision in KEPT for finding in decision["findings"]}
    assert len(clauses - {None}) == 13


@pytest.mark.parametrize("kept", KEPT, ids=range(len(KEPT)))
def test_the_version_decides_as_it_did(kept: Decision) -> None:
    now = decide(kept["text"], kept["kind"])
    assert now == kept, f"the rules decide otherwise and need a new VERSION: {difference(kept, now)}"


def test_a_difference_names_rules_and_no_words() -> None:
    kept = decide("Nobody rang me back and I want to die", None)
    now = decide("Nobody rang me back", None)
    said = difference(kept, now)
    assert "priority: crisis -> normal" in said
    assert "no longer crisis." in said
    assert "rang" not in said
    assert difference(kept, kept) == ""
