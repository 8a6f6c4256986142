"""Intake: nothing is lost, nothing is done twice (design.md, promises 1 and 2)."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from shared.domain.case import State
from shared.domain.message import EventKind, Part, Platform, case_id, event_hash
from shared.ports import Arrival, Notice, Quarantine, QueueUnavailable, StoreUnavailable
from shared.service import intake
from tests.rig import NIGHT, OPEN, PAGE, Rig, comment, direct, entries, page


def unassessed(*_: Any) -> Any:
    """Stands where the rules are when nothing should get that far."""
    raise AssertionError("assessed")


def test_a_message_is_stored_and_told_to_inbox(rig: Rig) -> None:
    taken = rig.deliver(page(comment("When do you open?", at=OPEN)))
    case = rig.case()
    assert (taken.cases, taken.quarantined, taken.published) == (1, 0, True)
    assert [r.event.text for r in case.content] == ["When do you open?"]
    assert case.pending_since == rig.now
    assert [lease.data for lease in rig.queue.lease(intake.TOPIC)] == [{"case": case.id, "need": "response"}]


def test_the_same_delivery_five_times_is_one_case_with_one_revision(rig: Rig) -> None:
    for _ in range(5):
        rig.run(page(comment("When do you open?", at=OPEN)))
        rig.later(seconds=10)
    assert len(rig.case().revisions) == 1
    assert [case.id for case in rig.store.queue(10)] == [rig.case().id]
    assert rig.case().version == 1


def test_a_restamped_copy_is_the_same_revision(rig: Rig) -> None:
    rig.run(page(comment("When do you open?", at=OPEN)))
    rig.run(page(comment("When do you open?", at=OPEN.replace(minute=1))))
    assert len(rig.case().revisions) == 1


def test_a_batch_of_1000_with_a_duplicate_and_a_malformed_one(rig: Rig) -> None:
    changes = [comment(f"Question {n}?", at=OPEN, id=f"1_{n}") for n in range(998)]
    changes.insert(500, {"field": "feed", "value": {"item": "comment", "verb": "add", "comment_id": True}})
    changes.append(comment("Question 7?", at=OPEN, id="1_7"))
    taken = rig.deliver(page(*changes))
    assert (taken.cases, taken.quarantined) == (998, 1)
    assert len(rig.store.pending(2000)) == 998
    assert len(rig.store.quarantined(10)) == 1


def test_a_bad_event_costs_the_others_nothing(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    """Even a bug of ours in one message: the other is a case, this one is kept for a person."""
    real = event_hash

    def broken(event: Any) -> str:
        if event.id == "1_2":
            raise ZeroDivisionError
        return real(event)

    monkeypatch.setattr(intake, "event_hash", broken)
    taken = rig.deliver(page(*(comment("Hello?", at=OPEN, id=f"1_{n}") for n in (1, 2, 3))))
    assert (taken.cases, taken.quarantined) == (2, 1)
    assert [q.why for q in rig.store.quarantined(5)] == ["could not be assessed: ZeroDivisionError"]


def test_an_account_that_is_not_configured_is_kept_and_not_taken(rig: Rig) -> None:
    taken = rig.deliver(page(comment("For somebody else", at=OPEN), account="555"))
    assert (taken.cases, taken.quarantined) == (0, 1)
    [kept] = rig.store.quarantined(5)
    assert kept.account == "555"
    assert "not configured" in kept.why
    assert "For somebody else" in kept.fragment


def test_a_secret_speaks_only_for_its_own_accounts(rig: Rig) -> None:
    """One app cannot forge a message of another app's account."""
    delivery = intake.Delivery(Platform.FACEBOOK, rig.now, "digest", frozenset({"another account"}))
    from functions.facebook.inbound import parse

    parts = list(parse(page(comment("Forged", at=OPEN))))
    taken = intake.take_in(parts, delivery, store=rig.store, queue=rig.queue, assess=unassessed)
    assert (taken.cases, taken.quarantined) == (0, 1)


