"""Taking a case onto the desk: what its revisions come to. Pure."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from shared.domain.assessment import Assessment, Priority
from shared.domain.case import Case, Outcome, Revision, State, when
from shared.domain.message import CONTENT, Event

BY_MACHINE = timedelta(seconds=30)  # a reply that comes sooner than this after the message is nobody's
ASK_AGAIN = timedelta(minutes=2), timedelta(hours=1)  # the shortest and the longest pause between two look-ups
GIVE_UP = timedelta(days=2)  # then the words stay where they are, and a person opens the platform


def take(
    case: Case,
    now: datetime,
    due: Callable[[datetime], datetime],
    automatic: Callable[[Event], bool] = lambda _: False,
    widen: Callable[[Assessment], Assessment] = lambda found: found,
) -> Case:
    """Freeze the assessment, derive the state and stop waiting for `inbox`. Taking twice changes nothing more.

    An edit or a removal never lowers what an earlier revision showed: a person reads it (promise 2, promise 6).
    `automatic` tells our own acknowledgement from a reply that somebody wrote; `widen` adds stage 2 to what stage 1
    made of the words as they stand now.
    """
    fresh = [revision for key, revision in case.history if key not in case.taken]
    settled = replace(
        case,
        pending_since=None,
        sweep_at=_ask_again(case, now),
        taken=tuple(sorted(case.revisions)),
        removal_taken=case.removed_at is not None,
        answered_at=_answered(case, automatic),
    )
    if case.ours:
        return settled if case.outcome else _close_without_text(settled, now)
    if not case.content:
        ours = len(case.replies) == len(case.revisions) and case.removed_at is None
        return settled if case.outcome or ours else _close_without_text(settled, now)
    answered = settled.answered_at != case.answered_at and case.state is not State.CLOSED
    if not answered and not _has_news(case, fresh):
        return settled
    return _place(settled, due, widen)


def _answered(case: Case, automatic: Callable[[Event], bool]) -> datetime | None:
    """When a person last answered the words as they stand now, as far as the platform told us."""
    latest = case.latest
    after = latest and when(latest) + BY_MACHINE
    times = [when(r) for r in case.replies if after and when(r) >= after and not automatic(r.event)]
    return times[-1] if times else None


def _ask_again(case: Case, now: datetime) -> datetime | None:
    """When to look the words up again if they have not come by then: each pause as long as the wait so far."""
    since = min((revision.received_at for revision in case.revisions.values()), default=now)
    if not case.incomplete or now - since > GIVE_UP:
        return None
    shortest, longest = ASK_AGAIN
    return now + min(max(now - since, shortest), longest)


def _close_without_text(case: Case, now: datetime) -> Case:
    rule = "own-words" if case.ours else "tombstone" if case.removed_at else "notice-only"
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


def _place(case: Case, due: Callable[[datetime], datetime], widen: Callable[[Assessment], Assessment]) -> Case:
    content = case.content
    *earlier, latest = [revision.assessment for revision in content if revision.assessment]
    assessment = _combine([*earlier, widen(latest)], due)
    waits = assessment.priority is not Priority.READ
    if case.removed_at is not None or case.answered_at is not None:  # a person still looks at it, without a deadline
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
