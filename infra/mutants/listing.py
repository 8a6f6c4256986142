"""The list: which safeguard, what its absence looks like in the source, and which tests notice."""

import ast
import tomllib
from collections.abc import Sequence
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

LIST = Path(__file__).with_name("mutants.toml")


class Mutant(BaseModel):
    """One safeguard switched off: `replacement` in place of `text`, which stands exactly once in `file`."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    name: str = Field(pattern=r"^[a-z0-9-]+$")
    promise: int = Field(ge=1, le=11)
    protects: str
    file: str
    text: str = Field(min_length=1)
    replacement: str
    tests: tuple[str, ...] = Field(min_length=1)


class NotApplicable(Exception):
    """The source has moved on: the text to replace does not stand in it exactly once."""


def load(path: Path = LIST) -> tuple[Mutant, ...]:
    """All mutants, in the order of the file. Raises pydantic's `ValidationError`, and `ValueError` for a name twice."""
    mutants = tuple(Mutant(**entry) for entry in tomllib.loads(path.read_text("utf-8"))["mutant"])
    if len({mutant.name for mutant in mutants}) < len(mutants):
        raise ValueError("a mutant's name stands twice")
    return mutants


def mutated(mutant: Mutant, source: str) -> str:
    """The source without the safeguard, still a program. Raises `NotApplicable`."""
    found = source.count(mutant.text)
    if found != 1:
        raise NotApplicable(f"{mutant.name}: its text stands {found} times in {mutant.file}")
    changed = source.replace(mutant.text, mutant.replacement)
    if changed == source:
        raise NotApplicable(f"{mutant.name}: changes nothing")
    if mutant.file.endswith(".py"):
        _check_program(mutant, changed)
    return changed


def chosen(mutants: Sequence[Mutant], names: Sequence[str]) -> list[Mutant]:
    """The named ones, or all. Raises `KeyError` for a name that is none."""
    by_name = {mutant.name: mutant for mutant in mutants}
    return [by_name[name] for name in names] or list(mutants)


def _check_program(mutant: Mutant, source: str) -> None:
    try:
        ast.parse(source)
    except SyntaxError:
        raise NotApplicable(f"{mutant.name}: what is left is no program") from None
