"""Whether a message asks something of us where its words alone do not say so."""

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import re2

from shared.domain.assessment import Finding, Priority
from shared.domain.message import Kind
from shared.rules.reading import Reading

RULE = "direct"
_word = re2.compile(r"[\pL\pN']+")


def direct(reading: Reading) -> list[Finding]:
    """A private message with more words than thanks, a greeting or a farewell wants an answer (principles 2.6)."""
    if reading.kind is not Kind.DIRECT:
        return []
    words = [match.span() for match in _word.finditer(reading.plain.view.text)]
    courtesies = _courtesies()["words"]
    more = [span for span in words if reading.plain.view.text[slice(*span)].strip("'") not in courtesies]
    if not more:
        return []
    passage = reading.plain.view.passage(more[0][0], more[-1][1])
    return [Finding(None, RULE, (passage,), _courtesies()["why"], Priority.NORMAL, requires_response=True)]


@cache
def _courtesies() -> Mapping[str, Any]:
    data = tomllib.loads(Path(__file__).with_name("courtesies.toml").read_text("utf-8"))
    return {"why": data["why"], "words": frozenset(data["words"])}
