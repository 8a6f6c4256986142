"""The compiled packs: read from the file kept beside them, or compiled anew where a word has changed since."""

import importlib
import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from shared.rules.sources import sources

FILE = Path(__file__).with_name("compiled.json")
COMPILER = "shared.rules.compiling"  # by its name: it and pydantic cost half a second that most starts need not pay


@cache
def compiled() -> Mapping[str, Any]:
    """Eases, persons meant and packs. Raises `PackError` if packs have changed and cannot be used."""
    kept: dict[str, Any] = json.loads(FILE.read_text("utf-8")) if FILE.exists() else {}
    if kept.get("sources") == sources():
        return kept
    fresh: dict[str, Any] = importlib.import_module(COMPILER).compiled()
    return fresh
