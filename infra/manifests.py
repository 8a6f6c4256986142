"""What the folders of `functions` say about themselves: read by the local server, the tests and the deployment."""

from collections.abc import Iterable, Iterator
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

ROOT = Path(__file__).resolve().parents[1]
FUNCTIONS = ROOT / "functions"
INBOX = "needs-human"


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
    concurrency: int = Field(default=16, ge=1, le=1000)  # requests at once: 16 bodies of 8 MiB fit into 512 MiB
    timeout: int = Field(default=10, ge=1, le=10)  # seconds: what is told to stop is killed ten seconds later
    store: bool | None = None  # whether it opens Firestore; None: as `opens_store` says
    publishes: tuple[str, ...] | None = None  # topics, `*` for any ending; None: as `topics_of` says

    @property
    def is_page(self) -> bool:
        """Whether it only shows the principles: what is public and holds no secret can verify nobody."""
        return self.public and not self.secrets

    @property
    def opens_store(self) -> bool:
        """Whether its service account may use Firestore."""
        return not self.is_page if self.store is None else self.store

    def topics_of(self, folder: str, topics: Iterable[str]) -> list[str]:
        """Which of the deployment's topics it may publish to."""
        patterns = self._usual(folder) if self.publishes is None else self.publishes
        return sorted({topic for topic in topics if any(fnmatchcase(topic, pattern) for pattern in patterns)})

    def _usual(self, folder: str) -> tuple[str, ...]:
        """Whatever hears of messages tells `inbox`; the desk asks for actions; `inbox` and `sweep` for look-ups too."""
        if self.is_page or (self.topic or "").startswith("actions-"):
            return ()
        if self.trigger == "http" and not self.public:
            return (INBOX, "actions-*")
        if self.topic == INBOX or (self.trigger == "schedule" and self.name == folder):
            return (INBOX, "actions-*", "lookups-*")
        return (INBOX,)


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
