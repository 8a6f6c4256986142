"""A desk with cases that are due, and a notifier that remembers or fails."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from shared.adapters.sqlite import Database, SqliteStore
from shared.domain.assessment import Assessment, Priority
from shared.domain.case import Case, Revision, State
from shared.domain.message import Event, EventKind, Kind, Platform
from shared.ports import Arrival, Letter, NotTold, Store
from shared.principles.loading import load, words
from shared.service import alerting
from shared.service.letters import Writer

LIBRARY = load()
ADDRESSES = {"team": ["team@example.org", "desk@example.org"], "lead": ["lead@example.org"], "night": ["n@example.org"]}
CANARY = "words that somebody wrote"


@dataclass
class Told:
    """A notifier that keeps what it was given, or says that it could not."""

    letters: list[Letter] = field(default_factory=list)
    broken: bool = False
    meanwhile: Callable[[], object] | None = None

    def tell(self, letter: Letter) -> None:
        if self.meanwhile:
            again, self.meanwhile = self.meanwhile, None
            again()
        if self.broken:
            raise NotTold("Throttled")
        self.letters.append(letter)

    @property
    def subjects(self) -> list[tuple[str, str]]:
        return [(letter.to[0].split("@")[0], letter.subject) for letter in self.letters]


@dataclass
class Desk:
    """A store with cases, and what was told."""

    store: Store
    told: Told = field(default_factory=Told)
    made: int = 0

    def waiting(self, due: datetime, *, state: State = State.WAITING) -> Case:
        """One case on the desk that is due then."""
        self.made += 1
        event = Event(EventKind.POSTED, Platform.FACEBOOK, "100", f"1_{self.made}", Kind.COMMENT, CANARY)
        judged = Assessment(Priority.NORMAL, True, due, None, (), "1", "1", due, "message")
        revision = Revision(event, due, "digest", "{}", judged)
        case = Case(f"c{self.made:05}", Platform.FACEBOOK, "100", event.id or "", {"r": revision})
        self.store.merge([Arrival(case.id, case.platform, "100", case.message, case.revisions, None, due)], [])
        placed = replace(case, state=state, rank=2, due=due, at=due, assessment=judged, version=1, taken=("r",))
        self.store.transact(lambda tx: tx.put_case(placed))
        return placed

    def post(self) -> alerting.Post:
        """What telling needs."""
        return alerting.Post(
            self.told, ADDRESSES, Writer(words("mail"), "https://desk.example.org", ZoneInfo("Europe/London"))
        )

    def run(self, now: datetime) -> int:
        """One run of `alert_overdue`."""
        return alerting.alert_overdue(now, LIBRARY.in_force(now), store=self.store, post=self.post())


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """A fresh desk."""
    return Desk(SqliteStore(Database(tmp_path / "desk.sqlite3")))
