"""The out-of-hours acknowledgement: one per author and conversation per closed period (promise 5)."""

from datetime import datetime, timedelta

from shared.domain.action import Action, ActionKind
from shared.domain.assessment import Assessment
from shared.domain.calendar import ClosedPeriod
from shared.domain.case import Case, Revision
from shared.domain.message import Event, EventKind, Kind, identity
from shared.ports import PATIENCE
from shared.principles.loading import Library
from shared.principles.model import Principles

SENDING = timedelta(minutes=15)  # an acknowledgement may arrive just after the desk has opened
ANSWERABLE = frozenset({Kind.COMMENT, Kind.REPLY, Kind.POST, Kind.DIRECT})


def first_post(case: Case) -> Revision | None:
    """The message as it was first posted; edits, removals and notices are never acknowledged."""
    return next((r for r in case.content if r.event.event is EventKind.POSTED), None)


def acknowledgement(case: Case, principles: Principles, now: datetime) -> Action | None:
    """The acknowledgement owed to a case at `now` (UTC), or None.

    Owed while now and the message's time lie in the same closed period and the message is younger than
    `ack_max_age`. In public only to what requires a response, and only where the principles allow it.
    """
    post, assessment = first_post(case), case.assessment
    author = post.event.author.id if post and post.event.author else None
    if post is None or assessment is None or author is None or case.removed_at or case.answered_at:
        return None
    if not _answerable(post.event, in_public=assessment.requires_response and principles.public_acks(case.platform)):
        return None
    period = principles.calendar().closed_period(now)
    age = now - assessment.clocked_at
    if period is None or assessment.clocked_at not in period or age > principles.limits.ack_max_age:
        return None
    return _reservation(case, post.event, author, assessment, principles, period, now)


def is_acknowledgement(event: Event, library: Library) -> bool:
    """Whether our own words that came back are an acknowledgement of ours, and no person's reply."""
    if event.text is None or event.sent_at is None:
        return False
    times = (event.sent_at, event.sent_at - SENDING)
    texts = {_expected(library.in_force(at), at) for at in times}
    return " ".join(event.text.split()) in texts


def _expected(principles: Principles, at: datetime) -> str | None:
    period = principles.calendar().closed_period(at)
    return None if period is None else " ".join(principles.acknowledgement(period.end).split())


def _answerable(event: Event, *, in_public: bool) -> bool:
    return event.no_ack is None and event.kind in ANSWERABLE and (in_public or not event.public)


def _reservation(
    case: Case,
    event: Event,
    author: str,
    assessment: Assessment,
    principles: Principles,
    period: ClosedPeriod,
    now: datetime,
) -> Action:
    scope = (case.platform, case.account, event.conversation or case.message, period.start.isoformat())
    return Action(
        id=identity("acknowledge", *scope, author),
        kind=ActionKind.ACKNOWLEDGE,
        platform=case.platform,
        account=case.account,
        case=case.id,
        target=case.message,
        author=author,
        public=event.public,
        text=principles.acknowledgement(period.end),
        group=identity("acknowledgements", *scope),
        principles=principles.version,
        reserved_at=now,
        expires_at=min(period.end, assessment.clocked_at + principles.limits.ack_max_age),
        sweep_at=now + PATIENCE,
        conversation=event.conversation,
        parent=event.parent,
    )
