"""The compiled packs: read from the file kept beside them, or compiled anew where a word has changed since."""

import hashlib
import importlib
import json
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
FILE = HERE / "compiled.json"
SOURCES = (
    *(
        "words/*.toml",
        "drafts/*/*.toml",
        "eases.toml",
        "vocabulary.toml",
        "who.toml",
        "common.toml",
        "confusables.toml",
    ),
    *("compiling.py", "literals.py"),
)


_name = re.compile(r"<([a-z_]+)>")


@cache
def compiled() -> Mapping[str, Any]:
    """Eases, persons meant and packs. Raises `PackError` if packs have changed and cannot be used."""
    kept: dict[str, Any] = json.loads(FILE.read_text("utf-8")) if FILE.exists() else {}
    if kept.get("sources") == sources():
        return kept
    fresh: dict[str, Any] = importlib.import_module("shared.rules.compiling").compiled()
    return fresh


def expanded(written: str, vocabulary: Mapping[str, str]) -> str:
    """A pattern as RE2 reads it, with the entries of the vocabulary in place of their names."""
    return _name.sub(lambda found: f"(?:{vocabulary[found[1]]})", written)


def sources() -> str:
    """A hash of everything that packs are compiled from: the words, and the code that reads them."""
    paths = [path for pattern in SOURCES for path in sorted(HERE.glob(pattern))]
    return hashlib.sha256(b"\0".join(path.read_bytes() for path in paths)).hexdigest()
