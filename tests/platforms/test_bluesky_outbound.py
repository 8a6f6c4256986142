"""Answering on Bluesky: what is asked, that a reply exists once, and every row of the table of failures."""

import re
import traceback
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import httpx
import pytest

from functions.bluesky.outbound import Bluesky
from infra.local.fakes.fake import Fake
from shared.calling.atproto import record_key, words
from shared.domain.action import Action, ActionKind
from shared.domain.message import Platform
from shared.ports import NotPosted, OutcomeUnknown, Receipt, Refused
from tests.platforms.bluesky_world import ASHA, ROOT, US, World, minutes
from tests.platforms.conftest import NOW, TOKEN

CANARY = "canary-9c3"
PUBLIC = Action(
    id="a",
    kind=ActionKind.ACKNOWLEDGE,
    platform=Platform.BLUESKY,
    account=US,
    case="c",
    target=f"at://{ASHA}/app.bsky.feed.post/p1",
    author=ASHA,
    public=True,
    text="We're back on Monday \U0001f642 – see https://example.org/help. canary-9c3",
    group="g",
    principles="1",
    reserved_at=NOW,
    expires_at=NOW + timedelta(hours=1),
)
DIRECT = replace(PUBLIC, public=False, target="m1")
SESSION = '{"accessJwt": "access-0", "refreshJwt": "refresh-0"}'


@pytest.fixture
def world() -> World:
    world = World()
    world.add("p1", NOW - minutes(5))
    return world


@pytest.fixture
def app(world: World) -> Fake:
    return world.fake()


@pytest.fixture
def bluesky(app: Fake) -> Iterator[Bluesky]:
    with httpx.Client(transport=httpx.WSGITransport(app=app)) as http:
        yield Bluesky("http://127.0.0.1", US, TOKEN, SESSION, http)


def posted(app: Fake) -> list[Any]:
    return [a["body"] for a in app.asked if a["path"].endswith(("createRecord", "sendMessage"))]


def test_a_public_answer_names_the_root_and_what_it_answers(app: Fake, bluesky: Bluesky) -> None:
    key = record_key("a", NOW)
    assert bluesky.perform(PUBLIC) == Receipt(f"at://{US}/app.bsky.feed.post/{key}")
    (body,) = posted(app)
    record = body.pop("record")
    assert body == {"repo": US, "collection": "app.bsky.feed.post", "rkey": key}
    assert record.pop("facets")
    assert record == {
        "$type": "app.bsky.feed.post",
        "createdAt": "2026-11-21T22:00:00+00:00",
        "langs": ["en"],
        "text": PUBLIC.text,
        "reply": {"root": {"uri": ROOT, "cid": "bafyroot"}, "parent": {"uri": PUBLIC.target, "cid": "bafyp1"}},
    }


def test_a_post_that_starts_a_thread_is_its_own_root(world: World, app: Fake, bluesky: Bluesky) -> None:
    del world.posts[PUBLIC.target]["record"]["reply"]
    bluesky.perform(PUBLIC)
    parent = {"uri": PUBLIC.target, "cid": "bafyp1"}
    assert posted(app)[0]["record"]["reply"] == {"root": parent, "parent": parent}


def test_links_are_marked_by_bytes() -> None:
    text = "Grüße \U0001f642: https://example.org/help, or http://example.org/a?b=c."
    facets = words(text)["facets"]
    found = [text.encode()[f["index"]["byteStart"] : f["index"]["byteEnd"]].decode() for f in facets]
    assert found == ["https://example.org/help", "http://example.org/a?b=c"]
    assert [f["features"][0]["uri"] for f in facets] == found
    assert words("no link") == {"text": "no link"}


def test_a_key_is_the_actions_own_and_of_the_right_form() -> None:
    keys = {record_key(str(n), NOW) for n in range(500)}
    assert len(keys) == 500
    assert all(re.fullmatch("[234567abcdefghij][234567abcdefghijklmnopqrstuvwxyz]{12}", key) for key in keys)
    assert record_key("1", NOW) < record_key("1", NOW + timedelta(seconds=2))


