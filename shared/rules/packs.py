"""Words as data: what a pack of words may say, and reading packs from their folder."""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError, model_validator

from shared.domain.assessment import Priority, Signpost, Who
from shared.domain.message import Kind
from shared.rules.checks import CHECKS

HERE = Path(__file__).parent

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
    soft_for: tuple[Who, ...] = ()  # softened where these are meant
    calm: str | None = None  # said instead, lower, in a text of some length that does not lean to the clause as a whole
    only_for: tuple[Who, ...] = ()  # no finding unless these are meant; empty: whoever is meant
    check: str | None = None  # what a match must also pass, by its name in `checks`
    kinds: tuple[Kind, ...] = ()  # only for these kinds of message; empty: for all
    weak: bool = False  # alone it finds nothing: two such groups of a pack, or three passages of one, do
    disguised: bool = False  # looked for behind digits, stars, spaces, repeated letters and emoji too
    together: bool = False  # its frames are tried as one: quicker where most messages call for one of them
    broken: bool = False  # phrases are also known with a space inside or two letters swapped

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
    known = eases().keys()
    return tuple(_pack(path, known) for path in sorted(folder.glob("*.toml")))


def eases() -> Mapping[str, Ease]:
    """The suppressors by name. Raises `PackError`."""
    path = HERE / "eases.toml"
    return {name: _validated(path, Ease, value) for name, value in read_toml(path).items()}


def vocabulary() -> Mapping[str, str]:
    """What `<name>` stands for in a frame, by name; an entry may use those above it. Raises `PackError`."""
    known: dict[str, str] = {}
    for name, words in read_toml(HERE / "vocabulary.toml").items():
        alternatives = words if isinstance(words, str) else "|".join(words)
        for other, meaning in known.items():
            alternatives = alternatives.replace(f"<{other}>", f"(?:{meaning})")
        known[name] = alternatives
    return known


def read_toml(path: Path) -> dict[str, Any]:
    """The table of a file. Raises `PackError`."""
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise PackError(f"{path.name}: not TOML: {error}") from error


def _pack(path: Path, known: Any) -> Pack:
    data = read_toml(path)
    clause, groups = data.pop("clause", None), data.pop("groups", [])
    pack = _validated(path, Pack, {"rule": path.stem, "clause": clause, "groups": [{**data, **g} for g in groups]})
    unknown = {name for group in pack.groups for name in group.unless} - known
    if unknown:
        raise PackError(f"{path.name}: unless: there is no ease {min(unknown)!r}")
    return pack


def _validated(path: Path, model: type[Model], data: Any) -> Model:
    try:
        return model.model_validate(data)
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(map(str, first["loc"])) or "words"
        raise PackError(f"{path.name}: {key}: {first['msg']}") from error
