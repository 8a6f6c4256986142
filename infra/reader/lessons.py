"""What the reader learns from: the open sentences of the tests, and texts of our own beside this file.

`texts/*.jsonl` name what they say of a clause, and are silent on others. `texts/*.tsv` say all: a line is the letters
of the clauses that its text touches (`clauses.toml`), or `-` for none of them, a tab, and the text.
"""

import json
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from infra.manifests import ROOT

HERE = Path(__file__).parent
OPEN = ROOT / "tests/corpus/open"
PRAISE = "praise"  # the positive part of the feedback
NONE = "-"


class LessonError(ValueError):
    """A line of the texts cannot be used. Names the file and the line, never the text."""


@dataclass(frozen=True, slots=True)
class Lesson:
    """A text, which clauses it is known to touch or not to touch, and the names of its table."""

    text: str
    labels: Mapping[str, bool]
    tables: frozenset[str]


@cache
def clauses() -> Mapping[str, Any]:
    """The table of what is learned."""
    return tomllib.loads((HERE / "clauses.toml").read_text("utf-8"))


def lessons() -> list[Lesson]:
    """All texts, each once. Raises `LessonError`."""
    found: dict[str, Lesson] = {}
    for one in (*_written(), *_listed()):
        known = found.setdefault(one.text, one)
        found[one.text] = Lesson(one.text, {**one.labels, **known.labels}, known.tables)
    return list(found.values())


def _written() -> Iterator[Lesson]:
    letters = {made["letter"]: clause for clause, made in clauses().items()}
    for path in sorted((HERE / "texts").glob("*.tsv")):
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
            codes, tab, text = line.partition("\t")
            if not (tab and codes and text) or set(codes.replace(NONE, "")) - letters.keys():
                raise LessonError(f"{path.name}:{number}: needs letters of clauses or {NONE}, a tab and a text")
            yield Lesson(text, {clause: letter in codes for letter, clause in letters.items()}, frozenset({path.stem}))


def _listed() -> Iterator[Lesson]:
    for path in (*sorted(OPEN.glob("*.jsonl")), *sorted((HERE / "texts").glob("*.jsonl"))):
        table = path.stem if path.parent == OPEN else f"{path.stem}-texts"
        for line in path.read_text("utf-8").splitlines():
            row = json.loads(line)
            tables = frozenset({table, PRAISE} if row.get("tone") == "positive" else {table})
            untouched = {clause: False for clause, made in clauses().items() if tables & set(made["untouched"])}
            yield Lesson(row["text"], {**untouched, **row["labels"]}, tables)
