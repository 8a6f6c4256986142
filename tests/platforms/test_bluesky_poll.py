"""What the poll of a Bluesky account finds, that it finds it once wherever it is cut, and how it keeps its session."""

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

import httpx
import pytest

from functions.bluesky.outbound import Bluesky
from infra.local.fakes import fake
from infra.local.fakes.fake import Fake
from shared.domain.channel import Channel, Trouble
from shared.domain.message import Event, EventKind, Platform
from shared.ports import ChannelTrouble, Page
from tests.platforms.bluesky_world import ROOT, US, World, minutes, theirs
from tests.platforms.conftest import NOW, TOKEN

START = Channel(Platform.BLUESKY, US)


class Desk:
    """Polls as the scheduler makes it happen, and keeps what came."""

    def __init__(self, app: Fake, http: httpx.Client) -> None:
        self.app, self.http, self.channel, self.password = app, http, START, TOKEN

    def pages(self, at: datetime) -> Iterator[Page]:
        client = Bluesky("http://127.0.0.1", US, self.password, self.channel.session, self.http)
        for page in client.pages(self.channel, at):
            session = self.channel.session if page.session is None else page.session
            self.channel = replace(self.channel, cursor=page.cursor, session=session)
            yield page

    def poll(self, at: datetime = NOW, most: int | None = None) -> list[Event]:
        pages = islice(self.pages(at), most)
        return [part.said for page in pages for part in page.parts if isinstance(part.said, Event)]


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def desk(world: World) -> Iterator[Desk]:
    app = world.fake()
    with httpx.Client(transport=httpx.WSGITransport(app=app)) as http:
        yield Desk(app, http)


def told(events: list[Event]) -> list[tuple[str, str | None]]:
    return sorted((str(event.event), event.id) for event in events)


def test_the_first_poll_goes_back_one_day_and_acknowledges_nothing(world: World, desk: Desk) -> None:
    for number, hours in enumerate((1, 5, 23, 25, 26, 27, 28, 24 * 8)):
        world.add(f"p{number}", NOW - timedelta(hours=hours))
    world.write("old", NOW - timedelta(hours=30))
    world.write("m1", NOW - timedelta(hours=2))
    found = desk.poll()
    assert told(found) == [
        ("posted", theirs("p0")),
        ("posted", theirs("p1")),
        ("posted", theirs("p2")),
        ("posted", "m1"),
    ]
    assert {event.no_ack for event in found} == {"backfill"}
    world.add("new", NOW + minutes(1))
    world.write("m2", NOW + minutes(2))
    found = desk.poll(NOW + minutes(5))
    assert [(e.id, e.no_ack, e.public, e.conversation) for e in found] == [
        (theirs("new"), None, True, ROOT),
        ("m2", None, False, "convo1"),
    ]


def test_what_came_before_comes_no_more(world: World, desk: Desk) -> None:
    world.add("p1", NOW - minutes(9))
    world.write("m1", NOW - minutes(9))
    assert len(desk.poll()) == 2
    assert [desk.poll(NOW + minutes(5 * n)) for n in range(1, 4)] == [[], [], []]


def test_old_private_messages_are_not_even_asked_for(world: World, desk: Desk) -> None:
    world.write("old", NOW - timedelta(days=2))
    assert desk.poll() == []
    assert "private messages before" not in world.calls


def test_what_the_network_saw_late_is_found(world: World, desk: Desk) -> None:
    """It stands below what was known, by the time it is dated."""
    for number in range(4):
        world.add(f"p{number}", NOW - minutes(10 * number + 1))
    desk.poll()
    world.add("late", NOW - minutes(25))
    assert told(desk.poll(NOW + minutes(5))) == [("posted", theirs("late"))]


def test_all_pages_of_news_are_read(world: World, desk: Desk) -> None:
    desk.poll()
    for number in range(9):
        world.add(f"p{number}", NOW + minutes(1))
        world.write(f"m{number}", NOW + minutes(1))
    assert len(desk.poll(NOW + minutes(5))) == 18


