"""Acknowledging on Facebook over a real socket: what is asked, and every row of the table of failures."""

import socket
import subprocess
import sys
import traceback
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from functions.facebook.outbound import Facebook
from shared.calling import http as http_calls
from shared.domain.action import Action, ActionKind
from shared.domain.message import Platform
from shared.ports import NotPosted, OutcomeUnknown, Receipt, Refused
from tests.platforms.conftest import NOW, TOKEN, Served

ROOT = Path(__file__).parents[2]
PAGE = "100000000000001"
CANARY = "canary-5f1"
DIRECT = Action(
    id="a",
    kind=ActionKind.ACKNOWLEDGE,
    platform=Platform.FACEBOOK,
    account=PAGE,
    case="c",
    target="m_1",
    author="2000000000000011",
    public=False,
    text="We're back on Monday \U0001f642 \u2013 canary-5f1",
    group="g",
    principles="1",
    reserved_at=NOW,
    expires_at=NOW + timedelta(hours=1),
)
PUBLIC = replace(DIRECT, public=True, target="500000000000001_600000000000001")


def error(code: Any, **more: Any) -> dict[str, Any]:
    return {"error": {"message": CANARY, "type": CANARY, "code": code, "fbtrace_id": "Atrace", **more}}


def test_a_direct_message(graph: Served) -> None:
    assert Facebook(graph.url, TOKEN).perform(DIRECT) == Receipt("m_fake_1")
    (asked,) = graph.fake.asked
    assert asked == {
        "method": "POST",
        "path": f"/v25.0/{PAGE}/messages",
        "body": {
            "recipient": {"id": "2000000000000011"},
            "messaging_type": "RESPONSE",
            "message": {"text": DIRECT.text, "metadata": "signpost"},
        },
        "at": "2026-11-21T22:00:00+00:00",
        "status": 200,
    }


def test_a_public_answer_goes_under_the_comment(graph: Served) -> None:
    assert Facebook(f"{graph.url}/", TOKEN).perform(PUBLIC) == Receipt("500000000000001_900000000000001")
    (asked,) = graph.fake.asked
    assert (asked["method"], asked["path"]) == ("POST", "/v25.0/500000000000001_600000000000001/comments")
    assert asked["body"] == {"message": PUBLIC.text}


def test_an_id_cannot_lead_the_call_elsewhere(graph: Served) -> None:
    """The path is what the id is, escaped: the fake is asked for one odd object, and nothing beside it."""
    with pytest.raises(Refused):
        Facebook(graph.url, TOKEN).perform(replace(PUBLIC, target="../me/feed?x=1#"))
    assert [asked["path"] for asked in graph.fake.asked] == ["/v25.0/../me/feed?x=1#/comments"]


FAILURES = [
    (429, b"slow down", NotPosted, "status 429"),
    (429, error(2), NotPosted, "code 2, trace Atrace"),
    *((400, error(code), NotPosted, f"code {code}, trace Atrace") for code in (4, 17, 32, 341, 613, 80001, 80006)),
    (403, error(4, is_transient=True), NotPosted, "code 4, trace Atrace"),
    (401, error(190, error_subcode=463), NotPosted, "code 190/463, trace Atrace"),
    (500, error(4), OutcomeUnknown, "code 4, trace Atrace"),
    (500, error(190), OutcomeUnknown, "code 190, trace Atrace"),
    (503, b"<html>", OutcomeUnknown, "status 503"),
    *((400, error(code), OutcomeUnknown, f"code {code}, trace Atrace") for code in (1, 2, 20, 506)),
    (400, error(100, is_transient=True), OutcomeUnknown, "code 100, trace Atrace"),
    (200, {}, OutcomeUnknown, "status 200"),
    (200, {"recipient_id": "1", "message_id": ""}, OutcomeUnknown, "status 200"),
    (200, {"recipient_id": "1", "message_id": 7}, OutcomeUnknown, "status 200"),
    (200, {"id": "an id of another call"}, OutcomeUnknown, "status 200"),
    (200, error(4), OutcomeUnknown, "code 4, trace Atrace"),
    (200, b"\xff", OutcomeUnknown, "status 200"),
    (200, b"[" * 100_000, OutcomeUnknown, "status 200"),
    (200, b"9" * 5000, OutcomeUnknown, "status 200"),
    (200, ["m_1"], OutcomeUnknown, "status 200"),
    (400, b"nothing to read", OutcomeUnknown, "status 400"),
    (404, {"error": CANARY}, OutcomeUnknown, "status 404"),
    (400, error(CANARY), OutcomeUnknown, "status 400, trace Atrace"),
    (400, error([190]), OutcomeUnknown, "status 400, trace Atrace"),
    (400, error(551, error_subcode=1545041, fbtrace_id=f"{CANARY} <b>"), Refused, "code 551/1545041"),
    *((400, error(code), Refused, f"code {code}, trace Atrace") for code in (10, 100, 200, 230, 368, 2022)),
]


