"""A reply made in the platform's own app marks the case answered by it, and nothing else does."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from shared.domain.case import Case, State
from shared.ports import QueueUnavailable, StoreUnavailable
from shared.service import inbox
from shared.service.intake import TOPIC
from tests.rig import LIBRARY, NIGHT, OPEN, PAGE, Rig, comment, direct, entries, page

LATER = OPEN + timedelta(minutes=20)
QUESTION = "When do you open?"


def reply(text: str = "At nine.", *, to: str = "1_1", at: Any = LATER, id: str = "1_2") -> dict[str, Any]:
    """Our own comment under somebody's."""
    return page(comment(text, at=at, id=id, author=PAGE, parent_id=to))


def said(text: str = "At nine.", *, at: Any = LATER, to: str = "900", id: str = "m_2") -> dict[str, Any]:
    """Our own message to somebody, as Messenger echoes it."""
    message = {
        "sender": {"id": PAGE},
        "recipient": {"id": to},
        "timestamp": int(at.timestamp() * 1000),
        "message": {"mid": id, "text": text, "is_echo": True},
    }
    return entries({"id": PAGE, "time": int(at.timestamp() * 1000), "messaging": [message]})


def placed(case: Case) -> tuple[State | None, Any, Any]:
    return case.state, case.answered_at, case.due


def asked(rig: Rig) -> Case:
    rig.run(page(comment(QUESTION, at=OPEN)))
    assert rig.case().state is State.WAITING
    return rig.case()


def test_a_public_reply_moves_the_case_to_the_reading_tray(rig: Rig) -> None:
    asked(rig)
    rig.later(minutes=21)
    rig.run(reply())
    assert placed(rig.case()) == (State.READING, LATER, None)
    assert [r.event.text for r in rig.case().replies] == ["At nine."]
    assert rig.case().outcome is None  # a person still closes it


def test_the_reply_may_arrive_before_the_message(rig: Rig) -> None:
    rig.run(reply())
    assert rig.store.queue(5) == rig.store.reading(5) == rig.store.closed(5) == []
    rig.run(page(comment(QUESTION, at=OPEN)))
    assert placed(rig.case()) == (State.READING, LATER, None)


def test_a_private_reply_answers_what_is_open_in_the_conversation(rig: Rig) -> None:
    rig.run(entries(direct(QUESTION, at=OPEN)))
    rig.run(entries(direct("And on Sundays?", at=OPEN + timedelta(minutes=1), id="m_1b")))
    rig.run(entries(direct(QUESTION, at=OPEN, id="m_other", author="901")))
    rig.run(entries(direct("Thank you. One more thing: is there parking?", at=LATER + timedelta(hours=1), id="m_3")))
    rig.later(hours=2)
    rig.run(said())
    assert placed(rig.case("m_1")) == placed(rig.case("m_1b")) == (State.READING, LATER, None)
    assert rig.case("m_other").state is rig.case("m_3").state is State.WAITING
    assert rig.store.pending(5) == []


def test_somebody_in_crisis_stays_in_front_until_a_person_has_looked(rig: Rig) -> None:
    rig.run(page(comment("I want to kill myself tonight", at=OPEN)))
    rig.run(reply("We are so sorry. Please call us.", at=LATER))
    case = rig.case()
    assert (case.state, case.rank, case.answered_at) == (State.WAITING, 0, LATER)


def test_a_machine_that_replies_at_once_answers_nothing(rig: Rig) -> None:
    asked(rig)
    rig.run(reply("Thanks for your message! We reply within a week.", at=OPEN + timedelta(seconds=5)))
    assert rig.case().state is State.WAITING
    assert rig.case().answered_at is None


def test_our_own_acknowledgement_answers_nothing(rig: Rig) -> None:
    rig.now = NIGHT
    rig.run(page(comment(QUESTION, at=NIGHT)))
    [action] = rig.client.asked
    rig.later(minutes=2)
    rig.run(reply(f"{action.text}\n", at=rig.now))
    rig.run(entries(direct(QUESTION, at=NIGHT)))
    rig.run(said(action.text, at=rig.now))
    assert rig.case().state is rig.case("m_1").state is State.WAITING
    assert rig.case().answered_at is rig.case("m_1").answered_at is None


def test_an_acknowledgement_that_arrives_just_after_opening_is_still_ours(rig: Rig) -> None:
    rig.now = NIGHT
    rig.run(page(comment(QUESTION, at=NIGHT)))
    [action] = rig.client.asked
    opening = LIBRARY.in_force(NIGHT).calendar().next_opening(NIGHT)
    rig.now = opening + timedelta(minutes=1)
    rig.run(reply(action.text, at=rig.now))
    assert rig.case().state is State.WAITING


def test_words_changed_after_the_reply_wait_again(rig: Rig) -> None:
    asked(rig)
    rig.run(reply())
    changed = int((LATER + timedelta(minutes=5)).timestamp())
    rig.later(minutes=30)
    rig.run(page(comment("And who do I complain to?", at=OPEN, verb="edited", edited_time=changed)))
    case = rig.case()
    assert (case.state, case.answered_at) == (State.WAITING, None)
    assert case.due is not None


def test_a_closed_case_is_not_reopened_by_our_reply(rig: Rig) -> None:
    case = asked(rig)
    rig.store.transact(lambda tx: tx.put_case(replace(case, state=State.CLOSED)))
    rig.run(reply())
    assert rig.case().state is State.CLOSED


def test_the_same_echo_again_changes_nothing(rig: Rig) -> None:
    asked(rig)
    rig.run(reply())
    before = rig.case()
    rig.run(reply())
    assert rig.case() == before


def test_whoever_was_answered_by_a_person_is_not_acknowledged(rig: Rig) -> None:
    rig.now = NIGHT
    rig.deliver(page(comment(QUESTION, at=NIGHT)))
    rig.deliver(reply("Somebody is still here: at nine.", at=NIGHT + timedelta(minutes=1)))
    rig.inbox()
    rig.send()
    assert rig.client.asked == []


@pytest.mark.parametrize(
    ("part", "name", "works"), [("store", "merge", 0), ("queue", "publish", 0), ("store", "transact", 1)]
)
def test_a_private_reply_that_is_cut_off_is_spread_again(
    rig: Rig, part: str, name: str, works: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    rig.run(entries(direct(QUESTION, at=OPEN)))
    rig.later(minutes=30)
    rig.deliver(said())
    [lease] = rig.queue.lease(TOPIC, 10)
    with monkeypatch.context() as patch:
        broken = getattr(rig, part)
        patch.setattr(broken, name, failing_after(works, getattr(broken, name)))
        with pytest.raises((QueueUnavailable, StoreUnavailable)):
            inbox.take_case(lease.data["case"], rig.now, store=rig.store, queue=rig.queue, library=rig.library)
    inbox.take_case(lease.data["case"], rig.now, store=rig.store, queue=rig.queue, library=rig.library)
    rig.queue.acknowledge(lease)
    rig.inbox()
    assert placed(rig.case("m_1")) == (State.READING, LATER, None)
    assert rig.store.pending(5) == []


def failing_after(works: int, real: Any) -> Any:
    """A call that works so many times."""
    done = iter(range(works))

    def call(*given: Any) -> Any:
        if next(done, None) is None:
            raise QueueUnavailable if real.__name__ == "publish" else StoreUnavailable
        return real(*given)

    return call
