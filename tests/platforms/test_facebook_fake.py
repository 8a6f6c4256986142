"""The fake Graph API refuses what the contract does not list: what passes here has a chance at the real one."""

from threading import Thread
from typing import Any

import httpx
import pytest
from werkzeug.middleware.dispatcher import DispatcherMiddleware
from werkzeug.test import Client

from tests.platforms.conftest import TOKEN, Served

DIRECT = "/v25.0/100000000000001/messages"
PUBLIC = "/v25.0/500000000000001_600000000000001/comments"
MESSAGE = {"recipient": {"id": "2000000000000011"}, "messaging_type": "RESPONSE", "message": {"text": "hello"}}


def ask(graph: Served, method: str, path: str, body: Any = None, token: str = TOKEN) -> httpx.Response:
    return httpx.request(method, graph.url + path, json=body, headers={"Authorization": f"Bearer {token}"})


def test_it_answers_as_graph_does(graph: Served) -> None:
    assert ask(graph, "POST", DIRECT, MESSAGE).json() == {"recipient_id": "2000000000000011", "message_id": "m_fake_1"}
    assert ask(graph, "POST", PUBLIC, {"message": "hello"}).json() == {"id": "500000000000001_900000000000002"}


@pytest.mark.parametrize(
    ("method", "path", "body", "why"),
    [
        ("DELETE", PUBLIC, {"message": "x"}, "not in the contract"),
        ("GET", DIRECT, None, "not in the contract"),
        ("POST", DIRECT.replace("v25.0", "v24.0"), MESSAGE, "not in the contract"),
        ("POST", "/100000000000001/messages", MESSAGE, "not in the contract"),
        ("POST", f"{DIRECT}/1", MESSAGE, "not in the contract"),
        ("POST", "/v25.0//messages", MESSAGE, "not in the contract"),
        ("POST", "/v25.0/1/private_replies", {"message": "x"}, "not in the contract"),
        ("POST", PUBLIC, {"message": "x", "text": "x"}, "unknown parameter text"),
        ("POST", f"{PUBLIC}?access_token=x", {"message": "x"}, "unknown parameter access_token"),
        ("POST", PUBLIC, {}, "parameter message is required"),
        ("POST", PUBLIC, ["message"], "the body is not a JSON object"),
        ("POST", PUBLIC, None, "the body is not a JSON object"),
        ("POST", DIRECT, {"message": {"text": "x"}}, "parameter recipient is required"),
        (
            "POST",
            DIRECT,
            {**MESSAGE, "messaging_type": "MESSAGE_TAG"},
            "parameter messaging_type must be one of RESPONSE",
        ),
    ],
)
def test_it_refuses_what_the_contract_does_not_list(graph: Served, method: str, path: str, body: Any, why: str) -> None:
    answer = ask(graph, method, path, body)
    assert answer.status_code == 400
    assert answer.json()["error"]["code"] == 100
    assert answer.json()["error"]["message"] == f"(#100) {why}"
    assert [asked["status"] for asked in graph.fake.asked] == [400]


@pytest.mark.parametrize("authorization", [None, TOKEN, "Bearer wrong", f"bearer {TOKEN}"])
def test_it_refuses_another_token(graph: Served, authorization: str | None) -> None:
    headers = {"Authorization": authorization} if authorization else {}
    answer = httpx.post(graph.url + DIRECT, json=MESSAGE, headers=headers)
    assert (answer.status_code, answer.json()["error"]["code"]) == (401, 190)


def test_it_lists_what_it_was_asked_newest_first(graph: Served) -> None:
    for text in ("first", "second"):
        ask(graph, "POST", PUBLIC, {"message": text})
    listed = httpx.get(graph.url).json()
    assert [asked["body"]["message"] for asked in listed] == ["second", "first"]
    assert all(asked["at"] == "2026-11-21T22:00:00+00:00" for asked in listed)
    assert listed == graph.fake.asked


def test_it_can_be_mounted_under_a_path(graph: Served) -> None:
    ask(graph, "POST", PUBLIC, {"message": "x"})
    client = Client(DispatcherMiddleware(graph.fake, {"/fake/facebook": graph.fake}))
    for path in ("/fake/facebook", "/fake/facebook/"):
        assert [asked["path"] for asked in client.get(path).json or []] == [PUBLIC]


def test_many_at_once_are_all_remembered(graph: Served) -> None:
    threads = [Thread(target=ask, args=(graph, "POST", PUBLIC, {"message": str(n)})) for n in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert {asked["body"]["message"] for asked in graph.fake.asked} == {str(n) for n in range(20)}


def test_a_fault_hits_one_call_and_the_next_is_served(graph: Served) -> None:
    graph.fake.next(503, {"error": {"code": 2}})
    graph.fake.next_cut()
    assert ask(graph, "POST", PUBLIC, {"message": "x"}).status_code == 503
    with pytest.raises(httpx.TransportError):
        ask(graph, "POST", PUBLIC, {"message": "x"})
    assert ask(graph, "POST", PUBLIC, {"message": "x"}).status_code == 200
    assert [asked["status"] for asked in graph.fake.asked] == [200, 200, 503]
