"""The out-of-hours acknowledgement: one per author and conversation per closed period (promise 5)."""

from datetime import datetime

from shared.domain.action import Action, ActionKind
from shared.domain.calendar import ClosedPeriod
from shared.domain.case import Case, Revision
from shared.domain.message import Event, EventKind, Kind, identity
from shared.principles.model import Principles

ANSWERABLE = frozenset({Kind.COMMENT, Kind.REPLY, Kind.POST, Kind.DIRECT})


def first_post(case: Case) -> Revision | None:
    """The message as it was first posted; edits, removals and notices are never acknowledged."""
    return next((r for r in case.content if r.event.event is EventKind.POSTED), None)


def acknowledgement(case: Case, principles: Principles, now: datetime) -> Action | None:
    """The acknowledgement owed to a case at `now` (UTC), or None.

    Owed while now and the message's time lie in the same closed period and the message is younger than
    `ack_max_age`. In public only to what requires a response, and only where the principles allow it.
    """
    post = first_post(case)
    if post is None or case.assessment is None or not _answerable(post.event, case, principles):
        return None
    at = case.assessment.clocked_at
    period = principles.calendar().closed_period(now)
    if period is None or at not in period or now - at > principles.limits.ack_max_age:
        return None
    return _reserve(case, post.event, principles, period, now)


def _answerable(event: Event, case: Case, principles: Principles) -> bool:
    author = event.author.id if event.author else None
    if author is None or event.no_ack or event.kind not in ANSWERABLE or case.removed_at is not None:
        return False
    if not event.public:
        return True
    assert case.assessment is not None  # noqa: S101
    return case.assessment.requires_response and principles.public_acks(case.platform)


def _reserve(case: Case, event: Event, principles: Principles, period: ClosedPeriod, now: datetime) -> Action:
    assert case.assessment is not None and event.author is not None and event.author.id is not None  # noqa: S101, PT018
    conversation = event.conversation or case.message
    start = period.start.isoformat()
    scope = (case.platform, case.account, conversation, start)
    return Action(
        id=identity("acknowledge", *scope, event.author.id),
        kind=ActionKind.ACKNOWLEDGE,
        platform=case.platform,
        account=case.account,
        case=case.id,
        target=case.message,
        author=event.author.id,
        public=event.public,
        direct=not event.public,
        text=principles.acknowledgement(period.end),
        group=identity("acknowledgements", *scope),
        principles=principles.version,
        reserved_at=now,
        expires_at=min(period.end, case.assessment.clocked_at + principles.limits.ack_max_age),
        pending_since=now,
    )
