"""Stage 2: what only shows beside other messages. Pure; it adds findings and softens one, and deletes none."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from shared.domain.assessment import Finding, Passage, Priority
from shared.domain.case import Case, Revision
from shared.domain.trace import AROUND
from shared.rules.stage2.beside import author, before, said_at, windows
from shared.rules.stage2.courtesy import is_thanks
from shared.rules.stage2.wording import Words, wording
from shared.rules.text import merged, plain

REPEATED, PILE_ON, THANKED = f"{AROUND}.repeated", f"{AROUND}.pile-on", f"{AROUND}.thanked"


@dataclass(frozen=True, slots=True)
class Around:
    """What the store holds around a case; the case itself may be among it. `person` wrote what `replies` answer."""

    same_words: Sequence[Case] = ()
    replies: Sequence[Case] = ()
    person: str | None = None
    earlier: Sequence[Case] = ()


def examine(case: Case, around: Around) -> tuple[Finding, ...]:
    """What the surroundings of a case add about its words as they stand now. `case` has words."""
    found = (
        _repeated(case, around.same_words),
        _piled_on(case, around.replies, around.person),
        _thanked(case, around.earlier),
    )
    return tuple(finding for finding in found if finding)


def is_hostile(revision: Revision) -> bool:
    """Whether a reply may be one of many against somebody: on its own it may be mild (principles, "abusive").

    Words that our own rules softened do not count, and kindness never does. Swearing and harsh words may be about a
    service, which is a view: they count where the reply speaks to somebody.
    """
    words, view = wording().pile_on, plain(revision.event.text or "")
    if words.kind.stand_in(view):
        return False
    findings = revision.assessment.findings if revision.assessment else ()
    clauses = {finding.clause for finding in findings if not finding.eased_by}
    if clauses & words.clauses or words.pointed.stand_in(view):
        return True
    return bool(clauses & words.rough or words.harsh.stand_in(view)) and words.address.stand_in(view)


def reaches(case: Case, replies: Sequence[Case], person: str | None = None) -> bool:
    """Whether with this reply enough different people, other than `person`, have been hostile within the time."""
    words, mine = wording().pile_on, author(case)
    hostile = [other for other in before(case, replies) if other.latest and is_hostile(other.latest)]
    if mine is None or mine == person or case.latest is None or not is_hostile(case.latest):
        return False
    near = windows(case, hostile, timedelta(minutes=words.minutes))
    return any(len({author(one) for one in some} - {None, person}) >= words.least for some in near)


def _repeated(case: Case, same_words: Sequence[Case]) -> Finding | None:
    words, who = wording().repeated, author(case)
    for some in windows(case, before(case, same_words), timedelta(hours=words.hours)):
        places = {(one.platform, one.account, _place(one)) for one in some}
        by_author = sum(who is not None and author(one) == who for one in some)
        if max(len(places), by_author) >= words.least:
            return _same_again(case)
    return None


def _same_again(case: Case) -> Finding:
    words, text = wording().repeated, _text(case)
    view = plain(text)
    selling = words.selling.stand_in(view) or any(f.clause == words.clause for f in _findings(case))
    community = _passages(words.community, text) if selling else ()
    why = (words.why_selling if selling else words.why_view).format(least=words.least, hours=words.hours)
    return Finding(
        clause=words.clause if selling else None,
        rule=REPEATED,
        passages=((0, len(text)),),
        why=why,
        priority=Priority.READ if community else Priority.NORMAL,
        eased_by=community,
    )


def _piled_on(case: Case, replies: Sequence[Case], person: str | None) -> Finding | None:
    if not replies or not reaches(case, replies, person):
        return None
    words, text = wording().pile_on, _text(case)
    passages = merged(
        [
            *_passages(words.pointed, text),
            *_passages(words.harsh, text),
            *(at for one in _findings(case) if one.clause in words.clauses | words.rough for at in one.passages),
        ]
    )
    why = words.why.format(least=words.least, minutes=words.minutes)
    return Finding(words.clause, PILE_ON, passages, why, Priority.URGENT)


def _thanked(case: Case, earlier: Sequence[Case]) -> Finding | None:
    """Thanks by somebody whom a person has answered. An automatic message never answers anything (principles 2.4)."""
    words, who, at = wording().thanked, author(case), said_at(case)
    if who is None or case.latest is None or not is_thanks(case.latest):
        return None
    theirs = [one for one in earlier if one.id != case.id and one.content and author(one) == who]
    answers = [time for one in theirs for time in _answers(one) if at - timedelta(days=words.days) <= time <= at]
    text = _text(case)
    return Finding(None, THANKED, ((0, len(text)),), words.why, Priority.READ) if answers else None


def _answers(case: Case) -> Iterator[datetime]:
    if case.answered_at is not None:
        yield case.answered_at
    if case.outcome is not None and case.outcome.outcome in wording().thanked.outcomes:
        yield case.outcome.at


def _place(case: Case) -> str:
    return case.content[0].event.conversation or case.message


def _text(case: Case) -> str:
    return (case.latest.event.text if case.latest else None) or ""


def _findings(case: Case) -> tuple[Finding, ...]:
    found = case.latest.assessment if case.latest else None
    return found.findings if found else ()


def _passages(words: Words, text: str) -> tuple[Passage, ...]:
    view = plain(text)
    return merged(view.passage(*span) for span in words.spans(view))
