"""Acknowledging on X over a real socket: what is asked, and what each failure proves."""

import socket
import subprocess
import sys
import traceback
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from functions.x.outbound import X
from infra.local.fakes import fake
from shared.calling import http as http_calls
from shared.domain.action import Action, ActionKind
from shared.domain.message import Platform
from shared.ports import NotPosted, OutcomeUnknown, Receipt, Refused
from tests.platforms.conftest import NOW, TOKEN, Served, serve

ROOT = Path(__file__).parents[2]
CANARY = "canary-7c2"
TYPE = "https://api.x.com/2/problems/"
PUBLIC = Action(
    id="a",
    kind=ActionKind.ACKNOWLEDGE,
    platform=Platform.X,
    account="3000000001",
    case="c",
    target="2124256000000000001",
    author="4000000011",
    public=True,
    text="We\u2019re back on Monday \u2013 canary-7c2",
    group="g",
    principles="1",
    reserved_at=NOW,
    expires_at=NOW + timedelta(hours=1),
)
DIRECT = replace(PUBLIC, public=False, text="We\u2019re back on Monday. canary-7c2 " * 20)


@pytest.fixture
def x() -> Iterator[Served]:
    """A fresh fake X."""
    yield from serve(fake("x", TOKEN, lambda: NOW))


def problem(status: int, detail: str = CANARY, type_: str = "about:blank", title: str = "Forbidden") -> dict[str, Any]:
    return {"title": title, "detail": detail, "type": type_, "status": status}


def test_a_reply_goes_under_the_post(x: Served) -> None:
    assert X(f"{x.url}/", TOKEN).perform(PUBLIC) == Receipt("2130000000000000001")
    (asked,) = x.fake.asked
    assert (asked["method"], asked["path"], asked["status"]) == ("POST", "/2/tweets", 201)
    assert asked["body"] == {"text": PUBLIC.text, "reply": {"in_reply_to_tweet_id": PUBLIC.target}}


def test_a_direct_message_may_be_long(x: Served) -> None:
    assert X(x.url, TOKEN).perform(DIRECT) == Receipt("2130000000000000001")
    (asked,) = x.fake.asked
    assert (asked["method"], asked["path"]) == ("POST", "/2/dm_conversations/with/4000000011/messages")
    assert asked["body"] == {"text": DIRECT.text}


def test_a_direct_message_goes_by_the_id_of_its_event(x: Served) -> None:
    x.fake.next(201, {"data": {"dm_conversation_id": "1-2", "dm_event_id": "5"}})
    assert X(x.url, TOKEN).perform(DIRECT) == Receipt("5")


def test_an_id_cannot_lead_the_call_elsewhere(x: Served) -> None:
    with pytest.raises(Refused):
        X(x.url, TOKEN).perform(replace(DIRECT, author="../../tweets?x=1#"))
    assert [asked["path"] for asked in x.fake.asked] == ["/2/dm_conversations/with/../../tweets?x=1#/messages"]


FAILURES = [
    (429, b"slow down", NotPosted, "status 429"),
    (429, {"errors": [{"code": 88, "message": "Rate limit exceeded"}]}, NotPosted, "status 429"),
    (401, problem(401, title="Unauthorized"), NotPosted, "Unauthorized"),
    (403, problem(403, type_=f"{TYPE}usage-capped"), NotPosted, "UsageCapped"),
    (402, problem(402, type_=f"{TYPE}credits", title="CreditsDepleted"), NotPosted, "Credits"),
    (500, problem(500, title="Internal Server Error"), OutcomeUnknown, "status 500"),
    (503, b"<html>", OutcomeUnknown, "status 503"),
    (503, problem(503, type_=f"{TYPE}usage-capped"), OutcomeUnknown, "UsageCapped"),
    (403, problem(403, f"You are not allowed to create a Tweet with duplicate content. {CANARY}"), OutcomeUnknown,
     "Duplicate"),
    (403, {"errors": [{"code": 187, "message": f"Status is a duplicate. {CANARY}"}]}, OutcomeUnknown, "Duplicate"),
    (403, b"", OutcomeUnknown, "status 403"),
    (404, {"errors": CANARY}, OutcomeUnknown, "status 404"),
    (400, {"title": f"{CANARY} two words", "type": 7}, OutcomeUnknown, "status 400"),
    (400, {"title": "Bad", "type": f"{TYPE}{CANARY} <b>"}, OutcomeUnknown, "status 400"),
    (200, {}, OutcomeUnknown, "status 200"),
    (201, {"data": {"id": ""}}, OutcomeUnknown, "status 201"),
    (201, {"data": {"id": 7}}, OutcomeUnknown, "status 201"),
    (201, {"data": {"dm_event_id": "an id of another call"}}, OutcomeUnknown, "status 201"),
    (201, {"data": [CANARY]}, OutcomeUnknown, "status 201"),
    (200, {"errors": [problem(404, type_=f"{TYPE}resource-not-found")]}, OutcomeUnknown, "status 200"),
    (200, b"[" * 100_000, OutcomeUnknown, "status 200"),
    (403, problem(403, "Reply to this conversation is not allowed because you have not been mentioned or otherwise "
     f"engaged by the author of the post you are replying to. {CANARY}"), Refused, "NotSummoned"),
    (403, problem(403), Refused, "Forbidden"),
    (403, problem(403, type_=f"{TYPE}client-forbidden"), Refused, "ClientForbidden"),
    (400, problem(400, type_=f"{TYPE}invalid-request", title="Invalid Request"), Refused, "InvalidRequest"),
    (404, problem(404, type_="https://api.twitter.com/2/problems/resource-not-found"), Refused, "ResourceNotFound"),
]  # fmt: skip


