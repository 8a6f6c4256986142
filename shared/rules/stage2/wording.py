"""What stage 2 knows of words and numbers, read from `around.toml`, and how it finds them in a text."""

import re
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import re2
from pydantic import BaseModel, ConfigDict, Field

from shared.rules.text import View

HERE = Path(__file__).parent
_apostrophe = re.compile(r"'(?=[a-z])")

Span = tuple[int, int]


class _Table(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Words(_Table):
    """RE2 patterns for whole words, and signs that stand for themselves."""

    patterns: tuple[str, ...] = Field(min_length=1)
    signs: tuple[str, ...] = ()

    def spans(self, view: View) -> Iterator[Span]:
        """Where they stand in a plain view."""
        return (match.span() for match in _compiled(self).finditer(view.text) if match.end() > match.start())

    def stand_in(self, view: View) -> bool:
        """Whether any of them stands in a plain view."""
        return next(self.spans(view), None) is not None


class Repeated(_Table):
    """The same words again and again."""

    words: int
    least: int
    hours: int
    clause: str
    why_selling: str
    why_view: str
    selling: Words
    community: Words


class PileOn(_Table):
    """Many against one."""

    least: int
    minutes: int
    clause: str
    clauses: frozenset[str]
    rough: frozenset[str]
    why: str
    pointed: Words
    harsh: Words
    address: Words
    kind: Words


class Thanked(_Table):
    """Thanks after an answer. `words` are allowed anywhere in it."""

    days: int
    longest: int
    outcomes: frozenset[str]
    why: str
    thanks: Words
    closing: Words
    words: frozenset[str]


class Wording(_Table):
    """All of `around.toml`."""

    version: str
    repeated: Repeated
    pile_on: PileOn = Field(alias="pile-on")
    thanked: Thanked


@cache
def wording() -> Wording:
    """The file as it is. Raises pydantic's `ValidationError` for a key that is unknown, missing or of another type."""
    data = tomllib.loads((HERE / "around.toml").read_text("utf-8"))
    words = data["thanked"]["words"]
    courtesies = tomllib.loads((HERE.parent / "courtesies.toml").read_text("utf-8"))["words"]
    data["thanked"]["words"] = {*courtesies, *words["more"]} - set(words["less"])
    return Wording.model_validate(data)


@cache
def _compiled(words: Words) -> Any:
    """Apostrophes are optional, because people leave them out."""
    options = re2.Options()
    options.log_errors = False
    options.never_capture = True
    whole = rf"\b(?:{'|'.join(words.patterns)})\b"
    return re2.compile(_apostrophe.sub("'?", "|".join([*words.signs, whole])), options)
