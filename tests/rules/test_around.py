"""Stage 2, pure: the same words again, many against one, thanks after an answer; and what they make of stage 1."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.assessment import Assessment, Finding, Priority, Signpost
from shared.domain.case import Case, Outcome, Revision, State
from shared.domain.message import Attachment, Author, Event, EventKind, Kind, Platform
from shared.domain.trace import Trace
from shared.principles.loading import load
from shared.rules.stage2.around import PILE_ON, REPEATED, THANKED, Around, examine, is_hostile, reaches
from shared.rules.stage2.courtesy import is_thanks
from shared.rules.stage2.traces import fingerprint, reply_to, trace
from shared.rules.stage2.widening import kept, widened
from shared.rules.stage2.wording import wording
from shared.service.assessment import assess

NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
LIBRARY = load()
CRISIS, URGENT, NORMAL, READ = Priority
VIEW = "The waiting lists are a scandal and must end"
ADVERT = "Cheap mattresses now at www.example.com for everybody"
THANKS = "Thank you, that's really helpful, I'll give them a ring tomorrow"


@cache
def judged(text: str, kind: Kind) -> Assessment:
    said = Event(EventKind.POSTED, Platform.FACEBOOK, "page", "m", kind, text, sent_at=NOW, public=False)
    return assess(said, LIBRARY, NOW)


def case(
    text: str,
    *,
    at: float = 0,
    id: str = "m",
    author: str | None = "1",
    conversation: str | None = "post",
    kind: Kind = Kind.COMMENT,
    received: float | None = None,
    platform: Platform = Platform.FACEBOOK,
    **more: object,
) -> Case:
    """A message so many minutes after `NOW`, as intake keeps it."""
    said_at = NOW + at * MINUTE
    who = Author(author) if author else None
    said = Event(
        EventKind.POSTED, platform, "page", id, kind, text, who, conversation, sent_at=said_at,
        public=kind is not Kind.DIRECT,
    )  # fmt: skip
    came = said_at if received is None else NOW + received * MINUTE
    made = replace(judged(text, kind), clocked_at=said_at)
    return Case(id, platform, "page", id, {"r": Revision(said, came, "digest", "{}", made)}, **more)  # type: ignore[arg-type]


def revision(text: str, kind: Kind = Kind.REPLY) -> Revision:
    [only] = case(text, kind=kind).content
    return only


def found(made: Case, **around: object) -> dict[str, Finding]:
    return {finding.rule: finding for finding in examine(made, Around(**around))}  # type: ignore[arg-type]


# ---- the same words again


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (VIEW, VIEW.upper()),
        (VIEW, f"  {VIEW.replace(' ', '   ')}\n"),
        (VIEW, VIEW.replace("waiting", "wai\u200bting")),
        (VIEW, VIEW.replace("a", "а")),  # Cyrillic
        ("It's the same old story", "It’s the same old story"),
    ],
)
def test_the_same_words_have_one_fingerprint(one: str, other: str) -> None:
    assert fingerprint(one) == fingerprint(other)


@pytest.mark.parametrize(
    "other", [VIEW + "!", VIEW.replace("must", "may"), f"{VIEW} https://example.org/a", f"@somebody {VIEW}"]
)
def test_other_words_links_or_handles_have_another(other: str) -> None:
    assert fingerprint(VIEW) != fingerprint(other)
    assert fingerprint(f"{VIEW} https://example.org/a") != fingerprint(f"{VIEW} https://example.org/b")


@pytest.mark.parametrize("text", [None, "", "   ", "When do you open?", "a\u200b b c d"])
def test_a_few_words_have_none(text: str | None) -> None:
    assert fingerprint(text) is None


@given(st.text(max_size=60))
def test_every_text_has_a_hash_or_none_and_keeps_it_when_shouted(text: str) -> None:
    made = fingerprint(text)
    assert made is None or (len(made) == 64 and set(made) <= set("0123456789abcdef"))
    assert fingerprint(f" {text} ") == made


def copies(*places: tuple[str, str], text: str = VIEW, apart: float = 1) -> list[Case]:
    """The same words by (author, conversation), one after another."""
    return [case(text, at=n * apart, id=f"m{n}", author=a, conversation=c) for n, (a, c) in enumerate(places)]


@pytest.mark.parametrize(
    ("places", "apart", "expected"),
    [
        ([("1", "a"), ("2", "b"), ("3", "c")], 1, True),
        ([("1", "a"), ("2", "b"), ("3", "b")], 1, False),
        ([("1", "a"), ("1", "a"), ("1", "a")], 1, True),
        ([("1", "a"), ("2", "a"), ("1", "a")], 1, False),
        ([("1", "a"), ("1", "b")], 1, False),
        ([("1", "a"), ("2", "b"), ("3", "c")], 12 * 60, True),  # 24 hours from the first to the last
        ([("1", "a"), ("2", "b"), ("3", "c")], 12 * 60 + 0.5, False),
        ([("1", "a"), ("1", "a"), ("1", "a")], 12 * 60 + 0.5, False),
    ],
)
def test_three_conversations_or_three_times_by_one_author_within_a_day(
    places: list[tuple[str, str]], apart: float, expected: bool
) -> None:
    made = copies(*places, apart=apart)
    assert (REPEATED in found(made[-1], same_words=made)) is expected
    assert not any(found(one, same_words=made) for one in made[:-1])


def test_two_platforms_are_two_conversations_and_nobodys_words_are_no_ones() -> None:
    both = [case(VIEW, id=p, at=n, author=None, platform=p) for n, p in enumerate((Platform.X, Platform.FACEBOOK))]
    third = case(VIEW, id="c", at=3, author=None, conversation="other")
    assert REPEATED in found(third, same_words=both)
    alone = [case(VIEW, id=f"m{n}", at=n, author=None) for n in range(5)]
    assert not found(alone[-1], same_words=alone)


@pytest.mark.parametrize(
    ("text", "clause"),
    [
        (VIEW, None),
        (ADVERT, "advertising"),
        ("Lovely warm blankets for the winter, £20 each", "advertising"),
        ("Use my code SAVE10 for twenty percent off", "advertising"),
    ],
)
def test_only_what_sells_touches_a_clause_and_a_view_never(text: str, clause: str | None) -> None:
    made = copies(("1", "a"), ("2", "b"), ("3", "c"), text=text)
    finding = found(made[-1], same_words=made)[REPEATED]
    assert (finding.clause, finding.priority, finding.requires_response) == (clause, NORMAL, False)
    assert finding.passages == ((0, len(text)),)
    assert ("view" in finding.why) is (clause is None)
    assert "{" not in finding.why


def test_a_peer_support_group_that_repeats_itself_is_softened() -> None:
    text = "Our free peer support group meets on Monday, www.example.org"
    made = copies(("1", "a"), ("1", "b"), ("1", "c"), text=text)
    finding = found(made[-1], same_words=made)[REPEATED]
    assert finding.priority is READ
    assert text[slice(*finding.eased_by[0])] == "free"


def test_our_own_words_are_not_counted() -> None:
    *others, last = copies(("1", "a"), ("2", "b"), ("3", "c"))
    echo = Revision(Event(EventKind.ECHO, Platform.FACEBOOK, "page", "m0"), NOW, "d", "{}")
    ours = replace(others[0], revisions={**others[0].revisions, "e": echo})
    assert ours.ours
    assert not found(last, same_words=[ours, others[1]])


# ---- many against one

HOSTILE = [
    "Get over it", "Attention seeker", "Nobody asked", "What a ridiculous thing to say, you should be ashamed",
    "Here we go again 🙄", "You're embarrassing yourself", "who cares", "@sam.sample what a load of rubbish",
    "You are a moron", "Youre lying", "You talk shit",
]  # fmt: skip
NOT_HOSTILE = [
    "That's fucking ridiculous", "What a joke", "Nine months is a fucking joke", "I hope you are ok, ignore them",
    "So sorry to hear that, hugs", "You're not alone", "This service is rubbish",
    "What they did to you is disgusting", "When did you ring?", "I agree with you, it's ridiculous", "",
    "Be kind, you lot are pathetic", "He called me an idiot", "Well said, shame on the managers who treated you so",
    "Same here, they are a joke and you deserve better",
]  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE)
def test_mild_or_not_it_is_hostile(text: str) -> None:
    assert is_hostile(revision(text))


@pytest.mark.parametrize("text", NOT_HOSTILE)
def test_kindness_views_and_what_is_said_of_others_are_not(text: str) -> None:
    assert not is_hostile(revision(text))


def replies(count: int, apart: float = 1, text: str = "Get over it", **more: object) -> list[Case]:
    return [
        case(text, id=f"r{n}", at=n * apart, author=f"a{n}", kind=Kind.REPLY, **more)  # type: ignore[arg-type]
        for n in range(count)
    ]


@pytest.mark.parametrize(("count", "apart", "expected"), [(5, 7.5, True), (5, 7.75, False), (4, 1, False)])
def test_five_different_people_within_half_an_hour(count: int, apart: float, expected: bool) -> None:
    made = replies(count, apart)
    assert (PILE_ON in found(made[-1], replies=made, person="victim")) is expected


def test_the_reply_that_reaches_it_and_those_after_carry_it_and_name_no_person() -> None:
    made = replies(7)
    carry = [PILE_ON in found(one, replies=made, person="victim") for one in made]
    assert carry == [False] * 4 + [True] * 3
    finding = found(made[-1], replies=made, person="victim")[PILE_ON]
    assert (finding.clause, finding.priority, finding.requires_response) == ("abusive", URGENT, False)
    assert finding.passages == ((0, 11),)
    assert finding.why.startswith("Within 30 minutes at least 5 people")
    assert "victim" not in finding.why


def test_one_person_many_times_kind_people_and_the_person_themselves_are_not_many() -> None:
    alone = [
        replace(one, revisions=case("Get over it", author="1", at=n).revisions) for n, one in enumerate(replies(9))
    ]
    assert not found(alone[-1], replies=alone, person="victim")
    kind = [*replies(4), *replies(9, text="So sorry, you're not alone")[4:]]
    last = case("Get over it", id="z", at=9, author="victim", kind=Kind.REPLY)
    assert not found(kind[-1], replies=kind, person="victim")
    assert not found(last, replies=[*kind, last], person="victim")
    assert PILE_ON in found(last, replies=[*kind, last], person="somebody else")


def test_the_person_among_the_many_counts_neither_as_one_of_them_nor_as_the_last() -> None:
    made = replies(6)
    assert reaches(made[4], made)
    assert not reaches(made[4], made, "a1")
    assert reaches(made[5], made, "a1")
    assert not reaches(made[5], made, "a5")


def test_a_late_arrival_needs_one_half_hour_that_holds_them_all() -> None:
    around = [case("Get over it", id=f"r{n}", at=at, author=f"a{n}") for n, at in enumerate((-20, -20, 20, 20))]
    near = [case("Get over it", id=f"r{n}", at=at, author=f"a{n}") for n, at in enumerate((-20, -20, 10, 10))]
    last = case("Get over it", id="z", at=0, received=25, author="z")
    assert not reaches(last, around)
    assert reaches(last, near)


def test_what_our_rules_softened_makes_no_reply_hostile() -> None:
    plain = revision("She said a word about somebody")
    assert plain.assessment is not None
    for eased, expected in ((((0, 3),), False), ((), True)):
        hard = Finding("abusive", "abusive.insult", ((4, 8),), "why", URGENT, eased_by=eased)
        told = replace(plain, assessment=replace(plain.assessment, findings=(hard,)))
        assert is_hostile(told) is expected


@given(
    st.lists(st.tuples(st.integers(0, 70), st.integers(0, 70)), min_size=1, max_size=9),
    st.randoms(use_true_random=False),
)
def test_in_whatever_order_they_come_and_are_taken_somebody_carries_it(
    times: list[tuple[int, int]], order: object
) -> None:
    """All are in the store and none is taken yet: as many runs of `inbox` at once as there are replies."""
    made = [
        case("Get over it", id=f"r{n}", at=at, received=max(at, came), author=f"a{n}", kind=Kind.REPLY)
        for n, (at, came) in enumerate(times)
    ]
    at = sorted(said for said, _ in times)
    crowd = any(at[n + 4] - at[n] <= 30 for n in range(len(at) - 4))
    order.shuffle(made)  # type: ignore[attr-defined]
    assert any(reaches(one, made, "victim") for one in made) is crowd


def test_what_was_taken_before_counts_although_it_was_received_later() -> None:
    """Two webhooks may commit in another order than they received."""
    *first, last = replies(5)
    late = replace(last, revisions=case("Get over it", id="r4", at=4, received=9, author="a4").revisions)
    assert not reaches(first[3], [*first, late])
    assert reaches(first[3], [*first, replace(late, taken=("r",))])


# ---- thanks after an answer

THANKFUL = [
    THANKS, "Thanks x", "Thanks so much for getting back to me so quickly, I'll give the number a try.",
    "Brilliant, thank you! I'll ring them in the morning x", "Cheers, will do", "Diolch!",
    "Thank you for your help and advice. Have a lovely weekend!", "That's great thank you",
    "Many thanks for the quick reply", "thanks that was exactly what I needed to know",
    "Thank you, I'm really grateful. Take care", "Ah ok, thanks for letting me know",
    "Perfect, thanks. I'll have a look at the website and fill in the form tonight",
]  # fmt: skip
MORE = [
    "Thank you, but nobody rang me back", "Thanks. Can you ring me tomorrow", "Thanks for nothing",
    "Thank you for everything. Goodbye", "Thanks, help me", "Thank you, message me back", "I'll give them a ring",
    "Thanks, and the link for the form", "Thank you, is that open on Sunday?", "Thanks, I want to die",
    "Thank you. I'd like to complain about the wait", "Thank you, my sertraline makes me dizzy",
    "Thanks, please send the form", "Thank you for ignoring me", "Thanks. I still need an appointment",
    "Thank you, is that the number\uff1f", "thanks for your help with that but the link is broken", "", "🙏",
]  # fmt: skip


def only_direct(text: str) -> Revision:
    """A private message in which no rule found anything: its words alone decide."""
    made = revision(text, Kind.DIRECT)
    assert made.assessment is not None
    return replace(made, assessment=replace(made.assessment, findings=()))


@pytest.mark.parametrize("text", THANKFUL)
def test_nothing_but_thanks(text: str) -> None:
    assert is_thanks(only_direct(text))


@pytest.mark.parametrize("text", MORE)
def test_more_than_thanks(text: str) -> None:
    assert not is_thanks(only_direct(text))


@given(
    st.sampled_from(THANKFUL), st.sampled_from(["appointment", "why", "urgent", "dizzy", "refund", "ward 3", "pills"])
)
def test_any_other_word_is_more_than_thanks(text: str, word: str) -> None:
    assert not is_thanks(only_direct(f"{text} {word}"))


@pytest.mark.parametrize("rule", ["crisis.goodbye", "complaint.says-so", "clinical.medicine", "question.asked", "new"])
def test_whatever_a_rule_found_goes_before_the_thanks(rule: str) -> None:
    thanks = revision(THANKS, Kind.DIRECT)
    assert thanks.assessment is not None
    more = (*thanks.assessment.findings, Finding(None, rule, ((0, 5),), "why", READ))
    assert not is_thanks(replace(thanks, assessment=replace(thanks.assessment, findings=more)))


def test_a_question_mark_asks_even_where_no_rule_sees_it() -> None:
    for text, expected in (("Thank you, got it", True), ("Thank you, got it?", False), ("Thank you, got it？", False)):
        assert is_thanks(only_direct(text)) is expected


def test_a_long_message_says_more_than_thanks() -> None:
    assert is_thanks(only_direct("thanks " * 80))
    assert not is_thanks(only_direct("thanks " * 90))


def test_a_photo_or_a_rule_that_failed_is_more_than_thanks() -> None:
    thanks = revision(THANKS, Kind.DIRECT)
    assert thanks.assessment is not None
    photo = replace(thanks, event=replace(thanks.event, attachments=(Attachment("photo"),)))
    assert not is_thanks(photo)
    assert not is_thanks(replace(thanks, assessment=replace(thanks.assessment, faults=("question",))))
    assert not is_thanks(replace(thanks, assessment=None))


def answered(days: float, **more: object) -> Case:
    made = case("When do you open?", id="q", at=-days * 24 * 60 - 10, kind=Kind.DIRECT)
    return replace(made, answered_at=NOW - timedelta(days=days), **more)  # type: ignore[arg-type]


def ended(outcome: str, *, days: float = 1) -> Case:
    at = NOW - timedelta(days=days)
    return replace(answered(days), answered_at=None, state=State.CLOSED, outcome=Outcome(outcome, "sam", at))


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        (answered(1), True),
        (answered(30), True),
        (answered(30.01), False),
        (answered(-0.01), False),  # after the thanks
        (ended("answered"), True),
        (ended("pointed"), True),
        (ended("no-reply"), False),
        (ended("answered", days=31), False),
        (replace(answered(1), answered_at=None), False),
        (replace(answered(1), revisions=case("When?", author="2").revisions), False),
        (replace(answered(1), revisions={}), False),
    ],
)
def test_thanks_count_once_a_person_has_answered_their_author(before: Case, expected: bool) -> None:
    made = case(THANKS, kind=Kind.DIRECT)
    assert (THANKED in found(made, earlier=[before, made])) is expected


def test_thanks_of_nobody_known_thank_for_nothing_known() -> None:
    nobody = replace(answered(1), revisions=case("When?", author=None).revisions)
    assert not found(case(THANKS, author=None, kind=Kind.DIRECT), earlier=[nobody])


def test_thanks_soften_only_that_a_private_message_wants_an_answer() -> None:
    made = case(THANKS, kind=Kind.DIRECT)
    assert made.latest is not None
    assert made.latest.assessment is not None
    before, after = (
        made.latest.assessment,
        widened(made.latest.assessment, examine(made, Around(earlier=[answered(1)]))),
    )
    assert (before.priority, before.requires_response) == (NORMAL, True)
    assert (after.priority, after.requires_response, after.signpost) == (READ, False, None)
    assert [(f.rule, f.priority, f.clause) for f in after.findings] == [
        ("direct", READ, None),
        (THANKED, READ, None),
    ]
    assert after.findings[0].eased_by == ((0, len(THANKS)),)


# ---- what they make of stage 1

RULES = [REPEATED, PILE_ON]


def finding(rule: str, priority: Priority, owed: bool = False) -> Finding:
    return Finding(None, rule, ((0, 3),), "why", priority, requires_response=owed)


stage_one = st.builds(
    Assessment,
    priority=st.sampled_from(Priority), requires_response=st.booleans(), due=st.none(),
    signpost=st.sampled_from([None, *Signpost]),
    findings=st.lists(st.builds(finding, st.sampled_from(["crisis.a", "direct", "b"]), st.sampled_from(Priority)),
                      max_size=3).map(tuple),
    principles=st.just("1"), rules=st.just("2"), clocked_at=st.just(NOW), faults=st.sampled_from([(), ("x",)]),
)  # fmt: skip


@given(
    stage_one,
    st.lists(st.builds(finding, st.sampled_from(RULES), st.sampled_from(Priority)), max_size=3),
    st.booleans(),
)
def test_stage_two_adds_and_raises_and_takes_nothing_away(
    before: Assessment, more: Sequence[Finding], fault: bool
) -> None:
    after = widened(before, more, ["around"] * fault)
    assert sorted(map(repr, after.findings)) == sorted(map(repr, [*before.findings, *more]))
    assert after.priority.rank <= before.priority.rank
    assert after.priority.rank <= min((f.priority.rank for f in more), default=3)
    assert after.requires_response is (before.requires_response or fault)
    assert not fault or (after.priority.rank <= NORMAL.rank and "around" in after.faults)
    assert after.rules == f"2+{wording().version}"
    assert [f.priority.rank for f in after.findings] == sorted(f.priority.rank for f in after.findings)


@given(stage_one)
def test_thanks_never_hide_what_else_was_found(before: Assessment) -> None:
    after = widened(before, [finding(THANKED, READ)])
    others = [f for f in before.findings if f.rule != "direct"]
    assert [f for f in after.findings if f.rule not in ("direct", THANKED)] == sorted(
        others, key=lambda f: f.priority.rank
    )
    assert len(after.findings) == len(before.findings) + 1
    assert after.priority.rank <= min((f.priority.rank for f in others), default=3)


def test_what_was_found_earlier_stays_with_the_words_and_what_was_grave_stays_with_others() -> None:
    before = widened(judged(VIEW, Kind.COMMENT), [finding(PILE_ON, URGENT), finding(THANKED, READ)])
    assert kept(before, same_words=True) == (finding(PILE_ON, URGENT), finding(THANKED, READ))
    assert kept(before, same_words=False) == (replace(finding(PILE_ON, URGENT), passages=()),)
    assert kept(None, same_words=True) == ()


# ---- traces


def said(kind: Kind = Kind.REPLY, text: str | None = VIEW, **more: object) -> Event:
    made = Event(EventKind.POSTED, Platform.FACEBOOK, "page", "m", kind, text, Author("1"), "post", "above", NOW)
    return replace(made, **more)  # type: ignore[arg-type]


def test_replies_to_one_message_share_a_trace_and_no_other_does() -> None:
    assert reply_to(said()) == reply_to(said(text="Other words", kind=Kind.COMMENT)) is not None
    others = [said(parent="other"), said(account="other"), said(platform=Platform.INSTAGRAM)]
    assert len({reply_to(said()), *map(reply_to, others)}) == 4
    assert reply_to(said(public=False)) is None
    assert reply_to(said(parent=None)) is None


@pytest.mark.parametrize("parent", [None, "post"])
def test_where_the_platform_names_no_comment_the_handle_does(parent: str | None) -> None:
    made = reply_to(said(parent=parent, text="@Sam.Sample nobody asked"))
    assert made == reply_to(said(parent=parent, text="Nobody asked you @sam.sample!")) is not None
    assert made != reply_to(said(parent=parent, text="@another nobody asked"))
    assert made != reply_to(said(parent=parent, text="@sam.sample nobody asked", conversation="other"))
    assert made != reply_to(said(text="@sam.sample nobody asked"))
    assert made != reply_to(said(parent=parent, text="write to me at me@sam.sample"))


def test_only_what_is_posted_with_words_leaves_a_trace() -> None:
    assert trace(said(), NOW) == Trace(NOW, fingerprint(VIEW), reply_to(said()))
    assert trace(said(text="Few words"), NOW) == Trace(NOW, None, reply_to(said()))
    assert trace(said(event=EventKind.EDITED), NOW) is None
    assert trace(said(text=None), NOW) is None
    assert trace(said(text="Few words", public=False), NOW) is None


def test_the_version_and_the_numbers_are_data() -> None:
    words = wording()
    assert words.version == "around.1"
    assert (words.repeated.words, words.repeated.least, words.repeated.hours) == (5, 3, 24)
    assert (words.pile_on.least, words.pile_on.minutes, words.thanked.days) == (5, 30, 30)
