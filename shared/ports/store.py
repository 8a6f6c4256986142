"""Where cases and work are kept: the store and the queue. Each adapter passes the same contract tests."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol, TypeVar

from shared.domain.action import Action
from shared.domain.alert import Alert
from shared.domain.case import Case, Revision
from shared.domain.channel import Channel
from shared.domain.message import Platform
from shared.domain.trace import Trace
from shared.ports.surroundings import Surroundings

PATIENCE = timedelta(minutes=2)  # how long a published message may take before it is published again
Clock = Callable[[], datetime]
T = TypeVar("T")


class StoreUnavailable(Exception):
    """The store did not confirm. The caller answers 503, and the platform delivers again."""


class QueueUnavailable(Exception):
    """The queue did not confirm. The case is stored and still pending, so `sweep` publishes it later."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """What a delivery adds to one case; merged blindly, so that a repeated delivery is the same commit again."""

    case: str
    platform: Platform
    account: str
    message: str
    revisions: Mapping[str, Revision]
    removed_at: datetime | None
    pending_since: datetime
    trace: Trace | None = None  # of a message that is posted; what is merged without one keeps what it has

    @property
    def sweep_at(self) -> datetime:
        """When `sweep` tells `inbox` of it again."""
        return self.pending_since + PATIENCE


@dataclass(frozen=True, slots=True)
class Quarantine:
    """A fragment that a person must look at, and why."""

    id: str
    platform: Platform
    account: str | None
    why: str
    fragment: str
    received_at: datetime


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """Who did or saw what, when, to which case. Never any text of a message."""

    id: str
    case: str
    at: datetime
    who: str
    what: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Notice:
    """One message on a topic: ids only."""

    data: Mapping[str, str]


class Transaction(Protocol):
    """Reads first, then writes; all or nothing."""

    def case(self, case_id: str) -> Case | None:
        """The case, locked against other transactions."""

    def action(self, action_id: str) -> Action | None:
        """The action, locked against other transactions."""

    def actions_in(self, group: str) -> int:
        """How many actions there are in a group."""

    def alert(self, alert_id: str) -> Alert | None:
        """The alert, locked against other transactions."""

    def put_case(self, case: Case) -> None:
        """Write the part of the case that intake does not write, and whether it is pending."""

    def put_action(self, action: Action) -> None:
        """Write an action, new or known."""

    def put_alert(self, alert: Alert) -> None:
        """Write an alert, new or known."""

    def audit(self, entry: AuditEntry) -> None:
        """Add to the audit, in the commit of what it records."""


class Intake(Protocol):
    """The half of a store that a webhook uses. Raises `StoreUnavailable` when the store does not answer in time."""

    def merge(self, arrivals: Sequence[Arrival], quarantined: Sequence[Quarantine]) -> None:
        """Make a delivery durable without reading: in one commit, or in several, in this order, where it is too large.

        What is in quarantine comes first. Merging the same again, also after a cut between commits, changes nothing.
        """


class Store(Intake, Surroundings, Protocol):
    """Where cases are. Every method raises `StoreUnavailable` when the store does not answer in time."""

    def transact(self, work: Callable[[Transaction], T]) -> T:
        """Run `work` atomically. It may run more than once, so it must only touch the transaction."""

    def case(self, case_id: str) -> Case | None:
        """One case with all its revisions."""

    def queue(self, limit: int) -> list[Case]:
        """What waits for an answer or a decision, by rank, then by due time."""

    def reading(self, limit: int) -> list[Case]:
        """What waits to be read, oldest first."""

    def pending(self, limit: int) -> list[Case]:
        """What `inbox` has not taken yet, oldest first."""

    def stuck_cases(self, now: datetime, limit: int) -> list[Case]:
        """What `sweep` must tell `inbox` again, longest waiting first."""

    def stuck_actions(self, now: datetime, limit: int) -> list[Action]:
        """What `sweep` must tell a sender again, longest waiting first."""

    def postpone(self, cases: Mapping[str, datetime], actions: Mapping[str, datetime]) -> None:
        """Note by id when `sweep` looks next, in one commit, without reading."""

    def closed(self, limit: int) -> list[Case]:
        """What was closed, newest message first."""

    def actions_of(self, case_id: str) -> list[Action]:
        """What was or is to be done about a case, oldest first."""

    def unsettled(self, limit: int) -> list[Action]:
        """Actions a person must decide about: their outcome is unknown."""

    def audit_of(self, case_id: str) -> list[AuditEntry]:
        """Who did what to a case, oldest first."""

    def quarantined(self, limit: int) -> list[Quarantine]:
        """Fragments nobody has dealt with, oldest first."""

    def channels(self) -> list[Channel]:
        """Every channel that was ever noted, by platform and account."""

    def channel(self, platform: Platform, account: str) -> Channel | None:
        """One channel."""

    def keep_channel(self, channel: Channel, fields: Collection[str]) -> None:
        """Write these fields of a channel and no others: a poll and `inbox` never undo each other."""

    def due_by(self, until: datetime, limit: int) -> list[Case]:
        """What waits for an answer and is due by then, soonest first."""

    def open_alerts(self, limit: int) -> list[Alert]:
        """The alerts that are not over, oldest first."""

    def beat(self, name: str, at: datetime) -> None:
        """Note that what is called `name` came to its end at `at` (UTC), in place of the last time."""

    def last_beat(self, name: str) -> datetime | None:
        """When that was last, in UTC; None if never."""

    def ping(self) -> None:
        """Write something; raise if that fails."""


class Queue(Protocol):
    """Where work waits for a function."""

    def publish(self, topic: str, notices: Sequence[Notice]) -> None:
        """Put all of them on a topic in one awaited call. Raises `QueueUnavailable`."""
