"""The compiled packs: read from the file kept beside them, or compiled anew where a word has changed since."""

import hashlib
import importlib
import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
FILE = HERE / "compiled.json"
CODE = ("compiling.py", "literals.py")


@cache
def compiled() -> Mapping[str, Any]:
    """Eases, persons meant and packs. Raises `PackError` if packs have changed and cannot be used."""
    kept: dict[str, Any] = json.loads(FILE.read_text("utf-8")) if FILE.exists() else {}
    if kept.get("sources") == sources():
        return kept
    fresh: dict[str, Any] = importlib.import_module("shared.rules.compiling").compiled()
    return fresh


def sources() -> str:
    """A hash of everything that packs are compiled from: the words, and the code that reads them."""
    paths = [*sorted(HERE.rglob("*.toml")), *(HERE / name for name in CODE)]
    return hashlib.sha256(b"\0".join(path.read_bytes() for path in paths)).hexdigest()
