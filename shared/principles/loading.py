"""Reading the principles from their files, and finding the version that was in force."""

import tomllib
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from shared.principles.model import Principles, PrinciplesError

FOLDER = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Library:
    """All versions of the principles, newest first."""

    versions: tuple[Principles, ...]

    def in_force(self, at: datetime) -> Principles:
        """The version in force at `at` (principles 1.1), which must be aware, else `ValueError`.

        A message older than the first version is judged by the first: there is nothing earlier to go by.
        """
        if at.utcoffset() is None:
            raise ValueError("a time needs an offset from UTC")
        return next((one for one in self.versions if one.effective_from <= at), self.versions[-1])

    def version(self, version: str) -> Principles:
        """The version of that name. Raises `KeyError` where there is none."""
        found = next((one for one in self.versions if one.version == version), None)
        if found is None:
            raise KeyError(version)
        return found


def load(folder: Path | None = None) -> Library:
    """Read and check every version in `folder`. Raises `PrinciplesError`; the caller keeps the result."""
    folder = folder or FOLDER / "data"
    versions = sorted(map(_read, folder.glob("*.toml")), key=lambda one: one.effective_from, reverse=True)
    if not versions:
        raise PrinciplesError(f"{folder.name}: version: there is no file with one")
    for newer, older in pairwise(versions):
        if newer.effective_from == older.effective_from:
            raise PrinciplesError(f"{newer.version}.toml: effective_from: the same as in {older.version}.toml")
    return Library(tuple(versions))


def words(name: str) -> dict[str, Any]:
    """The words of a page: `page` for what the public reads, `desk` for what staff read."""
    return _toml(FOLDER / f"{name}.toml")


def _read(path: Path) -> Principles:
    try:
        principles = Principles.model_validate(_toml(path))
    except ValidationError as error:
        raise PrinciplesError(f"{path.name}: {reasons(error)}") from None
    if principles.version != path.stem:
        raise PrinciplesError(f"{path.name}: version: must be the name of the file")
    return principles


def _toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise PrinciplesError(f"{path.name}: the whole file: {error}") from None


def reasons(error: ValidationError) -> str:
    """Each fault as `key: reason`; a fault of the whole already names its key."""
    faults = ((".".join(map(str, fault["loc"])), fault["msg"]) for fault in error.errors(include_url=False))
    return "; ".join(f"{key}: {reason}" if key else reason for key, reason in faults).replace("Value error, ", "")
