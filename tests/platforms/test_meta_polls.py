"""Recent posts of Instagram and Threads read again: what was missed or changed arrives once, wherever a run ends."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import httpx
import pytest

from functions.instagram.inbound import parse as instagram
from functions.instagram.outbound import Instagram
from functions.threads.inbound import parse as threads
from functions.threads.outbound import Threads
from infra.local.fakes.contract import load as contract
from infra.local.fakes.facebook import refuse
from infra.local.fakes.fake import Asked, Fake, Manner, Reply
from infra.manifests import FUNCTIONS
from shared.adapters.sqlite import Database, SqliteQueue, SqliteStore
from shared.domain.case import Case
from shared.domain.channel import Channel, Trouble
from shared.domain.message import EventKind, Parts, Platform, case_id
from shared.principles.loading import load
from shared.service import inbox, intake, polling
from shared.service.assessment import assess
from tests.platforms.conftest import TOKEN, Served, serve

NOW = datetime(2026, 11, 21, 22, 0, tzinfo=UTC)
LIBRARY = load()
OURS = "local.trust"


class Cut(BaseException):
    """The process is gone."""


@dataclass
class Said:
    """One comment as its platform keeps it."""

    id: str
    who: str
    text: str
    at: datetime = NOW - timedelta(hours=2)
    to: str | None = None  # the comment it answers


@dataclass
class World:
    """A platform with posts, and our side of it."""

    platform: Platform
    account: str
    client: Callable[[str], Any]
    posts: dict[str, list[Said]] = field(default_factory=dict)
    at_once: int = 50  # how many one list shows
    now: datetime = NOW
    broken: str = ""  # a post that the platform cannot show

    def open(self, folder: Path, served: Served) -> None:
        self.served = served
        database = Database(folder / "world.sqlite3")
        self.store = SqliteStore(database)
        self.queue = SqliteQueue(database, lambda: self.now, Random(1))

    def take_in(self, parts: Parts, delivery: intake.Delivery) -> intake.Taken:
        return intake.take_in(
            parts,
            delivery,
            store=self.store,
            queue=self.queue,
            assess=lambda event, at: assess(event, LIBRARY, at),
        )

    def poll(self, take_in: Any = None) -> int:
        return polling.poll(
            self.platform,
            self.account,
            lambda _: self.client(self.served.url),
            lambda: self.now,
            store=self.store,
            take_in=take_in or self.take_in,
        )

    def place(self) -> None:
        for lease in self.queue.lease(intake.TOPIC, 5000):
            inbox.take_case(lease.data["case"], self.now, store=self.store, queue=self.queue, library=LIBRARY)

    def case(self, id_: str) -> Case | None:
        return self.store.case(case_id(self.platform, self.account, id_))

    def channel(self) -> Channel:
        found = self.store.channel(self.platform, self.account)
        assert found
        return found

    def told(self) -> dict[str, list[tuple[str, str | None]]]:
        """Every revision of every message of every post."""
        cases = {said.id: self.case(said.id) for under in self.posts.values() for said in under}
        return {
            id_: [(str(r.event.event), r.event.text) for _, r in case.history] for id_, case in cases.items() if case
        }

    def calls(self) -> list[str]:
        return [asked["path"] for asked in reversed(self.served.fake.asked)]

    def answer(self, asked: Asked) -> Reply:
        if asked.names.get("media") == self.broken:
            return 500, {"error": {"code": 2}}
        body = _INSTAGRAM if self.platform is Platform.INSTAGRAM else _THREADS
        return 200, body[asked.call.name](self, asked)

    def list(self, asked: Asked, items: list[Any]) -> dict[str, Any]:
        """A page of a list; the place to go on is a number."""
        start = int(asked.parameters.get("after", 0))
        end = start + self.at_once
        paging = {"cursors": {"after": str(end)}, **({"next": "https://example.org"} if end < len(items) else {})}
        return {"data": items[start:end], "paging": paging}


def _iso(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%S+0000")


def _on_instagram(world: World, said: Said) -> dict[str, Any]:
    written = {"id": said.id, "text": said.text, "timestamp": _iso(said.at), "username": said.who}
    return {**written, "from": {"id": f"id-of-{said.who}", "username": said.who}}


def _comments(world: World, asked: Asked) -> dict[str, Any]:
    under = world.posts[asked.names["media"]]
    tops = [_on_instagram(world, said) for said in under if said.to is None]
    for top in tops:
        replies = [_on_instagram(world, said) for said in under if said.to == top["id"]]
        if replies:
            top["replies"] = {"data": replies[:2], "paging": {"cursors": {"after": "2"}}}
            top["replies"]["paging"] |= {"next": "https://example.org"} if replies[2:] else {}
    return world.list(asked, tops)


def _replies(world: World, asked: Asked) -> dict[str, Any]:
    found = [s for under in world.posts.values() for s in under if s.to == asked.names["comment"]]
    return world.list(asked, [_on_instagram(world, said) for said in found])


def _conversation(world: World, asked: Asked) -> dict[str, Any]:
    root = asked.names["media"]
    items = [
        {
            "id": said.id,
            "text": said.text,
            "timestamp": _iso(said.at),
            "username": said.who,
            "replied_to": {"id": said.to or root},
            "is_reply_owned_by_me": said.who == OURS,
        }
        for said in world.posts[root]
    ]
    return world.list(asked, items)


_INSTAGRAM: dict[str, Callable[[World, Asked], dict[str, Any]]] = {
    "whether Instagram still delivers": lambda world, asked: {
        "data": [{"id": "1", "subscribed_fields": ["comments", "messages"]}]
    },
    "recent posts": lambda world, asked: {"data": [{"id": post, "username": OURS} for post in world.posts]},
    "comments under a post": _comments,
    "replies to a comment": _replies,
}
_THREADS: dict[str, Callable[[World, Asked], dict[str, Any]]] = {
    "whether our access works": lambda world, asked: {"id": world.account, "username": OURS},
    "recent posts": lambda world, asked: {"data": [{"id": post, "has_replies": True} for post in world.posts]},
    "all replies under a post": _conversation,
}
MAKE: dict[str, Callable[[], World]] = {
    "instagram": lambda: World(Platform.INSTAGRAM, "17841400000000001", lambda url: Instagram(url, TOKEN)),
    "threads": lambda: World(Platform.THREADS, "20000000000000001", lambda url: Threads(url, TOKEN)),
}


@pytest.fixture(params=list(MAKE))
def world(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[World]:
    made = MAKE[request.param]()
    made.posts = {
        "501": [Said("601", "asha", "Is it free?"), Said("602", OURS, "Yes, it is.", to="601")],
        "502": [Said("603", "ben", "When?"), Said("604", "cleo", "Where?", to="603")],
        "503": [Said("605", "dan", "Why?")],
    }
    rows = contract(FUNCTIONS / request.param / "contract.toml")
    fake = Fake(TOKEN, lambda: NOW, rows, Manner(refuse, made.answer))
    for served in serve(fake):
        made.open(tmp_path, served)
        yield made


ALL = {
    "601": [("posted", "Is it free?"), ("echo", "Yes, it is.")],
    "603": [("posted", "When?")],
    "604": [("posted", "Where?")],
    "605": [("posted", "Why?")],
}


def test_what_was_never_delivered_arrives_late_and_is_never_acknowledged(world: World) -> None:
    assert world.poll() == 4
    world.place()
    assert {id_: sorted(told, reverse=True) for id_, told in world.told().items()} == ALL
    for id_ in ALL:
        case = world.case(id_)
        assert case
        assert case.content[0].event.no_ack == "backfill"
        assert case.content[0].event.sent_at == NOW - timedelta(hours=2)
        assert world.store.actions_of(case.id) == []
    assert world.channel().trouble is None


def test_our_own_reply_answers_what_it_is_under(world: World) -> None:
    world.posts["501"][1].at = NOW - timedelta(hours=1)
    world.poll()
    world.place()
    answered, waiting = world.case("601"), world.case("603")
    assert answered
    assert answered.answered_at == NOW - timedelta(hours=1)
    assert answered.replies[0].event.author
    assert answered.replies[0].event.author.id == world.account
    assert waiting
    assert waiting.answered_at is None
    assert world.case("602") is None


def test_what_was_told_is_not_told_again(world: World) -> None:
    assert world.poll() == 4
    world.now += timedelta(minutes=15)
    assert world.poll() == 0
    world.posts["503"].append(Said("606", "eve", "How?"))
    assert world.poll() == 1
    assert world.told()["606"] == [("posted", "How?")]


def test_a_changed_text_is_an_edit_and_only_once(world: World) -> None:
    world.poll()
    world.posts["502"][0].text = "When exactly?"
    world.now += timedelta(minutes=15)

    def gone(parts: Parts, delivery: intake.Delivery) -> intake.Taken:
        if world.take_in(parts, delivery).cases:
            raise Cut  # stored, and its place not kept
        return intake.Taken(0, 0, 0, published=True)

    with pytest.raises(Cut):
        world.poll(gone)
    world.now += timedelta(minutes=15)
    assert world.poll() == 1
    assert world.poll() == 0
    world.place()
    assert world.told()["603"] == [("posted", "When?"), ("edited", "When exactly?")]
    case = world.case("603")
    assert case
    assert case.latest
    assert case.latest.event.text == "When exactly?"


@pytest.mark.parametrize("page", [1, 2, 3, 4])
@pytest.mark.parametrize("stored", [False, True])
def test_cut_off_at_any_page_nothing_is_lost_and_nothing_twice(world: World, page: int, stored: bool) -> None:
    seen = 0

    def cut(parts: Parts, delivery: intake.Delivery) -> intake.Taken:
        nonlocal seen
        seen += 1
        if seen == page and not stored:
            raise Cut
        taken = world.take_in(parts, delivery)
        if seen == page:
            raise Cut
        return taken

    with pytest.raises(Cut):
        world.poll(cut)
    world.now += timedelta(minutes=15)
    world.poll()
    world.place()
    assert {id_: sorted(told, reverse=True) for id_, told in world.told().items()} == ALL
    assert world.poll() == 0


def test_runs_that_are_always_cut_off_reach_every_post(world: World) -> None:
    for _ in range(3):
        pages = 0

        def cut(parts: Parts, delivery: intake.Delivery) -> intake.Taken:
            nonlocal pages
            pages += 1
            if pages == 3:
                raise Cut
            return world.take_in(parts, delivery)

        with pytest.raises(Cut):
            world.poll(cut)
    assert set(world.told()) == set(ALL)


def test_a_post_that_cannot_be_read_costs_the_others_nothing(world: World) -> None:
    world.broken = "502"
    for _ in range(2):
        world.poll()
    assert set(world.told()) == {"601", "605"}
    assert world.channel().trouble is Trouble.UNREACHABLE
    world.broken = ""
    world.poll()
    assert set(world.told()) == set(ALL)
    assert world.channel().trouble is None


def test_what_was_delivered_and_is_read_again_is_one_revision(world: World) -> None:
    said = world.posts["501"][0]
    value: dict[str, Any] = {"id": said.id, "text": said.text, "username": said.who}
    if world.platform is Platform.INSTAGRAM:
        value |= {"media": {"id": "501"}, "from": {"id": f"id-of-{said.who}", "username": said.who}}
        entry = {"id": world.account, "time": 1795291200, "changes": [{"field": "comments", "value": value}]}
        parts = instagram({"object": "instagram", "entry": [entry]})
    else:
        value |= {"timestamp": _iso(said.at), "replied_to": {"id": "501"}, "media_type": "TEXT_POST"}
        value |= {"root_post": {"id": "501", "owner_id": world.account, "username": OURS}}
        parts = threads({"time": 1795291200, "values": {"field": "replies", "value": value}})
    world.take_in(parts, intake.Delivery(world.platform, NOW, "d", frozenset({world.account})))
    world.poll()
    assert sorted(world.told()["601"], reverse=True) == ALL["601"]
    case = world.case("601")
    assert case
    assert case.content[0].event.no_ack is None  # as it was delivered


def test_what_was_just_written_is_left_to_its_delivery(world: World) -> None:
    world.posts["503"] = [Said("605", "dan", "Why?", at=NOW - timedelta(minutes=4))]
    world.poll()
    assert world.case("605") is None
    world.now += timedelta(minutes=2)
    assert world.poll() == 1
    assert world.case("605")


def test_long_lists_are_followed_but_not_for_ever(world: World) -> None:
    world.at_once = 2
    world.posts = {"501": [Said(str(700 + n), "asha", f"Question {n}") for n in range(20)]}
    assert world.poll() == 8
    assert sum("/501/" in path for path in world.calls()) == 4


def test_a_new_account_brings_one_day_and_not_its_history(world: World) -> None:
    world.posts["503"][0].at = NOW - timedelta(days=2)
    world.poll()
    assert set(world.told()) == set(ALL) - {"605"}


@pytest.mark.parametrize("cursor", ["", "7", "null", "[]", '{"known": 7}', "\ud83d", "{" * 5000, '{"last": []}'])
def test_a_cursor_that_is_none_of_ours_is_a_fresh_start(world: World, cursor: str) -> None:
    pages = list(world.client(world.served.url).pages(Channel(world.platform, world.account, cursor=cursor), NOW))
    assert [len(page.parts) for page in pages] == [0, 2, 2, 1]
    assert [json.loads(page.cursor)["last"] for page in pages] == ["501", "502", "503", "503"]


def test_an_odd_element_is_set_aside_and_costs_the_others_nothing(world: World) -> None:
    world.posts["503"].insert(0, Said(True, "dan", "Odd"))  # type: ignore[arg-type]
    world.poll()
    world.poll()
    assert len(world.store.quarantined(10)) == 1
    world.posts["503"].pop(0)
    assert set(world.told()) == set(ALL)


def test_an_account_without_posts_was_still_asked(world: World) -> None:
    world.posts = {}
    assert world.poll() == 0
    assert world.channel().last_poll == NOW


TROUBLES = [
    (400, {"error": {"code": 190, "error_subcode": 463}}, Trouble.ACCESS),
    (400, {"error": {"code": 10}}, Trouble.ACCESS),
    (400, {"error": {"code": 4}}, Trouble.QUOTA),
    (400, {"error": {"code": 613}}, Trouble.QUOTA),
    (503, b"<html>", Trouble.UNREACHABLE),
]


@pytest.mark.parametrize(("status", "body", "trouble"), TROUBLES)
def test_what_is_wrong_is_noted_and_gets_well_again(world: World, status: int, body: Any, trouble: Trouble) -> None:
    world.served.fake.next(status, body)
    assert world.poll() == 0
    assert world.channel().trouble is trouble
    assert world.channel().last_poll is None
    assert world.poll() == 4
    assert world.channel().trouble is None


def test_an_answer_that_is_no_list_is_trouble(world: World) -> None:
    first = {"data": [{"subscribed_fields": ["comments", "messages"]}], "username": OURS}
    world.served.fake.next(200, first)
    world.served.fake.next(200, {"data": "none"})
    assert world.poll() == 0
    assert world.channel().trouble is Trouble.UNREACHABLE


def test_trouble_half_way_keeps_what_was_read(world: World) -> None:
    steps = {"data": [{"subscribed_fields": ["comments", "messages"]}], "username": OURS}
    world.served.fake.next(200, steps)
    world.served.fake.next(200, {"data": [{"id": "501", "username": OURS}, {"id": "404"}, {"id": "503"}]})
    world.posts["404"] = []
    client = world.client(world.served.url)
    pages = client.pages(Channel(world.platform, world.account), NOW)
    assert [len(next(pages).parts) for _ in range(2)] == [0, 2]
    world.served.fake.next(400, {"error": {"code": 100, "error_subcode": 33}})
    assert next(pages).parts == []  # the post is gone
    assert len(next(pages).parts) == 1


@pytest.mark.parametrize("world", ["instagram"], indirect=True)
def test_more_replies_than_instagram_shows_are_asked_for(world: World) -> None:
    replies = [Said(f"70{n}", "ben", str(n), to="601") for n in range(5)]
    world.posts = {"501": [Said("601", "asha", "Hm"), *replies]}
    assert world.poll() == 6
    assert sum(path.endswith("/601/replies") for path in world.calls()) == 1
    for said in replies:
        case = world.case(said.id)
        assert case
        assert (case.content[0].event.kind, case.content[0].event.parent) == ("reply", "601")


@pytest.mark.parametrize("world", ["instagram"], indirect=True)
@pytest.mark.parametrize("fields", [["comments"], ["messages", "mentions"], []])
def test_instagram_without_a_subscription_delivers_nothing(world: World, fields: list[str]) -> None:
    world.served.fake.next(200, {"data": [{"subscribed_fields": fields}, {"subscribed_fields": None}, 7]})
    world.poll()
    assert world.channel().trouble is Trouble.SUBSCRIPTION


def test_with_facebook_login_the_subscription_is_the_pages() -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        assert request.url.path.endswith("/media")
        return httpx.Response(200, json={"data": []})

    with httpx.Client(transport=httpx.MockTransport(answer)) as http:
        client = Instagram("https://graph.facebook.com", TOKEN, http=http)
        assert len(list(client.pages(Channel(Platform.INSTAGRAM, "17841400000000001"), NOW))) == 1


@pytest.mark.parametrize("world", ["threads"], indirect=True)
def test_threads_says_whose_a_reply_is_also_without_a_handle(world: World) -> None:
    world.posts = {"501": [Said("601", OURS, "Hello")]}
    world.served.fake.next(200, {"id": world.account})
    _, page = world.client(world.served.url).pages(Channel(world.platform, world.account), NOW)
    (part,) = page.parts
    assert (part.said.event, part.said.author.id, part.said.parent) == (EventKind.ECHO, world.account, "501")


@pytest.mark.parametrize("world", ["threads"], indirect=True)
def test_a_post_that_nobody_answered_is_not_read(world: World) -> None:
    world.served.fake.next(200, {"id": world.account, "username": OURS})
    world.served.fake.next(200, {"data": [{"id": "501", "has_replies": False}, {"id": "503"}, {"has_replies": True}]})
    world.poll()
    assert [path.split("/")[-2] for path in world.calls() if path.endswith("conversation")] == ["503"]
