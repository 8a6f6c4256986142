"""What the reader learns from: the open sentences of the tests, and texts of our own beside this file."""

import json
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from infra.manifests import ROOT

HERE = Path(__file__).parent
OPEN = ROOT / "tests/corpus/open"
PRAISE = "praise"  # the positive part of the feedback


@dataclass(frozen=True, slots=True)
class Lesson:
    """A text, whether it touches the clause, and the table that it stands in."""

    text: str
    touches: bool
    table: str


def clauses() -> Mapping[str, Any]:
    """The table of what is learned."""
    return tomllib.loads((HERE / "clauses.toml").read_text("utf-8"))


def lessons(clause: str, negatives: list[str]) -> list[Lesson]:
    """All texts that say something of a clause, each once."""
    found: dict[str, Lesson] = {}
    for table, row in _rows():
        if clause in row["labels"]:
            found.setdefault(row["text"], Lesson(row["text"], row["labels"][clause], table))
        elif table in negatives or (PRAISE in negatives and row.get("tone") == "positive"):
            name = table if table in negatives else PRAISE
            found.setdefault(row["text"], Lesson(row["text"], touches=False, table=name))
    return list(found.values())


def _rows() -> Iterator[tuple[str, Mapping[str, Any]]]:
    for path in (*sorted(OPEN.glob("*.jsonl")), *sorted((HERE / "texts").glob("*.jsonl"))):
        table = path.stem if path.parent == OPEN else f"{path.stem}-texts"
        for line in path.read_text("utf-8").splitlines():
            yield table, json.loads(line)
