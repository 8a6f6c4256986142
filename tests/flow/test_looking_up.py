"""A message that came as ids only: on the desk at once, and its words fetched until they are there."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest

from shared.domain.case import Case, State
from shared.domain.channel import Trouble
from shared.domain.message import Author, Event, EventKind, Kind, Part, Parts, Platform
from shared.ports import ChannelTrouble, Notice, QueueUnavailable
from shared.service import inbox, intake, looking_up, sweeping
from shared.service.assessment import assess
from shared.service.intake import Delivery, Taken
from tests.rig import NIGHT, OPEN, PAGE, Rig

BARE = Event(
    EventKind.POSTED, Platform.FACEBOOK, PAGE, "1_1", Kind.COMMENT, conversation="1", parent="1", sent_at=OPEN,
    incomplete=True,
)  # fmt: skip
WHOLE = replace(BARE, text="I want to kill myself tonight", author=Author("900"), incomplete=False)
THANKS = replace(WHOLE, text="Thank you all so much")
GONE = replace(BARE, event=EventKind.REMOVED, incomplete=False)


@dataclass
class Reader:
    """A platform that answers what the test says, and counts how often it was asked."""

    answers: list[Event | Trouble] = field(default_factory=list)
    asked: int = 0

    def read(self, case: Case) -> Parts:
        assert case.message == "1_1"
        self.asked += 1
        answer = self.answers.pop(0)
        if isinstance(answer, Trouble):
            raise ChannelTrouble(answer)
        yield Part(answer, {})


def deliver(rig: Rig, parts: Parts, delivery: Delivery | None = None) -> Taken:
    made = delivery or Delivery(Platform.FACEBOOK, rig.now, "digest", frozenset({PAGE}))
    judge = lambda event, at: assess(event, rig.library, at)  # noqa: E731
    return intake.take_in(parts, made, store=rig.store, queue=rig.queue, assess=judge)


def bare(event: Event = BARE) -> Iterator[Part]:
    yield Part(event, {"id": "1_1"})


def look_up(rig: Rig, reader: Reader) -> None:
    """Drain the topic of look-ups."""
    for lease in rig.queue.lease("lookups-facebook", 10):
        looking_up.look_up(
            lease.data["case"],
            Platform.FACEBOOK,
            rig.now,
            store=rig.store,
            reader=lambda _: reader,
            take_in=lambda parts, delivery: deliver(rig, parts, delivery),
        )
        rig.queue.acknowledge(lease)
    rig.inbox()


@pytest.fixture
def waiting(rig: Rig) -> Rig:
    deliver(rig, bare())
    rig.inbox()
    return rig


def test_it_is_on_the_desk_before_its_words_are(waiting: Rig) -> None:
    case = waiting.case()
    assert (case.state, case.incomplete) == (State.WAITING, True)


def test_the_words_are_fetched_and_assessed(waiting: Rig) -> None:
    look_up(waiting, Reader([WHOLE]))
    case = waiting.case()
    assert (case.incomplete, case.rank, case.sweep_at) == (False, 0, None)
    assert [r.event.text for r in case.content] == [WHOLE.text]


def test_what_turns_out_to_need_no_answer_goes_to_the_reading_tray(waiting: Rig) -> None:
    look_up(waiting, Reader([THANKS]))
    assert waiting.case().state is State.READING


def test_a_message_that_is_gone_becomes_a_tombstone(waiting: Rig) -> None:
    look_up(waiting, Reader([GONE]))
    assert waiting.case().removed_at is not None
    assert not waiting.case().incomplete


def test_a_platform_in_trouble_is_asked_again_later_and_less_often(waiting: Rig) -> None:
    pauses = []
    with pytest.raises(ChannelTrouble):
        look_up(waiting, Reader([Trouble.UNREACHABLE]))
    for _ in range(8):
        case = waiting.case()
        assert case.sweep_at is not None
        pauses.append(case.sweep_at - waiting.now)
        waiting.now = case.sweep_at
        sweeping.sweep(waiting.now, store=waiting.store, queue=waiting.queue)
        waiting.inbox()
    assert pauses[0] == timedelta(minutes=2)
    assert pauses == sorted(pauses)
    assert pauses[-1] == timedelta(hours=1)
    look_up(waiting, Reader([WHOLE] * 20))
    assert not waiting.case().incomplete


def test_after_two_days_a_person_opens_the_platform(waiting: Rig) -> None:
    waiting.later(days=2, seconds=1)
    sweeping.sweep(waiting.now, store=waiting.store, queue=waiting.queue)
    waiting.inbox()
    case = waiting.case()
    assert (case.sweep_at, case.state, case.incomplete) == (None, State.WAITING, True)


def test_words_that_are_there_are_not_asked_for_again(waiting: Rig) -> None:
    reader = Reader([WHOLE])
    waiting.queue.publish("lookups-facebook", [Notice({"case": waiting.case().id})] * 2)
    look_up(waiting, reader)
    assert reader.asked == 1


def test_another_platforms_look_up_touches_nothing(waiting: Rig) -> None:
    reader = Reader([WHOLE])
    looking_up.look_up(
        waiting.case().id, Platform.X, waiting.now, store=waiting.store, reader=lambda _: reader,
        take_in=lambda parts, delivery: deliver(waiting, parts, delivery),
    )  # fmt: skip
    assert reader.asked == 0


def test_a_queue_that_is_down_means_inbox_is_asked_again(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    deliver(rig, bare())
    [lease] = rig.queue.lease(intake.TOPIC, 10)
    case = lease.data["case"]

    def down(*_: object) -> None:
        raise QueueUnavailable

    with monkeypatch.context() as patch:
        patch.setattr(rig.queue, "publish", down)
        with pytest.raises(QueueUnavailable):
            inbox.take_case(case, rig.now, store=rig.store, queue=rig.queue, library=rig.library)
    inbox.take_case(case, rig.now, store=rig.store, queue=rig.queue, library=rig.library)
    look_up(rig, Reader([WHOLE]))
    assert not rig.case().incomplete


def test_an_author_found_at_night_is_acknowledged_once(rig: Rig) -> None:
    rig.now = NIGHT
    deliver(rig, bare(replace(BARE, sent_at=NIGHT)))
    rig.inbox()
    assert rig.send() == []
    look_up(rig, Reader([replace(WHOLE, sent_at=NIGHT)]))
    rig.send()
    look_up(rig, Reader([]))
    rig.send()
    assert [action.author for action in rig.client.asked] == ["900"]
