"""Stage 2 from end to end: intake keeps the traces, and `inbox` finds what stands around a message."""

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from threading import Thread
from typing import Any

import pytest

from shared.domain.action import ActionState
from shared.domain.assessment import Finding, Priority
from shared.domain.case import Case, Outcome, State
from shared.domain.message import Author, Event, EventKind, Kind, Part, Platform, case_id
from shared.ports import PATIENCE, Arrival, QueueUnavailable, StoreUnavailable
from shared.rules.engine import VERSION
from shared.rules.stage2.traces import fingerprint
from shared.service import inbox, intake
from shared.service.assessment import assess
from shared.service.intake import TOPIC, Delivery
from tests.rig import LIBRARY, NIGHT, OPEN, PAGE, Rig, comment, direct, entries, page

VIEW = "The waiting lists are a scandal and must end"
ADVERT = "Cheap mattresses now at www.example.com for everybody"
THANKS = "Thank you, that's really helpful, I'll give them a ring tomorrow"
QUESTION = "When do you open?"
REPEATED, PILE_ON, THANKED = "around.repeated", "around.pile-on", "around.thanked"
MILD = ["Get over it", "Attention seeker", "Nobody asked", "Here we go again 🙄", "You're embarrassing yourself"]
KIND = ["So sorry to hear that", "You're not alone", "Hugs, ignore them", "Well said", "Thinking of you"]
MINUTES = 60


def around(rig: Rig, message: str) -> dict[str, Finding]:
    found = rig.case(message).assessment
    assert found is not None
    return {finding.rule: finding for finding in found.findings if finding.rule.startswith("around.")}


def under(number: int, text: str, *, author: str = "900", at: datetime = OPEN) -> dict[str, Any]:
    """A comment under the post of that number."""
    post = f"{PAGE}_{number}"
    return comment(text, at=at, id=f"{number}_1", author=author, post_id=post, parent_id=post)


def copies(rig: Rig, text: str, *, count: int = 3, apart: float = 1) -> None:
    """The same words under so many posts, so many minutes apart."""
    for number in range(count):
        rig.run(page(under(number, text, author=str(number), at=rig.now)))
        rig.later(minutes=apart)


# ---- the same words


def test_words_under_three_posts_are_found_at_the_third_and_owe_nobody_an_answer(rig: Rig) -> None:
    copies(rig, ADVERT)
    assert [bool(around(rig, f"{number}_1")) for number in range(3)] == [False, False, True]
    finding = around(rig, "2_1")[REPEATED]
    assert (finding.clause, finding.priority) == ("advertising", Priority.NORMAL)
    case = rig.case("2_1")
    assert case.state is State.WAITING
    assert case.assessment is not None
    assert not case.assessment.requires_response
    assert case.assessment.rules == f"{VERSION}+around.1"


def test_a_campaigner_who_repeats_a_view_touches_no_clause(rig: Rig) -> None:
    for number in range(4):
        rig.run(page(comment(VIEW, at=rig.now, id=f"c_{number}", author="77")))
        rig.later(minutes=5)
    assert [list(around(rig, f"c_{number}")) for number in range(4)] == [[], [], [REPEATED], [REPEATED]]
    finding = around(rig, "c_3")[REPEATED]
    assert finding.clause is None
    assert "view stays protected" in finding.why


def test_after_a_day_it_is_forgotten(rig: Rig) -> None:
    copies(rig, VIEW, apart=12 * MINUTES + 1)
    assert around(rig, "2_1") == {}


def test_few_words_are_said_by_many(rig: Rig) -> None:
    copies(rig, "Happy New Year all")
    assert around(rig, "2_1") == {}


def test_an_edit_into_the_same_words_is_looked_at_too(rig: Rig) -> None:
    copies(rig, ADVERT, count=2)
    rig.run(page(under(2, "Hello", at=rig.now)))
    rig.run(page(under(2, ADVERT, at=rig.now) | {"value": edited(under(2, ADVERT, at=rig.now))}))
    assert REPEATED in around(rig, "2_1")


@pytest.mark.parametrize("add_first", [True, False])
def test_posted_and_edited_in_one_delivery_the_first_words_are_kept_too(rig: Rig, add_first: bool) -> None:
    add = under(0, ADVERT)
    both = [add, {**add, "value": {**edited(add), "message": "Hello"}}]
    rig.run(page(*(both if add_first else reversed(both))))
    words = fingerprint(ADVERT)
    assert words is not None
    assert rig.store.same_words(words, OPEN, OPEN, 5) == [rig.case("0_1")]


