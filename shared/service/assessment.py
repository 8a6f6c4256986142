"""Stage 1: what the message alone tells. Pure, so that it runs in the webhook and again in a replay."""

from datetime import datetime, timedelta

from shared.domain.assessment import Assessment, Priority
from shared.domain.message import Event
from shared.principles.loading import Library
from shared.rules import engine

UNREADABLE = frozenset({"audio", "encrypted", "unsupported", "video"})


def assess(event: Event, library: Library, received_at: datetime) -> Assessment:
    """Run all rules on an event and say by when an answer is owed (principles, "What we will do").

    Every rule runs whatever the others found; a rule that failed is named and a person looks in its place. The
    principles are those in force when the message was written.
    """
    at, clock = clocked(event.sent_at, received_at, library.in_force(received_at).limits.future_tolerance)
    principles = library.in_force(at)
    examined = engine.examine(event.text, event.kind, public=event.public)
    priority, requires_response, signpost = engine.summary(examined)
    if _unread(event):
        priority, requires_response = min(priority, Priority.NORMAL, key=lambda p: p.rank), True
    return Assessment(
        priority=priority,
        requires_response=requires_response,
        due=None if priority is Priority.READ else principles.calendar().due(at),
        signpost=signpost,
        findings=examined.findings,
        principles=principles.version,
        rules=engine.VERSION,
        clocked_at=at,
        clock=clock,
        faults=examined.faults,
    )


def _unread(event: Event) -> bool:
    """Whether words were said that no rule has seen: unsure means that a person looks by the due time."""
    return not event.text and (event.incomplete or any(found.type in UNREADABLE for found in event.attachments))


def clocked(sent_at: datetime | None, received_at: datetime, tolerance: timedelta) -> tuple[datetime, str]:
    """The time a promise counts from: the message's own, unless it is missing or lies in the future."""
    if sent_at is None or sent_at > received_at + tolerance:
        return received_at, "received"
    return sent_at, "message"
