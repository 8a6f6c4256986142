"""Stage 2: what stands around a message, asked of the store before `inbox` takes its case.

Outside the transaction, so that nothing is locked but the case itself. Nothing is missed for that: traces are written
by intake, before anybody is told, so of messages that belong together the one that came last finds all the others.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from shared.domain.assessment import Assessment, Finding, Priority
from shared.domain.case import Case, Revision
from shared.domain.message import case_id
from shared.domain.trace import AROUND
from shared.ports import PATIENCE, Store, StoreUnavailable
from shared.rules.stage2 import around
from shared.rules.stage2.around import Around
from shared.rules.stage2.beside import author, said_at
from shared.rules.stage2.courtesy import is_thanks
from shared.rules.stage2.traces import addressed, fingerprint, reply_to
from shared.rules.stage2.widening import kept, widened
from shared.rules.stage2.wording import wording

MOST = 100  # messages looked at for one question
MOST_EARLIER = 20


@dataclass(frozen=True, slots=True)
class Looked:
    """What was found around the words of a case as they stood then. Not `fresh`: they were looked at before."""

    latest: Revision | None
    fresh: bool = False
    findings: Sequence[Finding] = ()
    faults: Sequence[str] = ()

    def holds_for(self, case: Case) -> bool:
        """Whether these are still the latest words; if not, they must be looked at again."""
        return case.latest == self.latest

    def widen(self, stage_one: Assessment, before: Assessment | None) -> Assessment:
        """The assessment of the latest words, with what was found now or is still known from `before`."""
        rules = {finding.rule for finding in self.findings}
        known = [finding for finding in kept(before, same_words=not self.fresh) if finding.rule not in rules]
        faults = [] if self.fresh or before is None else [name for name in before.faults if name == AROUND]
        return widened(stage_one, [*self.findings, *known], [*self.faults, *faults])


def look(case: Case | None, now: datetime, *, store: Store) -> Looked:
    """What the surroundings of a case add to its words, if they are new. `now` is aware, UTC.

    Where the store cannot say, `StoreUnavailable` is raised and the queue asks again: nothing is skipped silently. But
    a crisis waits for no second try, and nobody longer than `PATIENCE`: the case names the fault, and a person looks.
    """
    latest = case.latest if case else None
    if case is None or latest is None or _is_taken(case, latest):
        return Looked(latest)
    try:
        return Looked(latest, fresh=True, findings=around.examine(case, _ask(case, latest, store)))
    except StoreUnavailable:
        if not _cannot_wait(case, latest, now):
            raise
    except Exception:  # noqa: BLE001, S110 - a rule that fails costs the others nothing: see below
        pass
    return Looked(latest, fresh=True, faults=(AROUND,))


def _is_taken(case: Case, latest: Revision) -> bool:
    return any(revision is latest and key in case.taken for key, revision in case.revisions.items())


def _cannot_wait(case: Case, latest: Revision, now: datetime) -> bool:
    crisis = latest.assessment is not None and latest.assessment.priority is Priority.CRISIS
    return crisis or (case.pending_since is not None and now - case.pending_since > PATIENCE)


def _ask(case: Case, latest: Revision, store: Store) -> Around:
    """Only what the words make a sensible question."""
    replies, person = _replies(case, latest, store)
    return Around(
        same_words=_same_words(case, latest, store),
        replies=replies,
        person=person,
        earlier=_earlier(case, store) if is_thanks(latest) else (),
    )


def _same_words(case: Case, latest: Revision, store: Store) -> Sequence[Case]:
    words, span = fingerprint(latest.event.text), timedelta(hours=wording().repeated.hours)
    return store.same_words(words, said_at(case) - span, said_at(case) + span, MOST) if words else ()


def _replies(case: Case, latest: Revision, store: Store) -> tuple[Sequence[Case], str | None]:
    """The replies to the same message, and who wrote that; none unless it was somebody of the public.

    What is said against us, who answer for a public service, is a view and no pile-on (principles, "views").
    """
    answered, span = reply_to(case.content[0].event), timedelta(minutes=wording().pile_on.minutes)
    if answered is None or not around.is_hostile(latest):
        return (), None
    found = store.replies_to(answered, said_at(case) - span, said_at(case) + span, MOST)
    person = _person(case, store) if around.reaches(case, found) else None
    return (found, author(person)) if person else ((), None)


def _person(case: Case, store: Store) -> Case | None:
    """The message of the public that a reply answers, or one of whom it addresses by name."""
    event = case.content[0].event
    handle = addressed(event)
    if handle is not None:
        theirs = [one for one in _earlier(case, store) if one.content and _handle(one) == handle]
        return theirs[0] if theirs else None
    parent = store.case(case_id(case.platform, case.account, event.parent)) if event.parent else None
    return parent if parent and parent.content and not parent.ours else None


def _handle(case: Case) -> str:
    who = case.content[0].event.author
    return ((who and who.handle) or "").lstrip("@").casefold()


def _earlier(case: Case, store: Store) -> Sequence[Case]:
    """What came before in its conversation. The case itself has no place there until it is taken."""
    conversation = case.content[0].event.conversation
    place = Case(case.id, case.platform, case.account, case.message, at=said_at(case), conversation=conversation)
    return store.earlier(place, MOST_EARLIER) if conversation else ()