def edited(change: Mapping[str, Any]) -> dict[str, Any]:
    return {**change["value"], "verb": "edited", "edited_time": change["value"]["created_time"] + 60}


def test_all_in_one_delivery_the_last_one_written_carries_it(rig: Rig) -> None:
    rig.run(page(*(under(number, ADVERT, at=OPEN + timedelta(seconds=number)) for number in (1, 0, 2))))
    assert [bool(around(rig, f"{number}_1")) for number in range(3)] == [False, False, True]


# ---- many against one


def reply(rig: Rig, number: int, text: str, *, author: str | None = None) -> dict[str, Any]:
    """A reply to the comment `1_1`."""
    return page(comment(text, at=rig.now, id=f"r_{number}", author=author or f"80{number}", parent_id="1_1"))


def piled(
    rig: Rig, texts: list[str], apart: float, first: str = "I waited nine months and I am so tired of it"
) -> None:
    rig.run(page(comment(first, at=rig.now, author="700")))
    for number, text in enumerate(texts):
        rig.run(reply(rig, number, text))
        rig.later(minutes=apart)


def test_five_mild_replies_in_half_an_hour_are_many_against_one(rig: Rig) -> None:
    piled(rig, [*MILD, "Grow up"], apart=7.5)
    assert [list(around(rig, f"r_{number}")) for number in range(5)] == [[], [], [], [], [PILE_ON]]
    case = rig.case("r_4")
    assert case.assessment is not None
    assert (case.state, case.rank, case.assessment.priority) == (State.WAITING, 1, Priority.URGENT)
    assert not case.assessment.requires_response
    finding = around(rig, "r_4")[PILE_ON]
    assert (finding.clause, finding.requires_response) == ("abusive", False)
    assert "Made Up" not in finding.why
    assert PILE_ON in around(rig, "r_5"), "four before it lie within the half hour too"


@pytest.mark.parametrize(("texts", "apart"), [(MILD, 7.75), (KIND, 1), (MILD[:4], 1), ([*MILD[:4], KIND[0]], 1)])
def test_slower_kinder_or_fewer_they_are_not(rig: Rig, texts: list[str], apart: float) -> None:
    piled(rig, texts, apart)
    assert [around(rig, f"r_{number}") for number in range(len(texts))] == [{}] * len(texts)


def test_harsh_words_for_us_are_views_whoever_answers_whom(rig: Rig) -> None:
    """Under our own post, and in answer to our own reply, nobody of the public is meant."""
    rig.run(page(comment("At nine.", at=OPEN, id="1_9", author=PAGE, parent_id="1_1")))
    for number, text in enumerate(["You are a disgrace, pathetic"] * 6):
        rig.run(page(comment(text, at=OPEN, id=f"a_{number}", author=f"8{number}")))
        rig.run(page(comment(text, at=OPEN, id=f"b_{number}", author=f"8{number}", parent_id="1_9")))
    assert [around(rig, f"{place}_{number}") for place in "ab" for number in range(6)] == [{}] * 12


def test_a_comment_that_turned_out_to_be_our_own_is_nobody_of_the_public(rig: Rig) -> None:
    piled(rig, MILD[:4], apart=1)
    case = rig.case("1_1")
    [posted] = case.content
    ours = replace(posted, event=replace(posted.event, event=EventKind.ECHO), assessment=None)
    rig.store.merge([Arrival(case.id, case.platform, PAGE, "1_1", {"e": ours}, None, rig.now)], [])
    assert rig.case("1_1").ours
    rig.run(reply(rig, 4, MILD[4]))
    assert around(rig, "r_4") == {}


def test_the_person_who_defends_themselves_is_none_of_the_many(rig: Rig) -> None:
    piled(rig, MILD[:4], apart=1)
    rig.run(reply(rig, 9, "You're pathetic, all of you", author="700"))
    assert around(rig, "r_9") == {}
    rig.run(reply(rig, 4, MILD[4]))
    assert PILE_ON in around(rig, "r_4")


