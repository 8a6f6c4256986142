"""A case: one message with its revisions, what was decided about it, and its progress on the desk. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from shared.domain.assessment import Assessment
from shared.domain.message import CONTENT, Event, EventKind, Platform


class State(StrEnum):
    """Where on the desk a case is. Absent until `inbox` has taken it."""

    WAITING = "waiting"  # in the queue: needs an answer or a decision
    READING = "reading"  # in the reading tray
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Revision:
    """One event about a message, kept as it came. At intake the revision is the audit."""

    event: Event
    received_at: datetime
    delivery: str  # sha256 of the body it came in
    raw: str  # the fragment, as JSON
    assessment: Assessment | None = None  # stage 1; only where the event has content


@dataclass(frozen=True, slots=True)
class Claim:
    """Who said "I'll take this"."""

    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a case ended: always with a named person, or a named rule for what has no text to read."""

    outcome: str
    by: str
    at: datetime
    note: str = ""
    rule: bool = False


@dataclass(frozen=True, slots=True)
class Case:
    """One message of one member of the public. Everything down to `sweep_at` is written blindly at intake."""

    id: str
    platform: Platform
    account: str
    message: str
    revisions: Mapping[str, Revision] = field(default_factory=dict)
    removed_at: datetime | None = None
    pending_since: datetime | None = None
    sweep_at: datetime | None = None  # when to tell `inbox` again if it has not taken the case by then
    # from inbox on
    taken: tuple[str, ...] = ()
    removal_taken: bool = False
    state: State | None = None
    assessment: Assessment | None = None
    rank: int | None = None
    due: datetime | None = None
    at: datetime | None = None
    conversation: str | None = None
    answered_at: datetime | None = None  # when somebody replied in the platform's own app
    claim: Claim | None = None
    outcome: Outcome | None = None
    version: int = 0  # counts the decisions taken on the case; a form that carries an older one is refused

    @property
    def history(self) -> list[tuple[str, Revision]]:
        """The revisions in the order they were written; what came without a time stands where it was received."""
        return sorted(self.revisions.items(), key=lambda item: (when(item[1]), item[0]))

    @property
    def content(self) -> list[Revision]:
        """The revisions that carry what the person wrote, oldest first, the first post before its edits.

        What came as ids only counts until the words are there.
        """
        written = [revision for _, revision in self.history if revision.event.event in CONTENT]
        whole = [revision for revision in written if not revision.event.incomplete]
        return sorted(whole or written, key=lambda revision: revision.event.event is not EventKind.POSTED)

    @property
    def replies(self) -> list[Revision]:
        """Our own words to this message that came back as echoes, oldest first."""
        return [revision for _, revision in self.history if revision.event.event is EventKind.ECHO]

    @property
    def latest(self) -> Revision | None:
        """The words as they stand now."""
        content = self.content
        return content[-1] if content else None

    @property
    def incomplete(self) -> bool:
        """Whether the words are still to be looked up."""
        bare = any(revision.event.incomplete for revision in self.content)
        return bare and self.removed_at is None and not self.ours

    @property
    def ours(self) -> bool:
        """Whether it turned out to be our own words: some platforms say so only when they are asked."""
        return any(reply.event.id == self.message for reply in self.replies)

    @property
    def hidden(self) -> bool:
        """Whether the platform last said that the message is hidden."""
        seen = [r.event.why for _, r in self.history if r.event.event is EventKind.NOTICE]
        return bool(seen) and seen[-1] == "hidden"


def when(revision: Revision) -> datetime:
    """When it was written; what came without a time, when it was received."""
    return revision.event.sent_at or revision.received_at
