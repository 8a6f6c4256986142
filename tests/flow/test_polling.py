"""A poll that dies anywhere neither loses nor repeats, and says what is wrong with its channel."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from shared.domain.channel import Channel, Trouble
from shared.domain.message import Event, EventKind, Kind, Part, Parts, Platform, case_id
from shared.ports import ChannelTrouble, Page, StoreUnavailable
from shared.service import intake
from shared.service.assessment import assess
from shared.service.intake import Delivery, Taken
from shared.service.polling import poll
from shared.settings import ConfigurationError
from tests.rig import OPEN, Rig

ACCOUNT = "channel-1"


@dataclass
class Place:
    """A platform with ten messages in pages of two; it can break after so many pages."""

    breaks_after: int = 99
    error: Exception = field(default_factory=lambda: ChannelTrouble(Trouble.UNREACHABLE, "cut"))
    asked_from: list[int] = field(default_factory=list)
    shown: list[int] = field(default_factory=list)

    def pages(self, channel: Channel, now: object) -> Iterator[Page]:
        start = int(channel.cursor or 0)
        self.asked_from.append(start)
        if not self.breaks_after:
            raise self.error
        for number, first in enumerate(range(start, 10, 2)):
            if number == self.breaks_after:
                raise self.error
            self.shown += [first, first + 1]
            yield Page([said(first), said(first + 1)], str(first + 2), session=f"session-{first}")


def said(number: int) -> Part:
    event = Event(
        EventKind.POSTED, Platform.YOUTUBE, ACCOUNT, f"m{number}", Kind.COMMENT, f"Hello {number}", sent_at=OPEN
    )
    return Part(event, {"n": number})


def run(rig: Rig, place: Place) -> int:
    def take_in(parts: Parts, delivery: Delivery) -> Taken:
        judge = lambda event, at: assess(event, rig.library, at)  # noqa: E731
        return intake.take_in(parts, delivery, store=rig.store, queue=rig.queue, assess=judge)

    return poll(Platform.YOUTUBE, ACCOUNT, lambda _: place, lambda: rig.now, store=rig.store, take_in=take_in)


def stored(rig: Rig) -> set[str]:
    return {f"m{n}" for n in range(10) if rig.store.case(case_id(Platform.YOUTUBE, ACCOUNT, f"m{n}"))}


def channel(rig: Rig) -> Channel:
    found = rig.store.channel(Platform.YOUTUBE, ACCOUNT)
    assert found is not None
    return found


def test_everything_is_fetched_once(rig: Rig) -> None:
    place = Place()
    assert run(rig, place) == 10
    assert run(rig, place) == 0
    assert place.shown == list(range(10))
    assert (channel(rig).cursor, channel(rig).session, channel(rig).last_poll) == ("10", "session-8", rig.now)


@pytest.mark.parametrize("pages", range(6))
def test_a_poll_cut_off_after_a_page_goes_on_from_there(rig: Rig, pages: int) -> None:
    place = Place(breaks_after=pages)
    run(rig, place)
    place.breaks_after = 99
    run(rig, place)
    assert place.asked_from == [0, min(2 * pages, 10)]
    assert place.shown == list(range(10))
    assert len(stored(rig)) == 10


@pytest.mark.parametrize("name", ["merge", "keep_channel"])
@pytest.mark.parametrize("works", range(6))
def test_a_store_that_is_away_costs_nothing(rig: Rig, name: str, works: int, monkeypatch: pytest.MonkeyPatch) -> None:
    real, done = getattr(rig.store, name), iter(range(works))

    def call(*given: object) -> object:
        if next(done, None) is None:
            raise StoreUnavailable("away")
        return real(*given)

    with monkeypatch.context() as patch:
        patch.setattr(rig.store, name, call)
        try:
            run(rig, Place())
        except StoreUnavailable:
            assert (
                int((rig.store.channel(Platform.YOUTUBE, ACCOUNT) or Channel(Platform.YOUTUBE, ACCOUNT)).cursor or 0)
                <= 2 * works
            )
    run(rig, Place())
    assert len(stored(rig)) == 10


@pytest.mark.parametrize(
    ("error", "trouble"),
    [
        (ChannelTrouble(Trouble.ACCESS, "code 190"), Trouble.ACCESS),
        (ChannelTrouble(Trouble.QUOTA), Trouble.QUOTA),
        (ChannelTrouble(Trouble.SUBSCRIPTION), Trouble.SUBSCRIPTION),
        (ConfigurationError("no access token"), Trouble.ACCESS),
    ],
)
def test_what_is_wrong_is_noted_since_when_and_gone_when_it_works(rig: Rig, error: Exception, trouble: Trouble) -> None:
    run(rig, Place())
    worked = rig.now
    rig.later(minutes=5)
    for _ in range(3):
        run(rig, Place(breaks_after=0, error=error))
        rig.later(minutes=5)
    assert (channel(rig).trouble, channel(rig).trouble_since) == (trouble, worked + timedelta(minutes=5))
    assert channel(rig).last_poll == worked
    run(rig, Place())
    assert (channel(rig).trouble, channel(rig).trouble_since, channel(rig).last_poll) == (None, None, rig.now)