def test_two_runs_at_once_over_five_replies_cost_the_finding_nothing(rig: Rig) -> None:
    rig.run(page(comment("I am so tired of it", at=rig.now, author="700")))
    rig.deliver(page(*(reply(rig, n, text)["entry"][0]["changes"][0] for n, text in enumerate(MILD))))
    work = [Thread(target=rig.inbox), Thread(target=rig.inbox)]
    for thread in work:
        thread.start()
    for thread in work:
        thread.join()
    rig.later(minutes=1)
    rig.inbox()
    assert sum(PILE_ON in around(rig, f"r_{number}") for number in range(5)) == 1
    assert rig.store.pending(9) == []


def deliver(rig: Rig, *events: Event) -> None:
    """Events of any platform through intake."""
    [platform] = {event.platform for event in events}
    made = Delivery(platform, rig.now, "digest", frozenset({PAGE}))
    parts = [Part(event, {"made": "up"}) for event in events]
    judge = lambda event, at: assess(event, LIBRARY, at)  # noqa: E731
    intake.take_in(parts, made, store=rig.store, queue=rig.queue, assess=judge)


@pytest.mark.parametrize(("handle", "expected"), [("sam.sample", True), ("nobody.known", False)])
def test_where_the_platform_names_no_comment_the_handle_says_who_is_meant(
    rig: Rig, handle: str, expected: bool
) -> None:
    first = Event(EventKind.POSTED, Platform.TIKTOK, PAGE, "first", Kind.COMMENT, "I waited nine months",
                  Author("700", None, "Sam.Sample"), "video", "video", rig.now)  # fmt: skip
    deliver(rig, first)
    rig.inbox()
    for number, text in enumerate(MILD):
        rig.later(minutes=1)
        who = Author(f"80{number}")
        said = replace(first, id=f"r_{number}", kind=Kind.REPLY, text=f"@{handle} {text}", author=who, sent_at=rig.now)
        deliver(rig, said)
        rig.inbox()
    found = rig.store.case(case_id(Platform.TIKTOK, PAGE, "r_4"))
    assert found is not None
    assert found.assessment is not None
    assert any(finding.rule == PILE_ON for finding in found.assessment.findings) is expected


# ---- thanks after an answer


def thanks(rig: Rig, text: str = THANKS, id: str = "m_9") -> Case:
    rig.run(entries(direct(text, at=rig.now, id=id)))
    return rig.case(id)


def answered(rig: Rig) -> None:
    """A private question, and our reply in the platform's own app."""
    rig.run(entries(direct(QUESTION, at=rig.now)))
    rig.later(minutes=20)
    message = {"sender": {"id": PAGE}, "recipient": {"id": "900"}, "timestamp": int(rig.now.timestamp() * 1000),
               "message": {"mid": "m_2", "text": "At nine.", "is_echo": True}}  # fmt: skip
    rig.run(entries({"id": PAGE, "time": 1, "messaging": [message]}))
    rig.later(minutes=20)


def test_thanks_after_an_answer_go_to_the_reading_tray_and_no_clock_runs(rig: Rig) -> None:
    answered(rig)
    case = thanks(rig)
    assert (case.state, case.due) == (State.READING, None)
    assert case.assessment is not None
    assert not case.assessment.requires_response
    eased = next(finding for finding in case.assessment.findings if finding.rule == "direct")
    assert (eased.priority, eased.eased_by) == (Priority.READ, ((0, len(THANKS)),))
    assert THANKED in around(rig, "m_9")


def test_before_an_answer_they_wait_like_any_private_message(rig: Rig) -> None:
    rig.run(entries(direct(QUESTION, at=rig.now)))
    rig.later(minutes=20)
    case = thanks(rig)
    assert (case.state, around(rig, "m_9")) == (State.WAITING, {})
    assert case.due is not None


def test_an_automatic_acknowledgement_is_no_answer(rig: Rig) -> None:
    rig.now = NIGHT
    rig.run(entries(direct(QUESTION, at=rig.now)))
    assert rig.action("m_1").state is ActionState.SENT
    rig.later(minutes=20)
    assert thanks(rig).state is State.WAITING


@pytest.mark.parametrize(("outcome", "state"), [("answered", State.READING), ("no-reply", State.WAITING)])
def test_a_case_that_was_closed_with_a_reply_is_an_answer(rig: Rig, outcome: str, state: State) -> None:
    rig.run(entries(direct(QUESTION, at=rig.now)))
    ended = replace(rig.case("m_1"), state=State.CLOSED, outcome=Outcome(outcome, "morgan", rig.now))
    rig.store.transact(lambda tx: tx.put_case(ended))
    rig.later(minutes=20)
    assert thanks(rig).state is state