@pytest.mark.parametrize(("status", "body", "failure", "reason"), FAILURES)
def test_each_row_of_the_table_of_failures(
    x: Served, status: int, body: Any, failure: type[Exception], reason: str
) -> None:
    x.fake.next(status, body)
    with pytest.raises(failure) as failed:
        X(x.url, TOKEN).perform(PUBLIC)
    assert str(failed.value) == reason
    assert CANARY not in "".join(traceback.format_exception(failed.value))
    assert len(x.fake.asked) == 1  # never a second time by itself


def test_an_id_beside_errors_is_still_an_id(x: Served) -> None:
    """X may say what it could not show beside what it did."""
    x.fake.next(201, {"data": {"id": "5"}, "errors": [problem(404, type_=f"{TYPE}resource-not-found")]})
    assert X(x.url, TOKEN).perform(PUBLIC) == Receipt("5")


def test_a_redirect_is_not_followed(x: Served) -> None:
    x.fake.next(307, b"", {"Location": f"{x.url}/2/tweets"})
    with pytest.raises(OutcomeUnknown, match=r"^status 307$"):
        X(x.url, TOKEN).perform(PUBLIC)
    assert len(x.fake.asked) == 1


def test_nobody_listens() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    with pytest.raises(NotPosted, match=r"^ConnectError$"):
        X(f"http://127.0.0.1:{port}", TOKEN).perform(PUBLIC)


def test_the_connection_is_cut_after_the_call(x: Served) -> None:
    x.fake.next_cut()
    with pytest.raises(OutcomeUnknown):
        X(x.url, TOKEN).perform(PUBLIC)
    assert len(x.fake.asked) == 1


def test_the_answer_is_too_slow(x: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http_calls, "ANSWER_SECONDS", 0.1)
    x.fake.next_slow(60)
    with pytest.raises(OutcomeUnknown, match=r"^ReadTimeout$"):
        X(x.url, TOKEN).perform(PUBLIC)
    assert len(x.fake.asked) == 1


def test_a_dead_token_posts_nothing(x: Served) -> None:
    with pytest.raises(NotPosted, match=r"^Unauthorized$"):
        X(x.url, "revoked").perform(PUBLIC)
    assert [asked["status"] for asked in x.fake.asked] == [401]


@pytest.mark.parametrize("token", ["", "two\nlines", "two words", "caf\u00e9"])
def test_a_token_that_no_header_can_carry_posts_nothing(x: Served, token: str) -> None:
    with pytest.raises(NotPosted, match=r"^no usable token$"):
        X(x.url, token).perform(PUBLIC)
    assert x.fake.asked == []


def test_what_does_not_fit_is_refused_by_x(x: Served) -> None:
    """How long a post may be depends on what the account pays: X counts, and the first no is the last word."""
    x.fake.next(403, problem(403, "You are not permitted to create a longer post."))
    with pytest.raises(Refused, match=r"^Forbidden$"):
        X(x.url, TOKEN).perform(replace(PUBLIC, text="a" * 10_000))
    assert len(x.fake.asked) == 1


def test_a_cold_start_loads_no_http_client() -> None:
    code = "import sys; from functions.x import inbound, outbound; print({'httpx', 'flask'} & {*sys.modules})"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert ran.stdout == "set()\n"


def test_a_challenge_is_answered_without_anything_heavy() -> None:
    code = (
        "import sys; from functions.x import main, signing; signing.handshake({'crc_token': 'x'}, {'a': [b'k']});"
        "print({'pydantic', 'httpx', 'google.cloud.firestore', 'requests', 'sqlite3'} & {*sys.modules})"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert ran.stdout == "set()\n"