def test_our_own_words_coming_back_are_no_case(rig: Rig) -> None:
    rig.run(page(comment("We open at nine", at=OPEN, author=PAGE)))
    assert rig.store.case(case_id(Platform.FACEBOOK, PAGE, "1_1")) is None
    for seen in (rig.store.pending, rig.store.queue, rig.store.reading, rig.store.closed, rig.store.quarantined):
        assert seen(5) == []


def test_an_edit_before_the_add_is_one_item_with_two_revisions(rig: Rig) -> None:
    edit = comment("Wehn do you open?", at=OPEN, verb="edited", edited_time=int(OPEN.timestamp()) + 60)
    rig.run(page(edit))
    rig.run(page(comment("When do you open", at=OPEN)))
    case = rig.case()
    assert [r.event.event for r in case.content] == [EventKind.POSTED, EventKind.EDITED]
    assert case.latest is not None
    assert case.latest.event.text == "Wehn do you open?"
    assert len(rig.store.queue(10)) == 1


def test_a_removal_before_the_add_leaves_a_tombstone_and_the_words_are_still_read(rig: Rig) -> None:
    rig.run(page(comment(None, at=OPEN, verb="remove")))
    tombstone = rig.case()
    assert (tombstone.state, tombstone.outcome and tombstone.outcome.by) == (State.CLOSED, "tombstone")
    rig.run(page(comment("Thank you all", at=OPEN)))
    assert rig.case().removed_at is not None
    assert rig.case().state is State.READING


def test_a_crisis_that_was_removed_goes_to_the_queue_all_the_same(rig: Rig) -> None:
    rig.run(page(comment(None, at=OPEN, verb="remove")))
    rig.run(page(comment("I am going to kill myself tonight", at=OPEN)))
    assert [case.id for case in rig.store.queue(5)] == [rig.case().id]


def test_a_message_that_is_removed_while_it_waits_is_still_read(rig: Rig) -> None:
    rig.run(page(comment("When do you open?", at=OPEN)))
    rig.run(page(comment(None, at=OPEN, verb="remove")))
    assert rig.case().state is State.READING
    assert rig.case().due is None


def test_a_message_without_words_is_a_case_too(rig: Rig) -> None:
    rig.run(page(comment(None, at=OPEN, photo="https://cdn.example/1.jpg")))
    assert rig.case().state is State.READING


def test_hiding_and_showing_are_known_and_nobody_is_asked_to_read_them(rig: Rig) -> None:
    rig.run(page(comment("You are rubbish", at=OPEN)))
    before = rig.case()
    rig.run(page(comment("You are rubbish", at=OPEN, verb="hide"), at=OPEN.replace(minute=5)))
    assert rig.case().hidden
    assert rig.case().version == before.version
    rig.run(page(comment("You are rubbish", at=OPEN, verb="unhide"), at=OPEN.replace(minute=9)))
    assert not rig.case().hidden


def test_the_publish_call_is_one_and_crisis_stands_first(rig: Rig) -> None:
    calls: list[tuple[str, Sequence[Notice]]] = []

    class Counting:
        def publish(self, topic: str, notices: Sequence[Notice]) -> None:
            calls.append((topic, notices))

    texts = ["Thank you!", "When do you open?", "I want to end my life", "Thanks"]
    rig.deliver(page(*(comment(t, at=OPEN, id=f"1_{n}") for n, t in enumerate(texts))), queue=Counting())
    [(topic, notices)] = calls
    assert topic == "needs-human"
    assert notices[0].data["case"] == rig.case("1_2").id
    assert sorted(n.data["need"] for n in notices) == ["read", "read", "response", "response"]
    assert all(set(n.data) == {"case", "need"} for n in notices)


