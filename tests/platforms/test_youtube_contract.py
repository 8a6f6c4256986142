"""What we call on YouTube, what the contract lists and, where it is at hand, what Google describes: the same."""

import json
import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest

from functions.youtube.outbound import VERSION, YouTube
from infra.local.fakes import fake
from infra.local.fakes.contract import Call, Contract, load
from infra.local.fakes.youtube import REFRESH_TOKEN
from infra.manifests import FUNCTIONS
from shared.domain.channel import Channel
from shared.domain.message import Platform
from tests.platforms.conftest import NOW, TOKEN
from tests.platforms.test_youtube_outbound import PUBLIC
from tests.platforms.youtube_world import US, World, minutes

ROOT = Path(__file__).parents[2]
SPEC = Path(os.environ.get("SIGNPOST_SPECS", ROOT.parent / "shared" / "specs")) / "youtube" / "youtube.v3.json"
CONTRACT = load(FUNCTIONS / "youtube" / "contract.toml")


def differences(contract: Contract, described: Any) -> list[str]:
    """What the contract says that the vendor's description does not."""
    return [found for call in contract.calls for node in call.nodes for found in _compare(call, node, described)]


def _compare(call: Call, node: str, described: Any) -> Iterator[str]:
    resource, method = node.split(".")
    found = described["resources"].get(resource, {"methods": {}})["methods"].get(method)
    if found is None or (found["httpMethod"], found["path"]) != (call.method, f"{VERSION}{call.path}"):
        yield f"{node} is no {call.method} {call.path}"
        return
    body = described["schemas"][found["request"]["$ref"]]["properties"] if "request" in found else {}
    known = {**body, **found["parameters"]}
    yield from (f"{node} has no {name}" for name in call.parameters if name not in known)
    yield from (f"{node} wants {n}" for n, p in known.items() if p.get("required") and n not in call.required)
    for name, values in call.values.items():
        yield from (f"{node} {name} is never {v}" for v in values if v not in known.get(name, {}).get("enum", [v]))
    answer = described["schemas"][found["response"]["$ref"]]["properties"]
    yield from (f"{node} never answers {name}" for name in call.answer if name not in answer)


DESCRIBED: Any = {
    "resources": {
        "comments": {
            "methods": {
                "insert": {
                    "httpMethod": "POST",
                    "path": "youtube/v3/comments",
                    "parameters": {"part": {"required": True}, "mode": {"enum": ["a"]}},
                    "request": {"$ref": "Comment"},
                    "response": {"$ref": "Comment"},
                }
            }
        }
    },
    "schemas": {"Comment": {"properties": {"id": {}, "snippet": {}}}},
}
REPLY = next(call for call in CONTRACT.calls if call.name == "reply")
TOKEN_CALL = next(call for call in CONTRACT.calls if call.name == "a fresh access token")  # another server's
DATA_API = tuple(call for call in CONTRACT.calls if call is not TOKEN_CALL)


def test_the_contract_says_what_the_vendor_says() -> None:
    """Without the vendor's description beside the checkout, the rows are at least whole."""
    assert not SPEC.is_file() or differences(CONTRACT, json.loads(SPEC.read_text(encoding="utf-8"))) == []
    assert all(call.source and call.answer and call.parameters for call in CONTRACT.calls)
    assert all(call.nodes for call in DATA_API)


@pytest.mark.parametrize(
    ("change", "difference"),
    [
        ({}, []),
        ({"parameters": ("part", "text")}, ["comments.insert has no text"]),
        ({"required": ()}, ["comments.insert wants part"]),
        ({"values": {"mode": ("b",)}}, ["comments.insert mode is never b"]),
        ({"answer": ("uri",)}, ["comments.insert never answers uri"]),
        ({"path": "/notes"}, ["comments.insert is no POST /notes"]),
        ({"method": "PUT"}, ["comments.insert is no PUT /comments"]),
        ({"nodes": ("notes.insert",)}, ["notes.insert is no POST /comments"]),
    ],
)
def test_the_comparison_sees_a_difference(change: dict[str, Any], difference: list[str]) -> None:
    assert differences(replace(CONTRACT, calls=(replace(REPLY, **change),)), DESCRIBED) == difference


def test_the_code_calls_all_that_the_contract_lists_and_with_all_its_parameters() -> None:
    world = World(replies_at_once=4)
    for id_ in ("c1", "c2", "c3", "gone", *(f"c1.r{n}" for n in range(9))):
        world.add(id_, NOW - minutes(5))
    app = world.fake()
    with httpx.Client(transport=httpx.WSGITransport(app=app)) as http:
        youtube = YouTube("http://127.0.0.1", TOKEN, http)
        cursor = [page.cursor for page in youtube.pages(Channel(Platform.YOUTUBE, US), NOW)][-1]
        del world.comments["gone"]
        assert [*youtube.pages(Channel(Platform.YOUTUBE, US, cursor=cursor), NOW + minutes(5))]
    used: dict[str, set[str]] = {}
    for asked in app.asked:
        call = CONTRACT.call(asked["method"], asked["path"])
        assert asked["status"] == 200
        assert call
        used.setdefault(call.name, set()).update(asked["query"])
    assert used == {call.name: set(call.parameters) for call in DATA_API if call is not REPLY}


def test_the_reply_is_in_the_contract() -> None:
    app = fake("youtube", TOKEN, lambda: NOW)
    with httpx.Client(transport=httpx.WSGITransport(app=app)) as http:
        YouTube("http://127.0.0.1", TOKEN, http).perform(PUBLIC)
    (asked,) = app.asked
    assert {*asked["query"], *asked["body"]} == set(REPLY.parameters)


def test_the_call_for_a_token_is_in_the_contract_and_in_no_other_form() -> None:
    app = fake("youtube", TOKEN, lambda: NOW)
    asked = dict.fromkeys(TOKEN_CALL.parameters, "made-up") | {"grant_type": "refresh_token"}
    asked["refresh_token"] = REFRESH_TOKEN
    with httpx.Client(transport=httpx.WSGITransport(app=app), base_url="http://127.0.0.1") as http:
        good = http.post("/token", data=asked)
        without = http.post("/token", data={name: value for name, value in asked.items() if name != "client_id"})
        others = [
            http.post("/token", json=asked),
            http.post("/token", data={**asked, "grant_type": "password"}),
            http.post("/token", data={**asked, "scope": "made-up"}),
            http.post("/token", data={**asked, "refresh_token": "revoked"}),
            http.post("/youtube/v3/token", data=asked),
            without,
        ]
    assert set(good.json()) >= set(TOKEN_CALL.answer)
    assert [answer.status_code for answer in others] == [400, 400, 400, 400, 401, 400]


def test_the_local_fake_has_something_to_show_each_day_and_removes_nobody() -> None:
    days = [NOW, NOW + minutes(5), NOW + minutes(24 * 60)]
    now = [NOW]
    app = fake("youtube", TOKEN, lambda: now[0])
    channel, found = Channel(Platform.YOUTUBE, US), []
    with httpx.Client(transport=httpx.WSGITransport(app=app)) as http:
        for now[0] in days:
            pages = list(YouTube("http://127.0.0.1", TOKEN, http).pages(channel, now[0]))
            channel = replace(channel, cursor=pages[-1].cursor)
            found.append([str(part.said.event) for page in pages for part in page.parts])  # type: ignore[union-attr]
    assert found == [["posted"] * 3, [], ["posted"] * 3]
