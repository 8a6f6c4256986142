"""What happened to the case or the action while an answer was on its way (design.md, promise 5)."""

from dataclasses import replace
from datetime import timedelta

from shared.domain.action import ActionState, start
from shared.domain.case import State
from shared.ports import Receipt
from shared.service.sending import Sent
from tests.rig import Rig


def test_a_case_that_a_person_closed_is_not_answered(waiting: Rig) -> None:
    closed = replace(waiting.case(), state=State.CLOSED)
    waiting.store.transact(lambda tx: tx.put_case(closed))
    assert waiting.send_one(waiting.action().id) is Sent.DONE
    assert (waiting.action().state, waiting.client.asked) == (ActionState.EXPIRED, [])


def test_an_attempt_never_ends_another_that_is_under_way(waiting: Rig) -> None:
    """A person may have decided to try again while the first call still hung."""
    other = start(waiting.action(), "another attempt", waiting.now + timedelta(hours=1))

    def slow() -> Receipt:
        waiting.store.transact(lambda tx: tx.put_action(other))
        return Receipt("posted_1")

    waiting.client.answers = [slow]
    waiting.send_one(waiting.action().id)
    assert waiting.action() == other
