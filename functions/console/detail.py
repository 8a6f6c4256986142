"""Everything about one case, ready to show."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from functions.console.cards import Card, card, instead_of_words, is_late, outcome_label, upsetting
from functions.console.passages import Segment, segments
from functions.console.speech import Moment, Speech
from shared.domain.assessment import Finding
from shared.domain.case import Case, Revision, State, when
from shared.ports import AuditEntry
from shared.service.desk.entering import entered
from shared.service.desk.model import Ending, assessed, found_in, is_crisis
from shared.service.desk.viewing import Opened

Quote = Callable[[str, Revision], tuple[str, str] | None]  # a clause's number and text when a revision was written


@dataclass(frozen=True, slots=True)
class Found:
    """A finding: why, and the clause it rests on. `earlier`: it was found in words that were changed since."""

    number: int
    why: str
    clause: tuple[str, str] | None
    eased: tuple[tuple[Segment, ...], ...]
    earlier: bool = False
    who: str = ""  # whom it seems to be about, in a sentence


@dataclass(frozen=True, slots=True)
class Version:
    """One revision with its words, as posted."""

    sent: Moment | None
    received: Moment
    late: bool
    words: tuple[Segment, ...]
    instead: str
    folded: bool
    found: tuple[Found, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """Something somebody did to the case."""

    at: Moment
    who: str
    what: str


@dataclass(frozen=True, slots=True)
class Reply:
    """What somebody of ours wrote on the platform itself."""

    at: Moment
    words: tuple[Segment, ...]


@dataclass(frozen=True, slots=True)
class Detail:
    """What the page of one case shows."""

    id: str
    version: int
    card: Card
    crisis: bool
    unsorted: bool
    open_to_me: bool
    note: tuple[Segment, ...]
    latest: Version | None
    before: tuple[Version, ...]
    replies: tuple[Reply, ...]
    answered: str
    incomplete: str
    by_hand: str
    link: tuple[Segment, ...]
    public: bool
    removed: Moment | None
    claimed: Moment | None
    holder: str
    earlier: tuple[Card, ...]
    later: tuple[Card, ...]
    acknowledgements: tuple[str, ...]
    steps: tuple[Step, ...]
    endings: tuple[Ending, ...]


def detail(opened: Opened, speech: Speech, me: str, quote: Quote) -> Detail:
    """A case and what belongs to it, as the person with the id `me` sees it."""
    case, crisis = opened.case, is_crisis(opened.case)
    versions = [_version(case, revision, speech, quote) for revision in case.content]
    platform, by_hand, unseen = speech.look_up("platform", case.platform), entered(case), speech.text["invisible"]
    return Detail(
        id=case.id,
        version=case.version,
        card=card(case, speech, me),
        crisis=crisis,
        unsorted=case.state is None,
        open_to_me=case.state not in (None, State.CLOSED) and (case.claim is None or case.claim.by == me),
        replies=tuple(_reply(revision, speech) for revision in case.replies),
        answered=_answered(case, platform, speech),
        incomplete=speech.text["case"]["incomplete"].format(platform=platform) if case.incomplete else "",
        by_hand=speech.text["case"]["by_hand"].format(name=speech.words.name(by_hand.by)) if by_hand else "",
        link=tuple(segments(by_hand.link, (), unseen)) if by_hand else (),
        note=tuple(segments(case.outcome.note, (), unseen)) if case.outcome else (),
        latest=versions[-1] if versions else None,
        before=tuple(reversed(versions[:-1])),
        public=bool(case.latest and case.latest.event.public),
        removed=speech.moment(case.removed_at) if case.removed_at else None,
        claimed=speech.moment(case.claim.at) if case.claim else None,
        holder=speech.words.name(case.claim.by) if case.claim else "",
        earlier=tuple(card(other, speech, me) for other in opened.conversation if not _is_later(other, case)),
        later=tuple(card(other, speech, me) for other in opened.conversation if _is_later(other, case)),
        acknowledgements=tuple(speech.text["acknowledgement"][action.state] for action in opened.actions),
        steps=tuple(_step(entry, speech) for entry in opened.audit),
        endings=tuple(ending for ending in speech.words.outcomes if ending.crisis or not crisis),
    )


def _version(case: Case, revision: Revision, speech: Speech, quote: Quote) -> Version:
    event = revision.event
    text, findings, is_latest = event.text or "", found_in(case, revision), revision is case.latest
    kept = _from_earlier_words(case, findings) if is_latest else []
    numbered = [(n, passage) for n, finding in enumerate(findings, 1) for passage in finding.passages]
    found = [_found(n, finding, text, speech, quote, revision) for n, finding in enumerate(findings, 1)]
    for n, finding in enumerate(kept, len(found) + 1):
        found.append(Found(n, finding.why, _quoted(finding, quote, revision), (), earlier=True))
    return Version(
        sent=speech.moment(event.sent_at) if event.sent_at else None,
        received=speech.moment(revision.received_at),
        late=is_late(revision),
        words=tuple(segments(text, numbered, speech.text["invisible"])),
        instead=instead_of_words(revision, speech),
        folded=upsetting([revision.assessment, case.assessment if is_latest else None], speech.words.folded),
        found=tuple(found),
    )


def _reply(revision: Revision, speech: Speech) -> Reply:
    words = tuple(segments(revision.event.text or "", (), speech.text["invisible"]))
    return Reply(speech.moment(when(revision)), words)


def _answered(case: Case, platform: str, speech: Speech) -> str:
    """That somebody replied on the platform itself, as long as the case still waits to be closed."""
    if case.answered_at is None or case.state is State.CLOSED:
        return ""
    moment = speech.moment(case.answered_at).text
    return speech.text["case"]["answered"].format(platform=platform, moment=moment)


def _from_earlier_words(case: Case, own: Sequence[Finding]) -> list[Finding]:
    """What stands on the case but not in its latest words; its passages are places in an older text."""
    all_found = assessed(case)
    return [finding for finding in (all_found.findings if all_found else ()) if finding not in own]


def _found(number: int, finding: Finding, text: str, speech: Speech, quote: Quote, revision: Revision) -> Found:
    unseen = speech.text["invisible"]
    eased = tuple(tuple(segments(text[start:end], (), unseen)) for start, end in finding.eased_by)
    who = speech.text["who"][finding.who] if finding.who else ""
    return Found(number, finding.why, _quoted(finding, quote, revision), eased, who=who)


def _quoted(finding: Finding, quote: Quote, revision: Revision) -> tuple[str, str] | None:
    return quote(finding.clause, revision) if finding.clause else None


def _is_later(other: Case, case: Case) -> bool:
    return other.at is not None and case.at is not None and other.at > case.at


def _step(entry: AuditEntry, speech: Speech) -> Step:
    people = speech.words
    detail_ = people.name(entry.detail) if entry.what == "taken-over" else outcome_label(entry.detail, speech)
    what = speech.look_up("audit", entry.what, entry.what).replace("{detail}", detail_)
    return Step(speech.moment(entry.at), people.name(entry.who), what)
