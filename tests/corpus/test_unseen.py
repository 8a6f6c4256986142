"""The rules on texts in the manner of public ones, written apart from what the rules and their reader learned from.

A failure says how many, never which. Look at nothing in `unseen`: `make evaluate DATA=tests/corpus/unseen` has figures.
"""

import gzip
import json
import tomllib
from functools import cache
from typing import Any

import pytest

from shared.rules.engine import examine
from tests.corpus.sentences import HERE, HOUSE

FLOORS: dict[str, dict[str, dict[str, float]]] = tomllib.loads((HERE / "unseen.toml").read_text("utf-8"))
NAMES = [(file, clause) for file, floors in FLOORS.items() for clause in floors]


@cache
def judged(file: str) -> list[tuple[dict[str, Any], set[str | None]]]:
    """The labels of each text of a file, and the clauses that were found."""
    lines = gzip.decompress((HERE / "unseen" / f"{file}.jsonl.gz").read_bytes()).decode().splitlines()
    rows = [json.loads(line) for line in lines]
    found = [{finding.clause for finding in examine(row["text"]).findings} for row in rows]
    return [
        (row["labels"], clauses | ({"house"} if clauses & HOUSE else set()))
        for row, clauses in zip(rows, found, strict=True)
    ]


def test_every_file_has_its_floors() -> None:
    assert {path.name.partition(".")[0] for path in (HERE / "unseen").iterdir()} == FLOORS.keys()


@pytest.mark.parametrize(("file", "clause"), NAMES)
def test_no_worse_than_was_measured(file: str, clause: str) -> None:
    """Raise a floor when the rules get better; lowering one needs a reason in its line."""
    rows = [(labels[clause], clause in found) for labels, found in judged(file) if clause in labels]
    hits, misses = [found for true, found in rows if true], [found for true, found in rows if not true]
    floor = FLOORS[file][clause]
    if hits and "recall" in floor:
        assert sum(hits) / len(hits) >= floor["recall"]
    if misses and "false" in floor:
        assert sum(misses) / len(misses) <= floor["false"]
    assert floor.keys() <= {"recall", "false"}
    assert floor
