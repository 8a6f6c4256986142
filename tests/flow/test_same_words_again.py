"""The same words in another copy, and other words in the same delivery: what is news, and what is answered."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from shared.domain.case import State
from tests.rig import NIGHT, OPEN, Rig, comment, page

QUESTION = "When do you open?"
SOON = 60  # seconds


def edited(text: str, *, at: datetime = OPEN) -> dict[str, Any]:
    return comment(text, at=at, verb="edited", edited_time=int(at.timestamp()) + SOON)


def test_an_add_and_its_edit_in_one_delivery_are_two_revisions(rig: Rig) -> None:
    rig.run(page(comment("Hello", at=OPEN), edited(QUESTION)))
    assert [made.event.text for _, made in rig.case().history] == ["Hello", QUESTION]


def test_the_same_words_under_a_new_time_never_reopen_a_closed_case(rig: Rig) -> None:
    rig.run(page(comment(QUESTION, at=OPEN)))
    rig.store.transact(lambda tx: tx.put_case(replace(rig.case(), state=State.CLOSED)))
    rig.run(page(edited(QUESTION)))
    assert len(rig.case().revisions) == 2
    assert rig.case().state is State.CLOSED


def test_a_greeting_that_becomes_a_question_at_night_is_not_acknowledged(rig: Rig) -> None:
    """The post itself was owed nothing when inbox took it, and edits are never acknowledged."""
    rig.now = NIGHT
    rig.run(page(comment("Thank you all", at=NIGHT)))
    rig.run(page(edited(QUESTION, at=NIGHT)))
    assessment = rig.case().assessment
    assert assessment is not None
    assert assessment.requires_response
    assert rig.store.actions_of(rig.case().id) == []