def test_the_same_action_twice_is_one_reply(world: World, app: Fake, bluesky: Bluesky) -> None:
    assert bluesky.perform(PUBLIC) == bluesky.perform(PUBLIC)
    assert (len(world.records), len(posted(app))) == (1, 1)


def test_a_lost_answer_is_looked_for(world: World, app: Fake, bluesky: Bluesky) -> None:
    """Posted by a run that read before it was there: the network says 500, and it is."""
    bluesky.perform(DIRECT)
    world.records[record_key("a", NOW)] = {"uri": f"at://{US}/app.bsky.feed.post/there"}
    app.next(200, {"posts": [world.posts[PUBLIC.target]]})
    app.next(400, {"error": "RecordNotFound"})
    assert bluesky.perform(PUBLIC) == Receipt(f"at://{US}/app.bsky.feed.post/there")
    assert len(posted(app)) == 2


def test_a_lost_answer_that_is_not_found_stays_unknown(world: World, app: Fake, bluesky: Bluesky) -> None:
    bluesky.perform(DIRECT)
    app.next(200, {"posts": [world.posts[PUBLIC.target]]})
    app.next(400, {"error": "RecordNotFound"})
    app.next(502, b"")
    with pytest.raises(OutcomeUnknown, match=r"^status 502$"):
        bluesky.perform(PUBLIC)


def test_a_lost_answer_that_cannot_be_looked_for_stays_unknown(world: World, app: Fake, bluesky: Bluesky) -> None:
    bluesky.perform(DIRECT)
    app.next(200, {"posts": [world.posts[PUBLIC.target]]})
    app.next(400, {"error": "RecordNotFound"})
    app.next(502, b"")
    app.next(429, b"")
    with pytest.raises(OutcomeUnknown, match=r"^status 502$"):
        bluesky.perform(PUBLIC)


def test_a_private_answer_goes_to_the_person(app: Fake, bluesky: Bluesky) -> None:
    assert bluesky.perform(DIRECT).platform_id.startswith("m")
    (body,) = posted(app)
    assert (body["convoId"], body["message"]["text"]) == ("convo1", PUBLIC.text)
    assert next(a["query"] for a in app.asked if "getConvo" in a["path"]) == {"members": ASHA}


def test_a_session_that_ran_out_costs_the_poll_nothing(world: World, app: Fake, bluesky: Bluesky) -> None:
    """The password opens another one: going on with the poll's would end it."""
    world.refresh = "refresh-0"
    world.sessions = 3
    bluesky.perform(PUBLIC)
    assert [a["path"] for a in app.asked if "server" in a["path"]] == ["/xrpc/com.atproto.server.createSession"]


@pytest.mark.parametrize(("action", "longest"), [(PUBLIC, 300), (DIRECT, 1000)])
def test_what_is_too_long_is_refused_and_nothing_is_asked(
    app: Fake, bluesky: Bluesky, action: Action, longest: int
) -> None:
    bluesky.perform(replace(action, text="e\u0301" * longest))
    asked = len(app.asked)
    with pytest.raises(Refused):
        bluesky.perform(replace(action, text="x" * (longest + 1)))
    assert len(app.asked) == asked


def test_a_post_that_is_gone_is_not_answered(world: World, app: Fake, bluesky: Bluesky) -> None:
    world.posts.clear()
    with pytest.raises(Refused, match=r"^the post is gone$"):
        bluesky.perform(PUBLIC)
    assert posted(app) == []


@pytest.mark.parametrize("reason", ["BlockedActor", "MessagesDisabled", "NotFollowedBySender", "RecipientNotFound"])
def test_somebody_who_takes_no_messages_gets_none(app: Fake, bluesky: Bluesky, reason: str) -> None:
    app.next(400, {"error": reason})
    with pytest.raises(Refused):
        bluesky.perform(DIRECT)
    assert posted(app) == []


