"""What X did not push: fetched once, wherever a run ends; and whether X still pushes the rest."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import httpx
import pytest

from functions.x.outbound import ASKED, MOST_PAGES, X
from infra.local.fakes import fake
from shared.adapters.sqlite import Database, SqliteQueue, SqliteStore
from shared.calling.backwards import Walk
from shared.calling.http import Api, bearer
from shared.domain.channel import Channel, Trouble
from shared.domain.message import Event, EventKind, Parts, Platform, Quarantined, case_id
from shared.ports import ChannelTrouble
from shared.principles.loading import load
from shared.service import inbox, intake, polling
from shared.service.assessment import assess
from shared.service.intake import Delivery, Taken
from tests.platforms.conftest import NOW, TOKEN, Served, serve

US = "3000000001"
LIBRARY = load()
TYPES = ("post.mention.create", "post.reply.create", "dm.received")
ROWS = [{"event_type": name, "filter": {"user_id": US}, "webhook_id": "7"} for name in TYPES]
EMPTY = {"meta": {"result_count": 0}}


class Cut(BaseException):
    """The process is gone."""


def post(number: int, **more: Any) -> dict[str, Any]:
    at = (NOW - timedelta(hours=1, seconds=-number)).isoformat()
    return {"id": str(9000 + number), "text": f"number {number}", "author_id": "4000000011", "created_at": at,
            "edit_history_post_ids": [str(9000 + number)], "conversation_id": "1", **more}  # fmt: skip


def through(http: httpx.Client) -> X:
    """A client of X whose calls go another way."""
    client = X("http://127.0.0.1", TOKEN)
    client._api = Api("http://127.0.0.1", bearer(TOKEN), http)
    return client


@dataclass
class World:
    """X with its list of posts, and our side of it."""

    folder: Path
    posts: list[dict[str, Any]] = field(default_factory=list)
    at_once: int = 2
    now: datetime = NOW
    asked: list[Mapping[str, str]] = field(default_factory=list)
    stale: bool = False  # whether tokens are refused
    cut_after: int = -1  # how many pages are taken in before the process is gone
    limit: int = 1000  # calls until X has had enough

    def __post_init__(self) -> None:
        database = Database(self.folder / "x.sqlite3")
        self.store = SqliteStore(database)
        self.queue = SqliteQueue(database, lambda: self.now, Random(1), 0.0)
        self.stored: list[str] = []

    def answer(self, request: httpx.Request) -> httpx.Response:
        if not request.url.path.endswith("/mentions"):
            return httpx.Response(200, json={"data": ROWS})
        query = dict(request.url.params)
        self.asked.append(query)
        if len(self.asked) > self.limit:
            return httpx.Response(429, json={"title": "Too Many Requests"})
        if self.stale and "pagination_token" in query:
            return httpx.Response(
                400, json={"title": "Invalid Request", "type": "https://api.x.com/2/problems/invalid-request"}
            )
        end = datetime.fromisoformat(query["end_time"])
        fits = [p for p in reversed(self.posts) if datetime.fromisoformat(p["created_at"]) <= end]
        fits = [p for p in fits if int(p["id"]) > int(query.get("since_id", 0))]
        start = int(query.get("pagination_token", "t0")[1:])
        page = fits[start : start + self.at_once]
        meta: dict[str, Any] = {"result_count": len(page)}
        meta |= {"newest_id": page[0]["id"], "oldest_id": page[-1]["id"]} if page else {}
        meta |= {"next_token": f"t{start + self.at_once}"} if len(fits) > start + self.at_once else {}
        return httpx.Response(200, json={"data": page, "meta": meta} if page else {"meta": meta})

    def take_in(self, parts: Parts, delivery: Delivery) -> Taken:
        if self.cut_after == 0:
            raise Cut
        self.cut_after -= 1
        kept = list(parts)
        self.stored += [part.said.id or "" for part in kept if isinstance(part.said, Event)]
        judge = lambda event, at: assess(event, LIBRARY, at)  # noqa: E731
        return intake.take_in(iter(kept), delivery, store=self.store, queue=self.queue, assess=judge)

    def poll(self) -> int:
        """One run. Its connection is to what `answer` says."""
        with httpx.Client(transport=httpx.MockTransport(self.answer)) as http:
            client = through(http)
            return polling.poll(
                Platform.X, US, lambda _: client, lambda: self.now, store=self.store, take_in=self.take_in
            )

    def channel(self) -> Channel:
        found = self.store.channel(Platform.X, US)
        assert found
        return found

    def cases(self) -> set[str]:
        ids = [str(9000 + number) for number in range(100)]
        return {id_ for id_ in ids if self.store.case(case_id(Platform.X, US, id_))}


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path, [post(number) for number in range(1, 8)])


@pytest.fixture
def x() -> Iterator[Served]:
    """A fresh fake X."""
    yield from serve(fake("x", TOKEN, lambda: NOW))


def test_everything_comes_once_and_then_only_what_is_new(world: World) -> None:
    world.poll()
    assert world.cases() == {str(9000 + number) for number in range(1, 8)}
    assert sorted(world.stored) == sorted(world.cases())
    assert len(world.asked) == 4
    assert Walk.resume(world.channel().cursor) == Walk("9007")
    world.posts += [post(number) for number in (8, 9)]
    world.stored.clear()
    world.poll()
    assert sorted(world.stored) == ["9008", "9009"]
    assert world.asked[-1]["since_id"] == "9007"
    assert "start_time" not in world.asked[-1]


@pytest.mark.parametrize("pages", range(4))
def test_a_run_that_dies_before_its_place_is_kept_finds_the_same_cases(
    world: World, pages: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = world.store.keep_channel
    left = [pages]

    def keep(channel: Channel, fields: Any) -> None:
        if left[0] == 0:
            raise Cut
        left[0] -= 1
        kept(channel, fields)

    monkeypatch.setattr(world.store, "keep_channel", keep)
    with pytest.raises(Cut):
        world.poll()
    monkeypatch.undo()
    world.poll()
    assert world.cases() == {str(9000 + number) for number in range(1, 8)}
    found = [world.store.case(case_id(Platform.X, US, id_)) for id_ in world.cases()]
    assert [len(case.revisions) for case in found if case] == [1] * 7


@pytest.mark.parametrize("pages", range(5))
def test_a_run_that_dies_neither_loses_nor_repeats(world: World, pages: int) -> None:
    world.cut_after = pages
    if pages < 4:
        with pytest.raises(Cut):
            world.poll()
    else:
        world.poll()
    world.cut_after = -1
    world.poll()
    assert world.cases() == {str(9000 + number) for number in range(1, 8)}
    assert sorted(world.stored) == sorted(world.cases()), "what was stored before is not fetched again"
    assert Walk.resume(world.channel().cursor) == Walk("9007")


def test_what_is_written_while_a_walk_lies_still_is_not_skipped(world: World) -> None:
    world.cut_after = 2
    with pytest.raises(Cut):
        world.poll()
    world.cut_after = -1
    world.posts.append(post(8))
    world.poll()
    world.poll()
    assert world.cases() == {str(9000 + number) for number in range(1, 9)}


def test_nothing_is_lost_where_x_has_had_enough(world: World) -> None:
    world.limit = 2
    world.poll()
    assert world.channel().trouble is Trouble.QUOTA
    assert len(world.cases()) == 4
    world.limit = 1000
    world.poll()
    assert world.channel().trouble is None
    assert sorted(world.stored) == sorted(str(9000 + number) for number in range(1, 8))


def test_a_token_kept_too_long_costs_a_walk_not_a_message(world: World) -> None:
    world.poll()
    world.posts += [post(number) for number in range(8, 15)]
    world.limit = len(world.asked) + 2
    world.poll()
    world.limit, world.stale, world.at_once = 1000, True, 50
    world.poll()
    assert world.cases() == {str(9000 + number) for number in range(1, 15)}
    assert world.asked[-1].get("since_id") == "9007"
    assert world.channel().trouble is None


@pytest.mark.parametrize(
    "cursor", ["null", "{", "[1]", "5", '{"since": 5}', '{"until": "5"}', '{"since": ["x"]}', "[" * 5000, "\ud800"]
)
def test_a_cursor_that_cannot_be_read_starts_afresh(world: World, cursor: str) -> None:
    assert Walk.resume(cursor) == Walk()
    with httpx.Client(transport=httpx.MockTransport(world.answer)) as http:
        pages = [*through(http).pages(Channel(Platform.X, US, cursor=cursor), NOW)]
    assert len(pages) == 4
    assert world.asked[0]["start_time"] == "2026-11-14T22:00:00Z"


def test_what_is_minutes_old_is_left_to_the_webhook(world: World) -> None:
    """Told by us first, it would go without its acknowledgement; told late, it is never acknowledged."""
    world.posts.append(post(8, created_at=(NOW - timedelta(minutes=4)).isoformat()))
    world.poll()
    assert "9008" not in world.cases()
    world.now = NOW + timedelta(minutes=15)
    world.poll()
    case = world.store.case(case_id(Platform.X, US, "9008"))
    assert case
    assert [revision.event.no_ack for revision in case.revisions.values()] == ["backfill"]


def test_what_came_by_itself_before_is_the_same_case(world: World) -> None:
    from functions.x.inbound import parse

    envelope = {"data": {"event_type": "post.mention.create", "filter": {"user_id": US}, "payload": post(3)}}
    world.take_in(parse(envelope), Delivery(Platform.X, NOW, "digest", frozenset({US})))
    for lease in world.queue.lease(intake.TOPIC, 10):
        inbox.take_case(lease.data["case"], NOW, store=world.store, queue=world.queue, library=LIBRARY)
    before = world.store.case(case_id(Platform.X, US, "9003"))
    world.poll()
    after = world.store.case(case_id(Platform.X, US, "9003"))
    assert before
    assert after
    assert after.revisions.keys() == before.revisions.keys()
    assert after.version == before.version


def test_our_own_posts_come_back_as_echoes_and_odd_ones_cost_only_themselves(world: World) -> None:
    ours = post(8, author_id=US, referenced_posts=[{"type": "replied_to", "id": "9003"}])
    world.posts += [ours, post(9, text=["x"]), post(10, text="A &amp; B")]
    with httpx.Client(transport=httpx.MockTransport(world.answer)) as http:
        world.at_once = 50
        (page,) = through(http).pages(Channel(Platform.X, US), NOW)
    first, second, third, *rest = [part.said for part in page.parts]
    assert isinstance(first, Event)
    assert (first.text, first.no_ack) == ("A & B", "backfill")
    assert second == Quarantined(Platform.X, "delivery.data.payload[1].text: not text", US)
    assert isinstance(third, Event)
    assert (third.event, third.parent) == (EventKind.ECHO, "9003")
    assert len(rest) == 7


@pytest.mark.parametrize(("data", "places"), [(["text", None], 2), ({"id": "5"}, 1), ("text", 1), (None, 1), ([], 0)])
def test_what_is_no_post_is_put_before_a_person(x: Served, data: Any, places: int) -> None:
    x.fake.next(200, {"data": data, "meta": "odd"})
    page = next(X(x.url, TOKEN).pages(Channel(Platform.X, US), NOW))
    assert len([part for part in page.parts if not isinstance(part.said, Event) or part.said.id]) == places


def test_a_list_without_end_does_not_hold_a_run_for_ever(x: Served) -> None:
    for number in range(MOST_PAGES):
        x.fake.next(200, {"meta": {"result_count": 0, "next_token": f"t{number}"}})
    pages = [*X(x.url, TOKEN).pages(Channel(Platform.X, US), NOW)]
    assert len(pages) == MOST_PAGES
    assert Walk.resume(pages[-1].cursor).next == f"t{MOST_PAGES - 1}"


def test_the_question_is_the_one_the_contract_lists(x: Served) -> None:
    [*X(x.url, TOKEN).pages(Channel(Platform.X, US), NOW)]
    mentions = x.fake.asked[-1]
    assert mentions["path"] == f"/2/users/{US}/mentions"
    times = {"start_time": "2026-11-14T22:00:00Z", "end_time": "2026-11-21T21:55:00Z"}
    assert mentions["query"] == {**ASKED, **times}


@pytest.mark.parametrize(
    ("rows", "trouble"),
    [
        (ROWS, None),
        ([*ROWS, {"event_type": ["x"], "filter": "x", "webhook_id": ["7"]}, "row"], None),
        (ROWS[:2], Trouble.SUBSCRIPTION),
        ([{**row, "filter": {"user_id": "4"}} for row in ROWS], Trouble.SUBSCRIPTION),
        ([{**row, "filter": ["user_id", US]} for row in ROWS], Trouble.SUBSCRIPTION),
        ([{**row, "webhook_id": None} for row in ROWS], Trouble.SUBSCRIPTION),
        ("rows", Trouble.SUBSCRIPTION),
    ],
)
def test_whether_x_still_delivers(x: Served, rows: Any, trouble: Trouble | None) -> None:
    """What was found before is stored whatever comes of it."""
    for body in (EMPTY, {"data": rows}):
        x.fake.next(200, body)
    pages = X(x.url, TOKEN).pages(Channel(Platform.X, US), NOW)
    assert next(pages).parts == ()
    if trouble is None:
        assert [*pages] == []
        return
    with pytest.raises(ChannelTrouble) as failed:
        next(pages)
    assert failed.value.trouble is trouble


@pytest.mark.parametrize(
    ("status", "body", "trouble"),
    [
        (401, {"title": "Unauthorized"}, Trouble.ACCESS),
        (403, {"title": "Forbidden", "type": "about:blank"}, Trouble.ACCESS),
        (429, b"", Trouble.QUOTA),
        (403, {"title": "x", "type": "https://api.x.com/2/problems/usage-capped"}, Trouble.QUOTA),
        (402, {"title": "x", "type": "https://api.x.com/2/problems/credits"}, Trouble.QUOTA),
        (500, b"<html>", Trouble.UNREACHABLE),
        (200, {"errors": [{"title": "x", "detail": "canary"}]}, Trouble.UNREACHABLE),
        (200, b"not JSON", Trouble.UNREACHABLE),
    ],
)
def test_what_is_wrong_is_said_as_trouble(x: Served, status: int, body: Any, trouble: Trouble) -> None:
    x.fake.next(status, body)
    with pytest.raises(ChannelTrouble) as failed:
        next(X(x.url, TOKEN).pages(Channel(Platform.X, US), NOW))
    assert failed.value.trouble is trouble
    assert "canary" not in str(failed.value)


def test_a_page_is_kept_as_json_of_text_only(world: World) -> None:
    world.poll()
    assert json.loads(world.channel().cursor) == {"since": "9007", "top": "", "next": ""}
