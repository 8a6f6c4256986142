"""What the poll of a YouTube channel finds, that it finds it once, wherever it is cut, and within a day's units."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import islice, pairwise
from typing import Any

import httpx
import pytest

from functions.youtube import crawl
from functions.youtube.outbound import YouTube
from shared.calling import memory
from shared.domain.channel import Channel, Trouble
from shared.domain.message import Event, EventKind, Platform
from shared.ports import ChannelTrouble, Page
from tests.platforms.conftest import NOW, TOKEN
from tests.platforms.youtube_world import US, World, minutes

START = Channel(Platform.YOUTUBE, US)
Found = list[tuple[str, str | None]]


class Desk:
    """Polls as the scheduler makes it happen, and keeps what came."""

    def __init__(self, world: World, http: httpx.Client) -> None:
        self.world, self.channel = world, START
        self.client = YouTube("http://127.0.0.1", TOKEN, http)

    def pages(self, at: datetime) -> Iterator[Page]:
        self.world.now = at
        for page in self.client.pages(self.channel, at):
            self.channel = replace(self.channel, cursor=page.cursor)
            yield page

    def poll(self, at: datetime = NOW, most: int | None = None) -> list[Event]:
        pages = islice(self.pages(at), most)
        return [part.said for page in pages for part in page.parts if isinstance(part.said, Event)]


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def desk(world: World) -> Iterator[Desk]:
    with httpx.Client(transport=httpx.WSGITransport(app=world.fake())) as http:
        yield Desk(world, http)


def told(events: list[Event]) -> Found:
    return sorted((str(event.event), event.id) for event in events)


def test_the_first_poll_goes_back_one_day_and_acknowledges_nothing(world: World, desk: Desk) -> None:
    for number, hours in enumerate((1, 5, 23, 25, 24 * 8)):
        world.add(f"c{number}", NOW - timedelta(hours=hours))
    found = desk.poll()
    assert told(found) == [("posted", "c0"), ("posted", "c1"), ("posted", "c2")]
    assert {event.no_ack for event in found} == {"backfill"}
    world.add("new", NOW + minutes(1))
    (event,) = desk.poll(NOW + minutes(5))
    assert (event.id, event.no_ack, event.conversation, event.account) == ("new", None, "v1", US)


def test_what_came_before_comes_no_more(world: World, desk: Desk) -> None:
    world.add("c1", NOW - minutes(9))
    assert len(desk.poll()) == 1
    assert [desk.poll(NOW + minutes(5 * n)) for n in range(1, 4)] == [[], [], []]


def test_all_pages_of_news_are_read(world: World, desk: Desk) -> None:
    desk.poll()
    for number in range(9):
        world.add(f"c{number}", NOW + minutes(1))
    assert len(desk.poll(NOW + minutes(5))) == 9


def test_news_comes_first_while_a_long_lap_goes_on(world: World, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("functions.youtube.outbound.CALLS_A_RUN", 9)
    for number in range(60):
        world.add(f"c{number:02}", NOW - minutes(20 * number + 1))
    desk.poll()
    for number in range(7):
        world.add(f"new{number}", NOW + minutes(1))
    found = {event.id for event in desk.poll(NOW + minutes(5))}
    assert found >= {f"new{number}" for number in range(7)}


def test_held_comments_are_found_and_marked(world: World, desk: Desk) -> None:
    world.add("h", NOW, status="heldForReview")
    world.add("s", NOW, status="likelySpam")
    found = {event.id: [a.type for a in event.attachments] for event in desk.poll()}
    assert found == {"h": ["held-for-review"], "s": ["likely-spam"]}


def test_an_edit_is_told_once(world: World, desk: Desk) -> None:
    world.add("c1", NOW - minutes(30))
    desk.poll()
    world.edit("c1", "other words", NOW + minutes(2))
    (event,) = desk.poll(NOW + minutes(5))
    assert (event.event, event.id, event.text, event.sent_at) == (
        EventKind.EDITED,
        "c1",
        "other words",
        NOW + minutes(2),
    )
    assert desk.poll(NOW + minutes(10)) == []


def test_a_late_reply_far_down_is_found(world: World, desk: Desk) -> None:
    """It does not lift its thread, and it is not among the replies that come with it."""
    for number in range(12):
        world.add(f"c{number:02}", NOW - timedelta(days=2, minutes=number))
    for number in range(7):
        world.add(f"c11.r{number}", NOW - minutes(50))
    assert len(desk.poll()) == 7
    world.add("c11.late", NOW + minutes(1))
    found = [event for n in (5, 10) for event in desk.poll(NOW + minutes(n))]
    assert [(event.id, event.parent, event.conversation) for event in found] == [("c11.late", "c11", "v1")]


def test_replies_come_in_several_pages(world: World, desk: Desk) -> None:
    world.replies_at_once = 3
    world.add("c1", NOW - minutes(60))
    for number in range(10):
        world.add(f"c1.r{number}", NOW - minutes(50 - number))
    assert len(desk.poll()) == 11


def test_our_own_reply_is_an_echo(world: World, desk: Desk) -> None:
    world.add("c1", NOW - minutes(9))
    world.add("c1.r1", NOW - minutes(5), who=US)
    echo = next(event for event in desk.poll() if event.event is EventKind.ECHO)
    assert (echo.parent, echo.author and echo.author.id) == ("c1", US)


def test_what_is_gone_becomes_a_tombstone_and_only_that(world: World, desk: Desk) -> None:
    for number in range(6):
        world.add(f"c{number}", NOW - minutes(10 + number))
    world.add("c0.r1", NOW - minutes(3))
    desk.poll()
    del world.comments["c4"], world.comments["c0.r1"]
    world.comments["c5"]["snippet"]["moderationStatus"] = "rejected"  # in no list, but there
    found = [event for n in (5, 10, 15) for event in desk.poll(NOW + minutes(n))]
    assert told(found) == [("removed", "c0.r1"), ("removed", "c4")]


def test_an_answer_without_items_removes_nobody(world: World, desk: Desk) -> None:
    world.add("c1", NOW - minutes(10))
    desk.poll()
    fake = world.fake()
    del world.comments["c1"]
    with httpx.Client(transport=httpx.WSGITransport(app=fake)) as http:
        desk.client = YouTube("http://127.0.0.1", TOKEN, http)
        answers: list[dict[str, Any]] = [*[{"items": []}] * 3, {"kind": "youtube#commentListResponse"}]
        for body in answers:
            fake.next(200, body)
        found = []
        with pytest.raises(ChannelTrouble, match=r"^unreachable: status 200$"):
            found = desk.poll(NOW + minutes(5))
        assert found == []
        assert told(desk.poll(NOW + minutes(10))) == [("removed", "c1")]


def test_a_thread_that_vanishes_between_two_calls_stops_nothing(world: World, desk: Desk) -> None:
    world.add("c1", NOW - minutes(60))
    for number in range(8):
        world.add(f"c1.r{number}", NOW - minutes(50))
    pages = desk.pages(NOW)
    found = [len(next(pages).parts)]
    world.comments.clear()
    found += [len(page.parts) for page in pages]
    assert sum(found) == 6  # the comment and the five replies shown with it
    assert {event.event for event in desk.poll(NOW + minutes(5))} == {EventKind.REMOVED}


@pytest.mark.parametrize("cut", range(1, 12))
def test_a_poll_cut_after_any_page_neither_loses_nor_repeats(world: World, desk: Desk, cut: int) -> None:
    for number in range(9):
        world.add(f"c{number}", NOW - minutes(10 * number + 1))
    for number in range(8):
        world.add(f"c3.r{number}", NOW - minutes(5))
    world.add("held", NOW - minutes(4), status="heldForReview")
    found = desk.poll(most=cut)
    for n in range(1, 4):
        found += desk.poll(NOW + minutes(5 * n))
    assert Counter(told(found)) == Counter({("posted", id_): 1 for id_ in world.comments})


def test_a_poll_cut_again_and_again_comes_round(world: World, desk: Desk) -> None:
    for number in range(9):
        world.add(f"c{number}", NOW - minutes(10 * number + 1))
    desk.poll()
    del world.comments["c7"]
    found = [event for n in range(1, 12) for event in desk.poll(NOW + minutes(5 * n), most=4)]
    assert told(found) == [("removed", "c7")]


@pytest.mark.parametrize("cursor", ["", "{}", "[]", "null", "\x00", '{"began": "soon"}', "{" * 5000])
def test_a_cursor_of_another_version_is_a_fresh_start(world: World, desk: Desk, cursor: str) -> None:
    world.add("c1", NOW - minutes(5))
    desk.channel = replace(START, cursor=cursor)
    assert told(desk.poll()) == [("posted", "c1")]


def test_what_is_remembered_is_bounded_and_what_is_forgotten_is_no_news(
    world: World, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(memory, "KNOWN", 20)
    world.at_once = 100
    for number in range(50):
        world.add(f"c{number}", NOW - minutes(number + 1))
    assert len(desk.poll()) == 50
    assert len(crawl.Crawl.resume(desk.channel.cursor, NOW).known) == 20
    assert [desk.poll(NOW + minutes(5 * n)) for n in range(1, 6)] == [[]] * 5


def reasoned(status: int, reason: str) -> tuple[int, Any]:
    return status, {"error": {"code": status, "message": "canary", "errors": [{"reason": reason}]}}


@pytest.mark.parametrize(
    ("status", "body", "trouble", "fact"),
    [
        (*reasoned(403, "quotaExceeded"), Trouble.QUOTA, "quota: quotaExceeded"),
        (*reasoned(403, "rateLimitExceeded"), Trouble.QUOTA, "quota: rateLimitExceeded"),
        (429, b"", Trouble.QUOTA, "quota: status 429"),
        (*reasoned(401, "authError"), Trouble.ACCESS, "access: authError"),
        (*reasoned(403, "insufficientPermissions"), Trouble.ACCESS, "access: insufficientPermissions"),
        (*reasoned(403, "somebody's words"), Trouble.ACCESS, "access: status 403"),
        (500, b"<html>", Trouble.UNREACHABLE, "unreachable: status 500"),
        (200, {"items": "none"}, Trouble.UNREACHABLE, "unreachable: status 200"),
        (200, [], Trouble.UNREACHABLE, "unreachable: status 200"),
        (400, {"error": {"errors": "x"}}, Trouble.UNREACHABLE, "unreachable: status 400"),
    ],
)
def test_each_trouble_is_named(status: int, body: Any, trouble: Trouble, fact: str) -> None:
    fake = World().fake()
    fake.next(status, body)
    with httpx.Client(transport=httpx.WSGITransport(app=fake)) as http:
        pages = YouTube("http://127.0.0.1", TOKEN, http).pages(START, NOW)
        with pytest.raises(ChannelTrouble) as failed:
            list(pages)
    assert (failed.value.trouble, str(failed.value)) == (trouble, fact)


def test_a_spent_quota_is_not_asked_again_before_midnight_in_california(world: World, desk: Desk) -> None:
    fake = world.fake()
    fake.next(*reasoned(403, "quotaExceeded"))
    with httpx.Client(transport=httpx.WSGITransport(app=fake)) as http:
        desk.client = YouTube("http://127.0.0.1", TOKEN, http)
        for at in (NOW, NOW + minutes(5), datetime(2026, 11, 22, 7, 59, tzinfo=UTC)):
            with pytest.raises(ChannelTrouble, match=r"^quota: "):
                desk.poll(at)
        assert len(fake.asked) == 1
        desk.poll(datetime(2026, 11, 22, 8, 0, tzinfo=UTC))
        assert len(fake.asked) > 1


def day_of_polls(world: World, desk: Desk) -> Iterator[tuple[datetime, list[Event]]]:
    midnight = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)  # in California
    for n in range(288):
        at = midnight + minutes(5 * n)
        yield at, desk.poll(at)


def test_a_busy_day_leaves_the_units_for_forty_answers(world: World, desk: Desk) -> None:
    """A week with 120 threads on 40 pages, ten of them long: more than any run can ask for."""
    world.at_once = 3
    for number in range(120):
        world.add(f"c{number:03}", datetime(2026, 11, 21, 8, 0, tzinfo=UTC) - minutes(84 * number))
    for number in range(0, 120, 12):
        for reply in range(6):
            world.add(f"c{number:03}.r{reply}", datetime(2026, 11, 21, 7, 0, tzinfo=UTC))
    late, found, at_once = [], [], []
    for at, events in day_of_polls(world, desk):
        found += events
        if at.minute == 30:
            world.add(f"c{at.hour * 4:03}.late{at.hour}", at)
            late.append(f"c{at.hour * 4:03}.late{at.hour}")
        at_once.append(len(world.calls))
    assert at_once[-1] <= crawl.READS
    assert at_once[-1] > 5000  # and they are put to use
    assert crawl.CALLS_A_RUN * 288 <= crawl.READS <= crawl.UNITS_A_DAY - 40 * 50
    assert max(b - a for a, b in pairwise(at_once)) <= crawl.CALLS_A_RUN
    told_of = {event.id for event in found}
    assert [id_ for id_ in late[:-1] if id_ not in told_of] == []


def test_a_scheduler_that_calls_too_often_cannot_spend_the_day(
    world: World, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(crawl, "READS", 300)
    monkeypatch.setattr("functions.youtube.outbound.READS", 300)
    world.add("c1", NOW - minutes(5))
    midnight = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)
    spent = []
    for n in range(120):
        try:
            desk.poll(midnight + timedelta(seconds=30 * n))
        except ChannelTrouble as error:
            spent.append(error.trouble)
    assert len(world.calls) == 300
    assert set(spent) == {Trouble.QUOTA}