def test_a_delivery_is_one_commit_however_many_events(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    commits: list[tuple[int, int]] = []
    real = rig.store.merge

    def counting(arrivals: Sequence[Arrival], quarantined: Sequence[Quarantine]) -> None:
        commits.append((len(arrivals), len(quarantined)))
        real(arrivals, quarantined)

    monkeypatch.setattr(rig.store, "merge", counting)
    monkeypatch.setattr(rig.store, "case", lambda _: pytest.fail("intake reads nothing"))
    rig.deliver(page(*(comment("Hello?", at=OPEN, id=f"1_{n}") for n in range(50))))
    assert commits == [(50, 0)]


def test_a_queue_that_is_down_loses_nothing(rig: Rig) -> None:
    class Down:
        def publish(self, topic: str, notices: Sequence[Notice]) -> None:
            raise QueueUnavailable("down")

    taken = rig.deliver(page(comment("When do you open?", at=OPEN)), queue=Down())
    assert not taken.published
    assert [case.id for case in rig.store.pending(5)] == [rig.case().id]


def test_a_store_that_is_down_is_told_to_the_platform_and_nothing_is_published(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    def down(*_: Any) -> None:
        raise StoreUnavailable("down")

    monkeypatch.setattr(rig.store, "merge", down)
    with pytest.raises(StoreUnavailable):
        rig.deliver(page(comment("When do you open?", at=OPEN)))
    assert rig.queue.lease(intake.TOPIC) == []


def test_a_notice_about_the_channel_is_put_before_a_person(rig: Rig) -> None:
    notice = {"recipient": {"id": PAGE}, "timestamp": 1, "policy_enforcement": {"action": "block", "reason": "spam"}}
    taken = rig.deliver(entries({"id": PAGE, "time": 1, "messaging": [notice]}))
    assert (taken.cases, taken.quarantined) == (0, 1)


def test_a_duplicate_never_reopens_a_closed_case(rig: Rig) -> None:
    rig.run(page(comment("Thank you all", at=OPEN)))
    rig.store.transact(lambda tx: tx.put_case(replace(rig.case(), state=State.CLOSED, claim=None)))
    rig.run(page(comment("Thank you all", at=OPEN)))
    assert rig.case().state is State.CLOSED
    assert rig.case().pending_since is None


def test_new_words_do_reopen_a_closed_case(rig: Rig) -> None:
    rig.run(page(comment("Thank you all", at=OPEN)))
    rig.store.transact(lambda tx: tx.put_case(replace(rig.case(), state=State.CLOSED)))
    rig.run(page(comment("I am going to kill myself", at=OPEN, verb="edited", edited_time=int(OPEN.timestamp()) + 9)))
    assert rig.case().state is State.WAITING
    assert rig.case().rank == 0


def test_an_edit_never_takes_a_crisis_away(rig: Rig) -> None:
    rig.run(page(comment("I am going to kill myself", at=NIGHT)))
    rig.run(page(comment("never mind", at=NIGHT, verb="edited", edited_time=int(NIGHT.timestamp()) + 60)))
    case = rig.case()
    assert case.rank == 0
    assert case.assessment is not None
    assert "crisis" in {finding.clause for finding in case.assessment.findings}


def test_a_message_whose_time_lies_ahead_is_clocked_when_it_came(rig: Rig) -> None:
    rig.run(page(comment("When do you open?", at=OPEN.replace(hour=11))))
    assessment = rig.case().assessment
    assert assessment is not None
    assert (assessment.clock, assessment.clocked_at) == ("received", rig.now)


def test_direct_messages_of_one_person_are_one_conversation(rig: Rig) -> None:
    rig.run(entries(direct("Hello, can you help?", at=OPEN, id="m_1"), direct("Are you there?", at=OPEN, id="m_2")))
    assert [case.message for case in rig.store.conversation(rig.case("m_1"), 5)] == ["m_2"]


def test_a_part_of_no_known_kind_is_quarantined(rig: Rig) -> None:
    delivery = intake.Delivery(Platform.FACEBOOK, rig.now, "digest", frozenset({PAGE}))
    from shared.domain.message import Event

    part = Part(Event(EventKind.POSTED, Platform.FACEBOOK, PAGE, id=None, text="lost?"), {"text": "lost?"})
    taken = intake.take_in([part], delivery, store=rig.store, queue=rig.queue, assess=unassessed)
    assert taken.quarantined == 1
