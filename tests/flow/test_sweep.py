"""Sweep: nothing waits on a publish that failed (design.md, section 1)."""

from collections.abc import Sequence
from datetime import timedelta
from itertools import pairwise

import pytest

from shared.domain.action import ActionState
from shared.domain.case import State
from shared.ports import PATIENCE, Notice, OutcomeUnknown, QueueUnavailable, Receipt
from shared.service import sweeping
from shared.service.intake import TOPIC
from tests.rig import NIGHT, OPEN, Rig, comment, page


class Down:
    """A queue that confirms nothing."""

    def publish(self, topic: str, notices: Sequence[Notice]) -> None:
        raise QueueUnavailable("down")


def run(rig: Rig) -> sweeping.Swept:
    return sweeping.sweep(rig.now, store=rig.store, queue=rig.queue)


@pytest.fixture
def stuck(rig: Rig) -> Rig:
    """A rig with one case that was stored while the queue was down."""
    rig.deliver(page(comment("When do you open?", at=OPEN)), queue=Down())
    return rig


def test_a_case_is_left_alone_for_two_minutes_and_then_told_again(stuck: Rig) -> None:
    stuck.now += PATIENCE - timedelta(seconds=1)
    assert run(stuck) == sweeping.Swept(0, 0)
    stuck.later(seconds=1)
    assert run(stuck) == sweeping.Swept(1, 0)
    stuck.inbox()
    assert stuck.case().state is State.WAITING


def test_what_inbox_took_is_not_told_again(stuck: Rig) -> None:
    stuck.later(minutes=3)
    run(stuck)
    stuck.inbox()
    stuck.later(days=1)
    assert run(stuck) == sweeping.Swept(0, 0)


def test_an_hour_without_the_queue_is_made_good_in_one_run(rig: Rig) -> None:
    for n in range(60):
        rig.deliver(page(comment("Hello?", at=rig.now, id=f"1_{n}")), queue=Down())
        rig.later(minutes=1)
    with pytest.raises(QueueUnavailable):
        sweeping.sweep(rig.now, store=rig.store, queue=Down())
    rig.later(minutes=2)
    assert run(rig) == sweeping.Swept(60, 0)
    rig.inbox()
    assert len(rig.store.queue(100)) == 60
    assert rig.store.pending(5) == []


def test_each_pause_is_as_long_as_it_has_waited_and_never_over_an_hour(stuck: Rig) -> None:
    told: list[int] = []
    for minute in range(240):
        if run(stuck).cases:
            told.append(minute)
        stuck.later(minutes=1)
    assert told[:5] == [2, 4, 8, 16, 32]
    assert max(later - earlier for earlier, later in pairwise(told)) == 60


def test_a_run_takes_at_most_500_and_the_next_one_the_rest(rig: Rig) -> None:
    rig.deliver(page(*(comment("Hello?", at=OPEN, id=f"1_{n}") for n in range(700))), queue=Down())
    rig.later(minutes=3)
    assert [run(rig).cases for _ in range(3)] == [500, 200, 0]


def test_two_runs_at_once_have_one_effect(stuck: Rig) -> None:
    stuck.later(minutes=3)

    class Nested:
        def publish(self, topic: str, notices: Sequence[Notice]) -> None:
            stuck.queue.publish(topic, notices)
            if len(stuck.queue.lease(TOPIC, 0)) == 0 and not ran:
                ran.append(run(stuck))

    ran: list[sweeping.Swept] = []
    sweeping.sweep(stuck.now, store=stuck.store, queue=Nested())
    assert ran == [sweeping.Swept(1, 0)]
    stuck.inbox()
    assert stuck.case().version == 1


def test_an_acknowledgement_that_was_reserved_and_not_published_is_sent_after_all(rig: Rig) -> None:
    rig.now = NIGHT
    rig.deliver(page(comment("When do you open?", at=NIGHT)))
    from shared.service import inbox

    with pytest.raises(QueueUnavailable):
        inbox.take_case(rig.case().id, rig.now, store=rig.store, queue=Down(), library=rig.library)
    rig.later(minutes=3)
    assert run(rig).actions == 1
    rig.send()
    assert len(rig.client.asked) == 1
    rig.later(minutes=10)
    assert run(rig).actions == 0


def test_an_attempt_that_went_silent_is_put_before_a_person(rig: Rig) -> None:
    rig.now = NIGHT
    rig.deliver(page(comment("When do you open?", at=NIGHT)))
    rig.inbox()

    def die() -> Receipt:
        raise KeyboardInterrupt

    rig.client.answers = [die]
    [lease] = rig.queue.lease("actions-facebook")
    with pytest.raises(KeyboardInterrupt):
        rig.send_one(lease.data["action"])
    rig.queue.acknowledge(lease)
    rig.later(minutes=3)
    assert run(rig).actions == 1
    rig.send()
    [action] = rig.store.unsettled(5)
    assert action.state is ActionState.UNKNOWN
    assert len(rig.client.asked) == 1


def test_an_acknowledgement_that_is_too_late_expires(rig: Rig) -> None:
    rig.now = NIGHT
    rig.deliver(page(comment("When do you open?", at=NIGHT)))
    rig.inbox()
    rig.later(hours=12)
    assert run(rig).actions == 1
    rig.send()
    [action] = rig.store.actions_of(rig.case().id)
    assert (action.state, action.sweep_at, rig.client.asked) == (ActionState.EXPIRED, None, [])


def test_an_outcome_nobody_knows_is_not_told_again(rig: Rig) -> None:
    rig.now = NIGHT
    rig.deliver(page(comment("When do you open?", at=NIGHT)))
    rig.inbox()

    def cut() -> Receipt:
        raise OutcomeUnknown("cut")

    rig.client.answers = [cut]
    rig.send()
    rig.later(days=1)
    assert run(rig) == sweeping.Swept(0, 0)
