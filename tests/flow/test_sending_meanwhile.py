"""What happened to the case or the action while an answer was on its way (design.md, promise 5)."""

from dataclasses import replace
from datetime import timedelta

import pytest

from shared.domain.action import Action, ActionState, start
from shared.domain.case import State
from shared.ports import Receipt
from shared.service.sending import Sent
from tests.rig import NIGHT, Rig, comment, page


@pytest.fixture
def waiting(rig: Rig) -> Rig:
    """A rig with one acknowledgement reserved."""
    rig.now = NIGHT
    rig.deliver(page(comment("When do you open?", at=NIGHT)))
    rig.inbox()
    return rig


def action(rig: Rig) -> Action:
    [only] = rig.store.actions_of(rig.case().id)
    return only


def test_a_case_that_a_person_closed_is_not_answered(waiting: Rig) -> None:
    closed = replace(waiting.case(), state=State.CLOSED)
    waiting.store.transact(lambda tx: tx.put_case(closed))
    assert waiting.send_one(action(waiting).id) is Sent.DONE
    assert (action(waiting).state, waiting.client.asked) == (ActionState.EXPIRED, [])


def test_an_attempt_never_ends_another_that_is_under_way(waiting: Rig) -> None:
    """A person may have decided to try again while the first call still hung."""
    other = start(action(waiting), "another attempt", waiting.now + timedelta(hours=1))

    def slow() -> Receipt:
        waiting.store.transact(lambda tx: tx.put_action(other))
        return Receipt("posted_1")

    waiting.client.answers = [slow]
    waiting.send_one(action(waiting).id)
    assert action(waiting) == other