@pytest.mark.parametrize(("status", "body", "failure", "reason"), FAILURES)
def test_each_row_of_the_table_of_failures(
    graph: Served, status: int, body: Any, failure: type[Exception], reason: str
) -> None:
    graph.fake.next(status, body)
    with pytest.raises(failure) as failed:
        Facebook(graph.url, TOKEN).perform(DIRECT)
    assert str(failed.value) == reason
    assert CANARY not in "".join(traceback.format_exception(failed.value))
    assert len(graph.fake.asked) == 1  # never a second time by itself


def test_a_redirect_is_not_followed(graph: Served) -> None:
    graph.fake.next(307, b"", {"Location": f"{graph.url}/v25.0/{PAGE}/messages"})
    with pytest.raises(OutcomeUnknown, match=r"^status 307$"):
        Facebook(graph.url, TOKEN).perform(DIRECT)
    assert len(graph.fake.asked) == 1


def test_a_dead_token_posts_nothing(graph: Served) -> None:
    with pytest.raises(NotPosted, match=r"^code 190, trace Afake$"):
        Facebook(graph.url, "revoked").perform(DIRECT)
    assert [asked["status"] for asked in graph.fake.asked] == [401]


@pytest.mark.parametrize("token", ["", "two\nlines", "two words", "caf\u00e9"])
def test_a_token_that_no_header_can_carry_posts_nothing(graph: Served, token: str) -> None:
    with pytest.raises(NotPosted, match=r"^no usable token$"):
        Facebook(graph.url, token).perform(DIRECT)
    assert graph.fake.asked == []


def test_the_token_is_in_no_address_and_no_description(graph: Served) -> None:
    facebook = Facebook(graph.url, TOKEN)
    facebook.perform(DIRECT)
    assert TOKEN not in repr(facebook)
    assert TOKEN not in repr(graph.fake.asked)


def test_a_cold_start_loads_no_http_client() -> None:
    code = "import sys; from functions.facebook import inbound, outbound; print({'httpx', 'flask'} & {*sys.modules})"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert ran.stdout == "set()\n"


def test_nobody_listens() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    with pytest.raises(NotPosted, match=r"^ConnectError$"):
        Facebook(f"http://127.0.0.1:{port}", TOKEN).perform(DIRECT)


@pytest.mark.parametrize("address", ["", "ftp://127.0.0.1", "http://127.0.0.1:port"])
def test_an_address_that_is_none(address: str) -> None:
    with pytest.raises(NotPosted):
        Facebook(address, TOKEN).perform(DIRECT)


def test_the_connection_is_cut_after_the_call(graph: Served) -> None:
    graph.fake.next_cut()
    with pytest.raises(OutcomeUnknown):
        Facebook(graph.url, TOKEN).perform(DIRECT)
    assert len(graph.fake.asked) == 1


def test_the_answer_is_too_slow(graph: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http_calls, "ANSWER_SECONDS", 0.1)
    graph.fake.next_slow(60)
    with pytest.raises(OutcomeUnknown, match=r"^ReadTimeout$"):
        Facebook(graph.url, TOKEN).perform(DIRECT)
    assert len(graph.fake.asked) == 1


def test_no_connection_is_free(graph: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http_calls, "CONNECT_SECONDS", 0.1)
    with (
        httpx.Client(limits=httpx.Limits(max_connections=1)) as http,
        http.stream("GET", graph.url),
        pytest.raises(NotPosted, match=r"^PoolTimeout$"),
    ):
        Facebook(graph.url, TOKEN, http=http).perform(DIRECT)
    assert graph.fake.asked == []


def test_a_connection_that_never_opens() -> None:
    def never(request: httpx.Request) -> httpx.Response:
        assert request.extensions["timeout"] == {"connect": 2.0, "read": 5.0, "write": 5.0, "pool": 2.0}
        raise httpx.ConnectTimeout("", request=request)

    with (
        httpx.Client(transport=httpx.MockTransport(never)) as http,
        pytest.raises(NotPosted, match=r"^ConnectTimeout$"),
    ):
        Facebook("http://127.0.0.1", TOKEN, http=http).perform(DIRECT)
