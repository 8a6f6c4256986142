"""Sending at most once, and a person where that cannot be known (design.md, promise 5)."""

from collections import Counter
from collections.abc import Callable
from datetime import timedelta

import pytest

from shared.domain.action import LEASE, Action, ActionState
from shared.domain.message import Platform
from shared.ports import NotPosted, OutcomeUnknown, Receipt, Refused
from shared.service import sending
from shared.service.sending import NotOurs, Sent
from tests.rig import NIGHT, Rig, comment, page


def raising(error: Exception) -> Callable[[], Receipt]:
    def answer() -> Receipt:
        raise error

    return answer


@pytest.mark.parametrize(
    ("error", "state", "result"),
    [
        (NotPosted("connection refused"), ActionState.RESERVED, Sent.AGAIN),
        (Refused("code 10"), ActionState.REFUSED, Sent.DONE),
        (OutcomeUnknown("timed out"), ActionState.UNKNOWN, Sent.DONE),
        (RuntimeError("a bug of ours"), ActionState.UNKNOWN, Sent.DONE),
    ],
)
def test_what_the_platform_says_decides(waiting: Rig, error: Exception, state: ActionState, result: Sent) -> None:
    waiting.client.answers = [raising(error)]
    assert waiting.send_one(waiting.action().id) is result
    assert waiting.action().state is state


def test_proof_that_nothing_was_posted_lets_it_be_tried_again(waiting: Rig) -> None:
    waiting.client.answers = [raising(NotPosted("429"))]
    waiting.send()
    waiting.later(seconds=5)
    waiting.send()
    assert (waiting.action().state, waiting.action().attempts, len(waiting.client.asked)) == (ActionState.SENT, 2, 2)


@pytest.mark.parametrize("error", [OutcomeUnknown("cut"), Refused("no"), RuntimeError("bug")])
def test_anything_else_is_never_tried_again(waiting: Rig, error: Exception) -> None:
    waiting.client.answers = [raising(error)]
    for _ in range(5):
        waiting.send_one(waiting.action().id)
        waiting.later(minutes=2)
    assert len(waiting.client.asked) == 1


def test_an_unknown_outcome_is_put_before_a_person(waiting: Rig) -> None:
    waiting.client.answers = [raising(OutcomeUnknown("cut"))]
    waiting.send()
    assert [found.id for found in waiting.store.unsettled(5)] == [waiting.action().id]


def test_dying_in_the_call_leaves_it_unknown_after_the_lease(waiting: Rig) -> None:
    waiting.client.answers = [raising(KeyboardInterrupt())]  # type: ignore[arg-type]
    with pytest.raises(KeyboardInterrupt):
        waiting.send_one(waiting.action().id)
    assert waiting.action().state is ActionState.SENDING
    waiting.now += LEASE - timedelta(seconds=1)
    assert waiting.send_one(waiting.action().id) is Sent.AGAIN
    assert waiting.action().state is ActionState.SENDING
    waiting.later(seconds=1)
    assert waiting.send_one(waiting.action().id) is Sent.DONE
    assert waiting.action().state is ActionState.UNKNOWN
    assert len(waiting.client.asked) == 1


def test_two_senders_at_once_post_once(waiting: Rig) -> None:
    id_ = waiting.action().id
    seen: list[Sent] = []

    def meanwhile() -> Receipt:
        seen.append(waiting.send_one(id_))
        return Receipt("posted_1")

    waiting.client.answers = [meanwhile]
    assert waiting.send_one(id_) is Sent.DONE
    assert seen == [Sent.AGAIN]
    assert len(waiting.client.asked) == 1
    assert waiting.action().state is ActionState.SENT


def test_an_attempt_that_lost_its_lease_cannot_write_the_end(waiting: Rig) -> None:
    id_ = waiting.action().id

    def slow() -> Receipt:
        waiting.later(minutes=5)
        waiting.send_one(id_)  # finds the lease lapsed
        return Receipt("posted_1")

    waiting.client.answers = [slow]
    waiting.send_one(id_)
    assert waiting.action().state is ActionState.UNKNOWN


@pytest.mark.parametrize("hours", [11, 24], ids=["the desk is open again", "too old"])
def test_the_sender_looks_at_the_clock_again(waiting: Rig, hours: int) -> None:
    waiting.later(hours=hours)
    assert waiting.send_one(waiting.action().id) is Sent.DONE
    assert (waiting.action().state, waiting.client.asked) == (ActionState.EXPIRED, [])


def test_a_message_removed_in_the_meantime_is_not_answered(waiting: Rig) -> None:
    waiting.deliver(page(comment(None, at=NIGHT, verb="remove")))
    waiting.send_one(waiting.action().id)
    assert (waiting.action().state, waiting.client.asked) == (ActionState.EXPIRED, [])


def test_what_the_guard_objects_to_does_not_leave(waiting: Rig) -> None:
    waiting.objects = lambda _: True
    assert waiting.send_one(waiting.action().id) is Sent.DONE
    assert (waiting.action().state, waiting.client.asked) == (ActionState.REFUSED, [])


def test_where_the_guard_cannot_run_nothing_leaves(waiting: Rig) -> None:
    def broken(_: str) -> bool:
        raise RuntimeError("no guard")

    waiting.objects = broken
    with pytest.raises(RuntimeError):
        waiting.send_one(waiting.action().id)
    assert (waiting.action().state, waiting.client.asked) == (ActionState.RESERVED, [])


def test_without_a_client_nothing_leaves_and_it_is_tried_again(waiting: Rig) -> None:
    def none(_: Action) -> object:
        raise LookupError("no token")

    result = sending.send(
        waiting.action().id,
        Platform.FACEBOOK,
        store=waiting.store,
        client=none,  # type: ignore[arg-type]
        objects=lambda _: False,
        clock=lambda: waiting.now,
        attempt="a",
    )
    assert (result, waiting.action().state) == (Sent.AGAIN, ActionState.RESERVED)


def test_an_action_nobody_knows_is_done(waiting: Rig) -> None:
    assert waiting.send_one("no such action") is Sent.DONE


def test_every_step_is_in_the_audit(waiting: Rig) -> None:
    reserved = waiting.now
    waiting.later(seconds=1)
    waiting.send()
    entries = waiting.store.audit_of(waiting.case().id)
    assert sorted((entry.at, entry.who, entry.what) for entry in entries) == [
        (reserved, "inbox", "acknowledge: owed"),
        (reserved, "inbox", "placed: waiting"),
        (waiting.now, "sender", "acknowledge: sending"),
        (waiting.now, "sender", "acknowledge: sent"),
    ]


def test_each_attempt_is_in_the_audit_and_nothing_twice(waiting: Rig) -> None:
    waiting.client.answers = [raising(NotPosted("429"))]
    for _ in range(3):
        waiting.send_one(waiting.action().id)
    said = Counter((entry.what, entry.detail) for entry in waiting.store.audit_of(waiting.case().id))
    assert said == {
        ("placed: waiting", ""): 1,
        ("acknowledge: owed", ""): 1,
        ("acknowledge: sending", ""): 2,
        ("acknowledge: reserved", "429"): 1,
        ("acknowledge: sent", ""): 1,
    }


def test_a_sender_refuses_another_platforms_action(waiting: Rig) -> None:
    """There is one platform yet, so the other one is made of a bare string."""
    with pytest.raises(NotOurs):
        sending.send(
            waiting.action().id,
            "elsewhere",  # type: ignore[arg-type]
            store=waiting.store,
            client=lambda _: waiting.client,
            objects=lambda _: False,
            clock=lambda: waiting.now,
            attempt="a",
        )
    assert waiting.client.asked == []
