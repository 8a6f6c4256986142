"""The out-of-hours acknowledgement: one per author and conversation per closed period (design.md, promise 5)."""

from datetime import UTC, datetime, timedelta

import pytest

from shared.domain.action import ActionState
from shared.service import inbox
from tests.rig import LIBRARY, NIGHT, OPEN, PAGE, Rig, comment, direct, entries, page

QUESTION = "When do you open?"


def sent(rig: Rig) -> list[str]:
    """Whom the platform was asked to answer."""
    return [action.target for action in rig.client.asked]


def test_a_question_at_night_is_acknowledged_once_and_at_once(rig: Rig) -> None:
    rig.now = NIGHT
    rig.run(page(comment(QUESTION, at=NIGHT)))
    [action] = rig.client.asked
    assert action.target == "1_1"
    assert action.text == LIBRARY.in_force(NIGHT).acknowledgement(datetime(2026, 11, 25, 9, 0, tzinfo=UTC))
    [stored] = rig.store.actions_of(rig.case().id)
    assert (stored.state, stored.platform_id) == (ActionState.SENT, "posted_1")


def test_the_wording_says_that_it_is_automatic_when_the_team_is_back_and_where_to_get_help(rig: Rig) -> None:
    rig.now = NIGHT
    rig.run(page(comment(QUESTION, at=NIGHT)))
    text = rig.client.asked[0].text
    assert "automatic" in text
    assert "Wednesday 25 November" in text
    assert "999" in text
    assert "https://www.cntw.nhs.uk/need-help-now" in text


def test_in_hours_nobody_is_acknowledged(rig: Rig) -> None:
    rig.run(page(comment(QUESTION, at=OPEN)))
    assert sent(rig) == []


def test_posted_in_hours_and_delivered_after_closing_is_not_acknowledged(rig: Rig) -> None:
    rig.now = datetime(2026, 11, 20, 17, 20, tzinfo=UTC)
    rig.run(page(comment(QUESTION, at=datetime(2026, 11, 20, 16, 50, tzinfo=UTC))))
    assert sent(rig) == []
    assert rig.case().due == datetime(2026, 11, 23, 17, 0, tzinfo=UTC)


def test_written_last_night_and_delivered_in_hours_is_not_acknowledged(rig: Rig) -> None:
    rig.now = OPEN
    rig.run(page(comment(QUESTION, at=OPEN - timedelta(hours=3))))
    assert sent(rig) == []


def test_older_than_the_limit_is_not_acknowledged(rig: Rig) -> None:
    saturday = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
    limit = LIBRARY.in_force(saturday).limits.ack_max_age
    rig.now = saturday + limit + timedelta(seconds=1)
    rig.run(entries(direct("Can you help me?", at=saturday, id="m_1", author="1")))
    rig.run(entries(direct("Can you help me?", at=saturday + timedelta(seconds=10), id="m_2", author="2")))
    assert sent(rig) == ["m_2"]


def test_three_messages_in_four_minutes_are_one_acknowledgement(rig: Rig) -> None:
    rig.now = NIGHT
    for minute in range(3):
        rig.run(entries(direct("Are you there?", at=rig.now, id=f"m_{minute}")))
        rig.later(minutes=2)
    assert sent(rig) == ["m_0"]


def test_the_next_closed_period_is_a_new_one(rig: Rig) -> None:
    for day in range(2):
        rig.now = NIGHT + timedelta(days=day)
        rig.run(entries(direct("Are you there?", at=rig.now, id=f"m_{day}")))
    assert sent(rig) == ["m_0", "m_1"]


def test_the_repeated_hour_of_october_is_one_closed_period(rig: Rig) -> None:
    for minute, hour in ((30, 0), (30, 1)):  # 01:30 BST, then 01:30 GMT
        rig.now = datetime(2026, 10, 25, hour, minute, tzinfo=UTC)
        rig.run(entries(direct("Are you there?", at=rig.now, id=f"m_{hour}")))
    assert sent(rig) == ["m_0"]


def test_another_author_and_another_conversation_are_acknowledged_of_their_own(rig: Rig) -> None:
    rig.now = NIGHT
    rig.run(page(comment(QUESTION, at=NIGHT, id="1_1", author="1")))
    rig.run(page(comment(QUESTION, at=NIGHT, id="1_2", author="2")))
    rig.run(page(comment(QUESTION, at=NIGHT, id="2_1", author="1", post_id=f"{PAGE}_2", parent_id=f"{PAGE}_2")))
    assert sorted(sent(rig)) == ["1_1", "1_2", "2_1"]


