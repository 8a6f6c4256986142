"""A case as one entry of a list: what it is, how it begins, by when, and who has it."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from functions.console.passages import Segment, beginning, segments
from functions.console.speech import Moment, Speech
from shared.domain.assessment import Assessment
from shared.domain.case import Case, Revision, State
from shared.domain.channel import BACKFILL, BY_HAND
from shared.service.desk.model import assessed
from shared.service.desk.phrases import is_overdue

_BEGINNING = 140  # characters
_LATE = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Card:
    """What a list shows of a case. `folded`: the words wait behind a warning."""

    id: str
    priority: str
    heading: str
    name: tuple[Segment, ...]
    words: tuple[Segment, ...]
    instead: str
    folded: bool
    sent: Moment | None
    due: str
    overdue: bool
    has: str
    mine: bool
    flags: tuple[str, ...]
    ended: str


def card(case: Case, speech: Speech, me: str) -> Card:
    """The entry for a case, as the person with the id `me` sees it."""
    latest, found = case.latest, assessed(case)
    event, first = (latest.event if latest else None), next(iter(case.content), None)
    unseen = speech.text["invisible"]
    name = (event.author.name or event.author.handle if event and event.author else None) or ""
    open_ = case.state is not State.CLOSED
    return Card(
        id=case.id,
        priority=found.priority if found else "none",
        heading=speech.heading(event, case.platform),
        name=tuple(segments(beginning(name, 60), (), unseen)),
        words=tuple(segments(beginning((event.text if event else None) or "", _BEGINNING), (), unseen)),
        instead=instead_of_words(latest, speech),
        folded=upsetting([found], speech.words.folded),
        sent=speech.moment(first.event.sent_at or first.received_at) if first else None,
        due=speech.due(_due(case)),
        overdue=open_ and is_overdue(_due(case), speech.now),
        has=_has(case, speech, me),
        mine=bool(case.claim and case.claim.by == me),
        flags=tuple(speech.text["card"][flag] for flag in _flags(case, first, found)),
        ended=_ended(case, speech),
    )


def upsetting(assessments: Iterable[Assessment | None], folded: Collection[str]) -> bool:
    """Whether any of the findings touches a clause whose words are folded away (principles 4)."""
    return any(finding.clause in folded for found in assessments if found for finding in found.findings)


def instead_of_words(latest: Revision | None, speech: Speech) -> str:
    """What came instead of words or beside them, as a sentence; empty where there is nothing to say."""
    if latest is None:
        return speech.text["case"]["nowords"]
    if latest.event.incomplete:
        return speech.text["card"]["incomplete"]
    if latest.event.text and not latest.event.attachments:
        return ""
    phrase = "also" if latest.event.text else "instead"
    return speech.text["card"][phrase].format(things=speech.things(latest.event.attachments))


def is_late(revision: Revision) -> bool:
    """Whether the platform brought it more than five minutes after it was written; not what we found ourselves."""
    sent = revision.event.sent_at
    delivered = revision.event.no_ack not in (BY_HAND, BACKFILL)
    return delivered and sent is not None and revision.received_at - sent > _LATE


def _due(case: Case) -> datetime | None:
    if case.state is None:
        found = assessed(case)
        return found.due if found else None
    return case.due


def _has(case: Case, speech: Speech, me: str) -> str:
    words = speech.text["card"]
    if case.claim is None:
        return words["nobody"]
    return words["yours"] if case.claim.by == me else words["theirs"].format(name=speech.words.name(case.claim.by))


def _flags(case: Case, first: Revision | None, found: Assessment | None) -> list[str]:
    holds = {
        "unsorted": case.state is None,
        "removed": case.removed_at is not None,
        "hidden": case.hidden,
        "edited": len(case.content) > 1,
        "answered": case.answered_at is not None,
        "by_hand": first is not None and first.event.no_ack == BY_HAND,
        "backfill": first is not None and first.event.no_ack == BACKFILL,
        "late": first is not None and is_late(first),
        "clock": found is not None and found.clock == "received",
        "unclear": found is not None and bool(found.faults),
    }
    return [flag for flag, true in holds.items() if true]


def _ended(case: Case, speech: Speech) -> str:
    if case.outcome is None:
        return ""
    ended = case.outcome
    name = speech.text["audit"]["inbox"] if ended.rule else speech.words.name(ended.by)
    return speech.text["card"]["closed"].format(
        outcome=outcome_label(ended.outcome, speech), name=name, moment=speech.moment(ended.at).text
    )


def outcome_label(code: str, speech: Speech) -> str:
    """What an outcome is called, chosen by a person or by a rule."""
    ending = speech.words.ending(code)
    return ending.label if ending else speech.look_up("rule", code, code)
