"""A case: one message with its revisions, what was decided about it, and its progress on the desk. Pure."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from shared.domain.assessment import Assessment, Priority
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
    claim: Claim | None = None
    outcome: Outcome | None = None
    version: int = 0  # counts the decisions taken on the case; a form that carries an older one is refused

    @property
    def history(self) -> list[tuple[str, Revision]]:
        """The revisions in the order they were written; what came without a time stands where it was received."""
        return sorted(self.revisions.items(), key=lambda item: (_when(item[1]), item[0]))

    @property
    def content(self) -> list[Revision]:
        """The revisions that carry what the person wrote, oldest first, the first post before its edits."""
        written = [revision for _, revision in self.history if revision.event.event in CONTENT]
        return sorted(written, key=lambda revision: revision.event.event is not EventKind.POSTED)

    @property
    def latest(self) -> Revision | None:
        """The words as they stand now."""
        content = self.content
        return content[-1] if content else None

    @property
    def hidden(self) -> bool:
        """Whether the platform last said that the message is hidden."""
        seen = [r.event.why for _, r in self.history if r.event.event is EventKind.NOTICE]
        return bool(seen) and seen[-1] == "hidden"


def take(case: Case, now: datetime, due: Callable[[datetime], datetime]) -> Case:
    """Freeze the assessment, derive the state and stop waiting for `inbox`. Taking twice changes nothing more.

    An edit or a removal never lowers what an earlier revision showed: a person reads it (promise 2, promise 6).
    """
    fresh = [revision for key, revision in case.history if key not in case.taken]
    settled = replace(
        case,
        pending_since=None,
        sweep_at=None,
        taken=tuple(sorted(case.revisions)),
        removal_taken=case.removed_at is not None,
    )
    if not case.content:
        return settled if case.outcome else _close_without_text(settled, now)
    if not _has_news(case, fresh):
        return settled
    return _place(settled, due)


def _close_without_text(case: Case, now: datetime) -> Case:
    rule = "tombstone" if case.removed_at else "notice-only"
    return replace(case, state=State.CLOSED, outcome=Outcome(rule, rule, now, rule=True), version=case.version + 1)


def _has_news(case: Case, fresh: list[Revision]) -> bool:
    """A redelivery, a restamped copy or the removal of a closed case is no news; words not seen before are."""
    closed = case.state is State.CLOSED
    seen = {
        revision.event.text
        for key, revision in case.revisions.items()
        if key in case.taken and revision.event.event in CONTENT
    }
    written = [revision for revision in fresh if revision.event.event in CONTENT]
    if any(revision.event.text not in seen for revision in written):
        return True
    return not closed and (bool(written) or (case.removed_at is not None and not case.removal_taken))


def _place(case: Case, due: Callable[[datetime], datetime]) -> Case:
    content = case.content
    assessment = _combine([revision.assessment for revision in content if revision.assessment], due)
    waits = assessment.priority is not Priority.READ
    if case.removed_at is not None:
        waits = assessment.priority is Priority.CRISIS
    return replace(
        case,
        state=State.WAITING if waits else State.READING,
        assessment=assessment,
        rank=assessment.priority.rank if waits else Priority.READ.rank,
        due=assessment.due if waits else None,
        at=assessment.clocked_at,
        conversation=content[0].event.conversation,
        outcome=None,
        version=case.version + 1,
    )


def _combine(assessments: list[Assessment], due: Callable[[datetime], datetime]) -> Assessment:
    """The latest words decide, but never below what earlier words showed; the clock is the first post's."""
    first, latest = assessments[0], assessments[-1]
    highest = min(assessments, key=lambda assessment: assessment.priority.rank)
    earlier = [f for a in assessments[:-1] for f in a.findings if f.priority is Priority.CRISIS]
    findings = latest.findings + tuple(f for f in earlier if f.rule not in {g.rule for g in latest.findings})
    return replace(
        latest,
        priority=highest.priority,
        requires_response=any(assessment.requires_response for assessment in assessments),
        due=None if highest.priority is Priority.READ else due(first.clocked_at),
        signpost=highest.signpost or latest.signpost,
        findings=findings,
        clocked_at=first.clocked_at,
        clock=first.clock,
    )


def _when(revision: Revision) -> datetime:
    return revision.event.sent_at or revision.received_at