def test_after_thirty_days_an_answer_is_forgotten(rig: Rig) -> None:
    answered(rig)
    rig.later(days=30)
    assert thanks(rig).state is State.WAITING


@pytest.mark.parametrize(
    ("text", "rank"),
    [
        ("Thank you, that's really helpful, but I want to kill myself tonight", 0),
        ("Thank you. I want to complain about how long it took", 2),
        ("Thanks, and when is it open on Sunday?", 2),
        ("Thank you, my sertraline makes me dizzy", 2),
    ],
)
def test_whatever_else_is_in_them_goes_first(rig: Rig, text: str, rank: int) -> None:
    answered(rig)
    case = thanks(rig, text)
    assert (case.state, case.rank) == (State.WAITING, rank)
    assert THANKED not in around(rig, "m_9")


def test_thanks_that_become_a_question_wait_again(rig: Rig) -> None:
    answered(rig)
    case = thanks(rig)
    rig.later(minutes=5)
    [posted] = case.content
    asked = replace(posted.event, event=EventKind.EDITED, text=QUESTION, sent_at=rig.now)
    deliver(rig, asked)
    rig.inbox()
    assert (rig.case("m_9").state, around(rig, "m_9")) == (State.WAITING, {})


# ---- once found, frozen


def test_the_same_notice_again_and_a_redelivery_change_nothing(rig: Rig) -> None:
    piled(rig, MILD, apart=1)
    copies(rig, ADVERT)
    before = {name: rig.case(name) for name in ("r_3", "r_4", "0_1", "2_1")}
    rig.run(reply(rig, 4, MILD[4]))
    rig.run(page(under(2, ADVERT, author="2", at=rig.now)))
    for name in before:
        key = case_id(Platform.FACEBOOK, PAGE, name)
        inbox.take_case(key, rig.now, store=rig.store, queue=rig.queue, library=rig.library)
    assert {name: rig.case(name) for name in before} == before


def test_our_answer_leaves_what_was_found_around_a_message(rig: Rig) -> None:
    piled(rig, MILD, apart=1)
    before = around(rig, "r_4")
    rig.later(minutes=5)
    rig.run(page(comment("Please be kind.", at=rig.now, id="1_99", author=PAGE, parent_id="r_4")))
    assert rig.case("r_4").state is State.READING
    assert around(rig, "r_4") == before


def test_calmer_words_do_not_take_it_away(rig: Rig) -> None:
    piled(rig, MILD, apart=1)
    change = comment("Lovely photo", at=OPEN, id="r_4", author="804", parent_id="1_1")
    rig.run(page({**change, "value": edited(change)}))
    case = rig.case("r_4")
    assert (case.state, case.rank, len(case.revisions)) == (State.WAITING, 1, 2)
    assert around(rig, "r_4")[PILE_ON].passages == ()


# ---- when it cannot be looked at

READS = ["same_words", "replies_to", "earlier", "case"]


class Failing:
    """A store that fails some reads outside the transaction."""

    def __init__(self, store: Any, *names: str, error: type[Exception] = StoreUnavailable) -> None:
        self._store, self._names, self._error = store, names, error
        self.asked: list[str] = []

    def __getattr__(self, name: str) -> Callable[..., Any]:
        def fail(*_: Any, **__: Any) -> None:
            self.asked.append(name)
            raise self._error

        found: Callable[..., Any] = fail if name in self._names else getattr(self._store, name)
        return found


def take(rig: Rig, message: str, store: Any) -> bool:
    key = case_id(Platform.FACEBOOK, PAGE, message)
    return inbox.take_case(key, rig.now, store=store, queue=rig.queue, library=rig.library)


def scene(rig: Rig, name: str) -> str:
    """A message not yet taken, for which `name` is asked."""
    if name == "earlier":
        answered(rig)
        rig.deliver(entries(direct(THANKS, at=rig.now, id="m_9")))
        return "m_9"
    piled(rig, MILD[:4], apart=1)
    rig.deliver(reply(rig, 4, "Attention seeker, you are so embarrassing"))
    return "r_4"


