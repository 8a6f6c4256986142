"""What the reader learns from: the open sentences of the tests, and texts of our own beside this file.

`texts/*.jsonl` name what they say of a clause, and are silent on others. A file of `texts/*.tsv` names in its first
line, after a `#`, the letters of the clauses that it speaks of (`clauses.toml`); a further line is the letters of those
that its text touches, or `-` for none of them, a tab, and the text.
"""

import hashlib
import json
import tomllib
from collections.abc import Collection, Iterable, Iterator, Mapping
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


def digest(known: Iterable[Lesson]) -> str:
    """Of all that weights and thresholds come from: texts, what they say, their tables, clauses and kinds of words."""
    rows = sorted((one.text, sorted(one.labels.items()), sorted(one.tables)) for one in known)
    kinds = (HERE / "kinds.txt").read_text("utf-8")
    return hashlib.sha256(json.dumps([rows, clauses(), kinds]).encode()).hexdigest()


def _written() -> Iterator[Lesson]:
    known = {made["letter"]: clause for clause, made in clauses().items()}
    for path in sorted((HERE / "texts").glob("*.tsv")):
        first, *lines = path.read_text("utf-8").splitlines()
        letters = first.removeprefix("#")
        if not letters or letters == first or set(letters) - known.keys():
            raise LessonError(f"{path.name}:1: needs # and the letters of clauses")
        for number, line in enumerate(lines, 2):
            codes, tab, text = line.partition("\t")
            if not (tab and codes and text) or set(codes) - {*letters, NONE}:
                raise LessonError(f"{path.name}:{number}: needs letters of the first line or {NONE}, a tab and a text")
            said = {known[letter]: letter in codes for letter in letters}
            yield Lesson(text, {**_untouched({path.stem}), **said}, frozenset({path.stem}))


def _listed() -> Iterator[Lesson]:
    for path in (*sorted(OPEN.glob("*.jsonl")), *sorted((HERE / "texts").glob("*.jsonl"))):
        table = path.stem if path.parent == OPEN else f"{path.stem}-texts"
        for line in path.read_text("utf-8").splitlines():
            row = json.loads(line)
            tables = frozenset({table, PRAISE} if row.get("tone") == "positive" else {table})
            said = {} if row.get("eased") else row["labels"]  # only told, quoted or denied: neither one nor the other
            yield Lesson(row["text"], {**_untouched(tables), **said}, tables)


def _untouched(tables: Collection[str]) -> dict[str, bool]:
    """What no text of some tables touches."""
    return {clause: False for clause, made in clauses().items() if not set(made["untouched"]).isdisjoint(tables)}