def test_at_most_three_in_public_under_one_post(rig: Rig) -> None:
    rig.now = NIGHT
    for n in range(5):
        rig.run(page(comment(QUESTION, at=NIGHT, id=f"1_{n}", author=str(n + 1))))
    assert sent(rig) == ["1_0", "1_1", "1_2"]


def test_in_public_only_what_requires_a_response(rig: Rig) -> None:
    rig.now = NIGHT
    rig.run(page(comment("Thank you all, lovely people", at=NIGHT)))
    rig.run(page(comment("Buy now at www.example.com, 50% off today only", at=NIGHT, id="1_2")))
    assert sent(rig) == []


def test_in_private_everybody_who_writes(rig: Rig) -> None:
    rig.now = NIGHT
    rig.run(entries(direct("Thank you all", at=NIGHT)))
    assert sent(rig) == ["m_1"]


def test_somebody_in_crisis_gets_the_same_words_as_everybody(rig: Rig) -> None:
    rig.now = NIGHT
    rig.run(entries(direct("I am going to kill myself", at=NIGHT, id="m_1", author="1")))
    rig.run(entries(direct("Thanks", at=NIGHT, id="m_2", author="2")))
    assert len({action.text for action in rig.client.asked}) == 1


@pytest.mark.parametrize(
    "delivery",
    [
        page(comment(QUESTION, at=NIGHT, author=None)),
        page(comment(QUESTION, at=NIGHT, author=PAGE)),
        page(comment(QUESTION, at=NIGHT, verb="edited", edited_time=int(NIGHT.timestamp()))),
        page(comment(QUESTION, at=NIGHT, verb="hide")),
        page(comment(None, at=NIGHT, verb="remove")),
        page(comment(None, at=NIGHT, item="reaction", reaction_type="love")),
        entries(direct(QUESTION, at=NIGHT, key="standby")),
        page({"field": "mention", "value": {"item": "comment", "verb": "add", "comment_id": "7_1", "post_id": "7_7",
                                            "message": QUESTION, "created_time": int(NIGHT.timestamp())}}),
    ],
    ids=["no author", "our own echo", "edit", "hidden", "removed", "reaction", "standby", "mention"],
)  # fmt: skip
def test_what_is_never_acknowledged(rig: Rig, delivery: dict[str, object]) -> None:
    rig.now = NIGHT
    rig.run(delivery)
    assert sent(rig) == []


def test_a_message_removed_before_inbox_took_it_is_not_acknowledged(rig: Rig) -> None:
    rig.now = NIGHT
    rig.deliver(page(comment(QUESTION, at=NIGHT)))
    rig.run(page(comment(None, at=NIGHT, verb="remove")))
    assert sent(rig) == []


def test_an_edit_at_night_of_what_was_taken_in_hours_is_not_acknowledged(rig: Rig) -> None:
    rig.run(page(comment("Lovely", at=OPEN)))
    rig.now = NIGHT
    rig.run(page(comment(QUESTION, at=OPEN, verb="edited", edited_time=int(NIGHT.timestamp()))))
    assert sent(rig) == []


def test_a_redelivery_hours_later_in_the_same_night_is_not_a_second_one(rig: Rig) -> None:
    rig.now = NIGHT
    rig.run(page(comment(QUESTION, at=NIGHT)))
    rig.later(hours=5)
    rig.run(page(comment(QUESTION, at=NIGHT)))
    assert sent(rig) == ["1_1"]


def test_inbox_asked_again_and_again_reserves_once_and_publishes_until_it_is_sent(rig: Rig) -> None:
    """Dying between the commit and the publish must not cost the acknowledgement."""
    rig.now = NIGHT
    rig.deliver(page(comment(QUESTION, at=NIGHT)))
    for _ in range(3):
        inbox.take_case(rig.case().id, rig.now, store=rig.store, queue=rig.queue, library=rig.library)
    assert len(rig.store.actions_of(rig.case().id)) == 1
    rig.send()
    assert sent(rig) == ["1_1"]
    inbox.take_case(rig.case().id, rig.now, store=rig.store, queue=rig.queue, library=rig.library)
    assert rig.queue.lease("actions-facebook") == []


def test_a_queue_that_shuffles_and_repeats_changes_nothing(tmp_path_factory: pytest.TempPathFactory) -> None:
    for seed in range(20):
        rig = Rig(tmp_path_factory.mktemp("rig"), now=NIGHT, seed=seed, repeats=0.5)
        for n in range(4):
            rig.deliver(entries(direct("Are you there?", at=NIGHT, id=f"m_{n}", author=str(n % 2 + 1))))
        rig.inbox()
        rig.send()
        rig.later(minutes=5)
        rig.inbox()
        rig.send()
        assert sorted(action.author for action in rig.client.asked) == ["1", "2"]