def test_an_edit_is_told_once(world: World, desk: Desk) -> None:
    uri = world.add("p1", NOW - minutes(9))
    desk.poll()
    world.edit(uri, "other words")
    (event,) = desk.poll(NOW + minutes(5))
    assert (event.event, event.id, event.text) == (EventKind.EDITED, uri, "other words")
    assert desk.poll(NOW + minutes(10)) == []


def test_our_own_reply_is_an_echo_and_is_never_looked_for(world: World, desk: Desk) -> None:
    uri = world.add("own", NOW - minutes(9), by=US)
    (echo,) = desk.poll()
    assert (echo.event, echo.parent, echo.id) == (EventKind.ECHO, ROOT, uri)
    del world.posts[uri]
    assert [desk.poll(NOW + minutes(5 * n)) for n in range(1, 4)] == [[], [], []]


def test_our_own_private_message_is_an_echo(world: World, desk: Desk) -> None:
    desk.poll()
    world.write("m1", NOW + minutes(1), by=US)
    (echo,) = desk.poll(NOW + minutes(5))
    assert (echo.event, echo.conversation, echo.public) == (EventKind.ECHO, "convo1", False)


def test_only_what_is_missing_twice_is_gone(world: World, desk: Desk) -> None:
    uris = [world.add(f"p{number}", NOW - minutes(number + 1)) for number in range(30)]
    desk.poll()
    gone, back = world.posts.pop(uris[20]), world.posts.pop(uris[21])
    assert desk.poll(NOW + minutes(5)) == []
    world.posts[uris[21]] = back
    assert told(desk.poll(NOW + minutes(10))) == [("removed", gone["uri"])]
    assert desk.poll(NOW + minutes(15)) == []


def test_an_answer_without_a_list_removes_nobody(world: World, desk: Desk) -> None:
    world.add("p1", NOW - minutes(5))
    desk.poll()
    for n in range(1, 4):
        answers: list[dict[str, Any]] = [{"did": US}, {"notifications": []}, {"feed": []}, {"post": []}]
        for body in answers:
            desk.app.next(200, body)
        with pytest.raises(ChannelTrouble, match=r"^unreachable: no list of posts$"):
            desk.poll(NOW + minutes(5 * n))
    assert desk.poll(NOW + minutes(20)) == []


@pytest.mark.parametrize("cut", range(1, 16))
def test_a_poll_cut_after_any_page_neither_loses_nor_repeats(world: World, desk: Desk, cut: int) -> None:
    for number in range(9):
        world.add(f"p{number}", NOW - minutes(10 * number + 1))
        world.write(f"m{number}", NOW - minutes(10 * number + 1))
    own = world.add("own", NOW - minutes(4), by=US)
    found = desk.poll(most=cut)
    world.write("m9", NOW + minutes(1))
    for n in range(1, 4):
        found += desk.poll(NOW + minutes(5 * n))
    messages = [message["id"] for message in world.messages]
    posted = {("posted", id_): 1 for id_ in (*world.posts, *messages) if id_ != own}
    assert Counter(told(found)) == Counter({**posted, ("echo", own): 1})


@pytest.mark.parametrize("kept", ["", "{}", "[]", "null", "\x00", '{"began": "soon"}', "{" * 5000])
def test_a_cursor_or_session_of_another_version_is_a_fresh_start(world: World, desk: Desk, kept: str) -> None:
    world.add("p1", NOW - minutes(5))
    desk.channel = replace(START, cursor=kept, session=kept)
    assert told(desk.poll()) == [("posted", theirs("p1"))]


def test_a_session_is_kept_from_run_to_run(world: World, desk: Desk) -> None:
    for n in range(3):
        desk.poll(NOW + minutes(5 * n))
    assert world.sessions == 1
    assert json.loads(desk.channel.session) == {"accessJwt": "access-1", "refreshJwt": "refresh-1"}


