"""What the folders of `functions` say about themselves: read by the local server, the tests and the deployment."""

from collections.abc import Iterator
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict

ROOT = Path(__file__).resolve().parents[1]
FUNCTIONS = ROOT / "functions"


class EntryPoint(BaseModel):
    """One function on Google Cloud. Names are unique there."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    name: str
    trigger: Literal["http", "topic", "schedule"]
    topic: str | None = None
    schedule: str | None = None  # cron, in the principles' time zone
    public: bool
    memory: str
    secrets: tuple[str, ...]


class Manifest(BaseModel):
    """One folder's `function.json`."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    entry_points: tuple[EntryPoint, ...]


def folders() -> list[Path]:
    """Every folder of functions, by name."""
    return sorted(path.parent for path in FUNCTIONS.glob("*/function.json"))


def manifest(folder: Path) -> Manifest:
    """A folder's manifest. Raises pydantic's `ValidationError` when it is wrong."""
    return Manifest.model_validate_json((folder / "function.json").read_bytes())


def entry_points() -> Iterator[tuple[Path, EntryPoint]]:
    """Every entry point with the source file it is in."""
    for folder in folders():
        for entry_point in manifest(folder).entry_points:
            yield folder / "main.py", entry_point