@pytest.mark.parametrize("name", READS)
def test_a_read_that_fails_is_asked_again_and_nothing_is_lost(rig: Rig, name: str) -> None:
    message = scene(rig, name)
    store = Failing(rig.store, name)
    with pytest.raises(StoreUnavailable):
        take(rig, message, store)
    assert store.asked == [name]
    assert rig.case(message).state is None
    assert rig.case(message).pending_since is not None
    rig.inbox()
    expected = THANKED if name == "earlier" else PILE_ON
    assert expected in around(rig, message)
    assert rig.case(message).assessment.faults == ()  # type: ignore[union-attr]


@pytest.mark.parametrize("name", READS[:3])
def test_nobody_waits_longer_than_two_minutes_for_it_and_the_case_says_so(rig: Rig, name: str) -> None:
    message = scene(rig, name)
    rig.later(seconds=PATIENCE.total_seconds() + 1)
    assert take(rig, message, Failing(rig.store, name))
    case = rig.case(message)
    assert case.assessment is not None
    assert (case.state, case.assessment.faults) == (State.WAITING, ("around",))
    assert case.assessment.requires_response, "a person looks in its place"


def test_a_crisis_waits_for_nothing(rig: Rig) -> None:
    rig.deliver(page(comment("I am going to kill myself tonight", at=OPEN)))
    assert take(rig, "1_1", Failing(rig.store, *READS[:3]))
    case = rig.case()
    assert case.assessment is not None
    assert (case.state, case.rank, case.assessment.faults) == (State.WAITING, 0, ("around",))


def test_a_rule_that_breaks_costs_the_others_nothing(rig: Rig) -> None:
    rig.deliver(page(comment(VIEW, at=OPEN)))
    assert take(rig, "1_1", Failing(rig.store, "same_words", error=LookupError))
    case = rig.case()
    assert case.assessment is not None
    assert (case.state, case.assessment.faults) == (State.WAITING, ("around",))


class Overtaking:
    """A store in which the words change, so many times, after they were looked at."""

    def __init__(self, rig: Rig, times: int) -> None:
        self._rig, self._left = rig, times

    def __getattr__(self, name: str) -> Any:
        return getattr(self._rig.store, name)

    def transact(self, work: Any) -> Any:
        if self._left:
            self._left -= 1
            change = under(2, f"{ADVERT} {self._left}" if self._left else ADVERT, at=self._rig.now)
            value = {**edited(change), "edited_time": change["value"]["created_time"] + 60 - self._left}
            self._rig.deliver(page({**change, "value": value}))
        return self._rig.store.transact(work)


@pytest.mark.parametrize(("times", "taken"), [(0, True), (1, True), (2, True), (3, False)])
def test_words_that_change_meanwhile_are_looked_at_again(rig: Rig, times: int, taken: bool) -> None:
    copies(rig, ADVERT, count=2)
    rig.deliver(page(under(2, ADVERT if not times else "Hello", at=rig.now)))
    if not taken:
        with pytest.raises(StoreUnavailable):
            take(rig, "2_1", Overtaking(rig, times))
        assert rig.case("2_1").state is None
        rig.inbox()
    else:
        assert take(rig, "2_1", Overtaking(rig, times))
    assert REPEATED in around(rig, "2_1")


def test_a_queue_that_is_down_does_not_ask_twice_what_is_known(rig: Rig) -> None:
    """Cut off after its commit it runs again, and has nothing left to look at."""
    rig.now = NIGHT
    rig.deliver(page(comment("Is there a meeting on Monday evening?", at=NIGHT)))
    [lease] = rig.queue.lease(TOPIC, 1)

    class Down:
        def publish(self, *_: Any) -> None:
            raise QueueUnavailable

    with pytest.raises(QueueUnavailable):
        inbox.take_case(lease.data["case"], rig.now, store=rig.store, queue=Down(), library=LIBRARY)
    store = Failing(rig.store, *READS[:3])
    assert take(rig, "1_1", store)
    assert store.asked == []


def test_no_words_of_it_are_kept_beside_the_case(rig: Rig) -> None:
    copies(rig, ADVERT, count=1)
    [row] = rig.store._database.read("SELECT * FROM traces")
    assert "mattresses" not in json.dumps(list(row)).lower()
    assert len(row["fingerprint"]) == len(row["reply_to"]) == 64