def test_a_session_that_ran_out_goes_on_without_the_password(world: World, desk: Desk) -> None:
    desk.poll()
    desk.password = "changed"
    world.sessions += 7  # the access token is no longer good
    desk.poll(NOW + minutes(5))
    assert [call for call in world.calls if "session" in call and "holds" not in call] == [
        "a new session",
        "the session goes on",
    ]
    assert json.loads(desk.channel.session)["refreshJwt"] == world.refresh


def test_the_password_is_the_last_resort(world: World, desk: Desk) -> None:
    desk.poll()
    world.sessions, world.refresh = 7, "another"
    desk.poll(NOW + minutes(5))
    assert world.calls.count("a new session") == 2


def test_a_new_session_is_kept_before_anything_else(world: World, desk: Desk) -> None:
    first = next(desk.pages(NOW))
    assert first.session
    assert world.calls == ["a new session"]


def test_while_the_network_fails_no_password_is_sent(world: World, desk: Desk) -> None:
    desk.poll()
    world.sessions += 7
    desk.app.next(400, {"error": "ExpiredToken"})
    desk.app.next(503, b"")
    with pytest.raises(ChannelTrouble, match=r"^unreachable: status 503$"):
        desk.poll(NOW + minutes(5))
    assert world.calls.count("a new session") == 1


def test_a_failure_is_no_end_of_a_session(world: World, desk: Desk) -> None:
    desk.poll()
    desk.app.next(503, b"")
    with pytest.raises(ChannelTrouble, match=r"^unreachable: status 503$"):
        desk.poll(NOW + minutes(5))
    assert [call for call in world.calls if "session" in call] == ["a new session"]


def test_without_the_right_to_private_messages_posts_still_come(world: World, desk: Desk) -> None:
    world.chat_allowed = False
    world.add("p1", NOW - minutes(5))
    found = []
    with pytest.raises(ChannelTrouble, match=r"^access: ExpiredToken$"):
        found = [part.said for page in desk.pages(NOW) for part in page.parts]
    assert found == []
    assert world.sessions == 1  # another session would not have it either
    assert desk.channel.cursor.count(theirs("p1")) == 1


@pytest.mark.parametrize(
    ("status", "body", "trouble", "fact"),
    [
        (429, {"error": "RateLimitExceeded"}, Trouble.QUOTA, "quota: RateLimitExceeded"),
        (400, {"error": "RateLimitExceeded"}, Trouble.QUOTA, "quota: RateLimitExceeded"),
        (
            401,
            {"error": "AuthenticationRequired", "message": "canary"},
            Trouble.ACCESS,
            "access: AuthenticationRequired",
        ),
        (400, {"error": "AccountTakedown"}, Trouble.ACCESS, "access: AccountTakedown"),
        (500, b"<html>", Trouble.UNREACHABLE, "unreachable: status 500"),
        (200, {"accessJwt": "only one"}, Trouble.UNREACHABLE, "unreachable: status 200"),
        (200, {"accessJwt": "two words", "refreshJwt": "x"}, Trouble.UNREACHABLE, "unreachable: status 200"),
        (400, {"error": "somebody's words"}, Trouble.UNREACHABLE, "unreachable: status 400"),
    ],
)
def test_each_trouble_is_named(desk: Desk, status: int, body: Any, trouble: Trouble, fact: str) -> None:
    desk.app.next(status, body)
    with pytest.raises(ChannelTrouble) as failed:
        desk.poll()
    assert (failed.value.trouble, str(failed.value)) == (trouble, fact)


def test_the_local_fake_has_something_to_show_each_day_and_removes_nobody() -> None:
    now = [NOW]
    app = fake("bluesky", TOKEN, lambda: now[0])
    with httpx.Client(transport=httpx.WSGITransport(app=app)) as http:
        desk, found = Desk(app, http), []
        for now[0] in (NOW, NOW + minutes(5), NOW + minutes(24 * 60)):
            found.append([str(event.event) for event in desk.poll(now[0])])
    assert found == [["posted", "posted"], [], ["posted"]]