@pytest.mark.parametrize("action", [PUBLIC, DIRECT])
@pytest.mark.parametrize(
    ("status", "body"), [(503, b""), (429, {"error": "RateLimitExceeded"}), (400, {"error": "x y"})]
)
def test_where_a_read_fails_nothing_was_posted(
    app: Fake, bluesky: Bluesky, action: Action, status: int, body: Any
) -> None:
    app.next(status, body)
    with pytest.raises(NotPosted):
        bluesky.perform(action)
    assert posted(app) == []


def test_a_dead_password_posts_nothing(app: Fake) -> None:
    with httpx.Client(transport=httpx.WSGITransport(app=app)) as http, pytest.raises(NotPosted):
        Bluesky("http://127.0.0.1", US, "revoked", "", http).perform(PUBLIC)
    assert posted(app) == []


@pytest.mark.parametrize(
    "post", [{"uri": 7}, {"record": 7}, {"record": {"reply": 7}}, {"record": {"reply": {"root": None}}}]
)
def test_an_odd_post_is_still_answered(app: Fake, bluesky: Bluesky, post: Any) -> None:
    bluesky.perform(DIRECT)
    app.next(200, {"posts": [post]})
    app.next(400, {"error": "RecordNotFound"})
    assert bluesky.perform(PUBLIC)


FAILURES = [
    (429, b"slow down", NotPosted, "status 429"),
    (400, {"error": "RateLimitExceeded", "message": CANARY}, NotPosted, "RateLimitExceeded"),
    (400, {"error": "ExpiredToken", "message": CANARY}, NotPosted, "ExpiredToken"),
    (401, {"error": "AuthMissing"}, NotPosted, "AuthMissing"),
    (400, {"error": "AccountTakedown"}, NotPosted, "AccountTakedown"),
    (500, {"error": "InternalServerError"}, OutcomeUnknown, "InternalServerError"),
    (503, b"<html>", OutcomeUnknown, "status 503"),
    (302, b"", OutcomeUnknown, "status 302"),
    (400, b"nothing to read", OutcomeUnknown, "status 400"),
    (400, {"error": f"{CANARY} words"}, OutcomeUnknown, "status 400"),
    (200, {}, OutcomeUnknown, "status 200"),
    (200, {"id": "", "uri": ""}, OutcomeUnknown, "status 200"),
    (200, {"id": 7, "uri": 7}, OutcomeUnknown, "status 200"),
    (200, ["x"], OutcomeUnknown, "status 200"),
    (400, {"error": "InvalidRequest", "message": CANARY}, Refused, "InvalidRequest"),
    (400, {"error": "InvalidConvo"}, Refused, "InvalidConvo"),
    (403, {"error": "Forbidden"}, Refused, "Forbidden"),
]


@pytest.mark.parametrize("action", [PUBLIC, DIRECT])
@pytest.mark.parametrize(("status", "body", "failure", "fact"), FAILURES)
def test_each_row_of_the_table_of_failures(
    world: World,
    app: Fake,
    bluesky: Bluesky,
    action: Action,
    status: int,
    body: Any,
    failure: type[Exception],
    fact: str,
) -> None:
    bluesky.perform(replace(DIRECT, id="b"))  # a session
    before = len(posted(app))
    reads: list[tuple[int, Any]] = [(200, {"posts": [world.posts[PUBLIC.target]]}), (400, {"error": "RecordNotFound"})]
    for read in reads if action.public else [(200, {"convo": {"id": "convo1"}})]:
        app.next(*read)
    app.next(status, body)
    with pytest.raises(failure) as failed:
        bluesky.perform(action)
    assert str(failed.value) == fact
    assert CANARY not in "".join(traceback.format_exception(failed.value))
    assert len(posted(app)) == before + 1
