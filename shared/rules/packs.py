"""Words as data: what a pack of words may say, and reading packs from their folder."""

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import re2
from pydantic import BaseModel, ConfigDict, ValidationError, model_validator

from shared.domain.assessment import Priority, Signpost
from shared.domain.message import Kind
from shared.rules.checks import CHECKS

_apostrophe = re.compile(r"'(?=[a-z])")

Model = TypeVar("Model", bound=BaseModel)


class PackError(ValueError):
    """A pack of words cannot be used. Says the file, the key and the reason."""


class Words(BaseModel):
    """Phrases and frames (RE2) stand for whole words, patterns (RE2) for themselves.

    `<name>` in a frame or a pattern stands for an entry of the vocabulary.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    phrases: tuple[str, ...] = ()
    frames: tuple[str, ...] = ()
    patterns: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _not_empty(self) -> "Words":
        if not self.phrases and not self.frames and not self.patterns:
            raise ValueError("needs phrases, frames or patterns")
        return self


class Ease(Words):
    """Words that soften a finding: a quotation, a report, a negation. `reach` is how near they must be."""

    why: str
    reach: int


class Group(Words):
    """Words that mean the same to us."""

    name: str
    why: str
    source: str
    priority: Priority
    requires_response: bool = False
    signpost: Signpost | None = None
    other_sense: tuple[str, ...] = ()  # frames in which the words mean something else: no finding there
    unless: tuple[str, ...] = ()  # names of eases
    check: str | None = None  # what a match must also pass, by its name in `checks`
    kinds: tuple[Kind, ...] = ()  # only for these kinds of message; empty: for all
    disguised: bool = False  # looked for behind digits, spaces and repeated letters too

    @model_validator(mode="after")
    def _known(self) -> "Group":
        if self.check is not None and self.check not in CHECKS:
            raise ValueError(f"check: there is no check {self.check!r}")
        return self


class Pack(BaseModel):
    """One rule: what its groups find touches `clause`, or asks something of us where there is none."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    rule: str
    clause: str | None = None
    groups: tuple[Group, ...]


def load(folder: Path) -> tuple[Pack, ...]:
    """All packs of a folder, in order of file name. Keys at the top of a file hold for each of its groups.

    Raises `PackError` for a file that is not TOML, an unknown or missing key, an unknown ease or check, an empty group.
    """
    return tuple(_pack(path) for path in sorted(folder.glob("*.toml")))


@cache
def eases() -> Mapping[str, Ease]:
    """The suppressors by name. Raises `PackError`."""
    path = Path(__file__).with_name("eases.toml")
    return {name: _validated(path, Ease, value) for name, value in _read(path).items()}


def pattern(words: Words, *, tolerant: bool = False) -> str:
    """One RE2 pattern for all the words. A tolerant one lets every letter of a phrase be repeated."""
    phrases = [rf"\b{_phrase(phrase, tolerant=tolerant)}\b" for phrase in words.phrases]
    return "|".join([*phrases, *map(frame, words.frames), *map(_expanded, words.patterns)])


def frame(written: str) -> str:
    """A frame as a pattern: nothing of a word may stick out on either side."""
    return rf"\b(?:{_expanded(written)})\b"


def _expanded(written: str) -> str:
    """A pattern as RE2 reads it: vocabulary in place, apostrophes optional because people leave them out."""
    for name, alternatives in _vocabulary().items():
        written = written.replace(f"<{name}>", f"(?:{alternatives})")
    return _apostrophe.sub("'?", written)


def _phrase(phrase: str, *, tolerant: bool) -> str:
    if not tolerant:
        return _expanded(re2.escape(phrase).replace(r"\'", "'").replace(r"\ ", " "))
    return "".join(f"{char}+" if char.isalpha() else f"{re2.escape(char)}?" for char in phrase)


@cache
def _vocabulary() -> Mapping[str, str]:
    vocabulary: dict[str, str] = {}
    for name, words in _read(Path(__file__).with_name("vocabulary.toml")).items():
        alternatives = words if isinstance(words, str) else "|".join(words)
        for known, meaning in vocabulary.items():
            alternatives = alternatives.replace(f"<{known}>", f"(?:{meaning})")
        vocabulary[name] = alternatives
    return vocabulary


def _pack(path: Path) -> Pack:
    data = _read(path)
    clause, groups = data.pop("clause", None), data.pop("groups", [])
    pack = _validated(path, Pack, {"rule": path.stem, "clause": clause, "groups": [{**data, **g} for g in groups]})
    unknown = {name for group in pack.groups for name in group.unless} - eases().keys()
    if unknown:
        raise PackError(f"{path.name}: unless: there is no ease {min(unknown)!r}")
    return pack


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise PackError(f"{path.name}: not TOML: {error}") from error


def _validated(path: Path, model: type[Model], data: Any) -> Model:
    try:
        return model.model_validate(data)
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(map(str, first["loc"])) or "words"
        raise PackError(f"{path.name}: {key}: {first['msg']}") from error
