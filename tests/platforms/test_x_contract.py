"""What we call on X, what the contract lists and, where it is at hand, what the vendor describes: the same."""

import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from functions.x.outbound import ASKED, X
from infra.local.fakes import fake
from infra.local.fakes.contract import Contract, load
from infra.manifests import FUNCTIONS
from shared.domain.channel import Channel
from shared.domain.message import Event, Platform
from tests.platforms.conftest import NOW, TOKEN, Served, serve
from tests.platforms.test_x_outbound import DIRECT, PUBLIC

ROOT = Path(__file__).parents[2]
SPEC = Path(os.environ.get("SIGNPOST_SPECS", ROOT.parent / "shared" / "specs")) / "x" / "openapi.json"
CONTRACT = load(FUNCTIONS / "x" / "contract.toml")
CHANNEL = Channel(Platform.X, DIRECT.account)


def differences(contract: Contract, spec: Mapping[str, Any]) -> list[str]:
    """What the contract says that the vendor's description does not."""
    found = []
    for call in contract.calls:
        operation = spec["paths"].get(call.path, {}).get(call.method.lower())
        if operation is None:
            found.append(f"no {call.method} {call.path}")
            continue
        known, needed = _parameters(operation, spec)
        found += [f"{call.path} has no {name}" for name in call.parameters if name not in known]
        found += [f"{call.path} wants {name}" for name in sorted(needed) if name not in call.required]
        found += [f"{call.path} answers no {name}" for name in call.answer if name not in _answered(operation, spec)]
    return found


def _named(node: Any, spec: Mapping[str, Any]) -> Any:
    while isinstance(node, dict) and "$ref" in node:
        place: Any = spec
        for step in node["$ref"].removeprefix("#/").split("/"):
            place = place[step]
        node = place
    return node


def _parameters(operation: Mapping[str, Any], spec: Mapping[str, Any]) -> tuple[set[str], set[str]]:
    listed = [_named(p, spec) for p in operation.get("parameters", [])]
    asked = [p for p in listed if p["in"] == "query"]
    content = operation.get("requestBody", {}).get("content", {})
    body = _named(content.get("application/json", {}).get("schema", {}), spec)
    return {*(p["name"] for p in asked), *body.get("properties", {})}, {
        *(p["name"] for p in asked if p.get("required")), *body.get("required", [])
    }  # fmt: skip


def _answered(operation: Mapping[str, Any], spec: Mapping[str, Any]) -> set[str]:
    good = next(answer for status, answer in operation["responses"].items() if status.startswith("2"))
    return {*_named(good["content"]["application/json"]["schema"], spec)["properties"]}


def small(**changes: Any) -> dict[str, Any]:
    """A small description in the vendor's form, of one call."""
    answer: dict[str, Any] = {"properties": {"data": {}}}
    body = {"properties": {"text": {}}, "required": changes.get("required", ["text"])}
    operation = {
        "requestBody": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Body"}}}},
        "responses": {"201": {"content": {"application/json": {"schema": answer}}}},
    }
    path = "/2/dm_conversations/with/{participant_id}/messages"
    return {"paths": {path: {"post": operation}}, "components": {"schemas": {"Body": body}}}


@pytest.fixture
def x() -> Iterator[Served]:
    """A fresh fake X."""
    yield from serve(fake("x", TOKEN, lambda: NOW))


def test_the_contract_says_what_the_vendor_says() -> None:
    """Without the vendor's description beside the checkout, the rows are at least whole."""
    assert not SPEC.is_file() or differences(CONTRACT, json.loads(SPEC.read_text(encoding="utf-8"))) == []
    assert all(call.source and call.answer and call.parameters for call in CONTRACT.calls)


def test_the_fields_we_ask_for_are_the_vendors() -> None:
    spec = json.loads(SPEC.read_text(encoding="utf-8")) if SPEC.is_file() else {}
    operation = spec["paths"]["/2/users/{id}/mentions"]["get"] if spec else {"parameters": []}
    listed = {p["name"]: p for p in (_named(p, spec) for p in operation["parameters"])}
    for name in ("post.fields", "expansions", "user.fields", "media.fields"):
        allowed = listed[name]["schema"]["items"]["enum"] if listed else ASKED[name].split(",")
        assert {*ASKED[name].split(",")} <= {*allowed, *(["username"] if name == "user.fields" else [])}


@pytest.mark.parametrize(
    ("change", "difference"),
    [
        ({}, []),
        ({"parameters": ("text", "texts")}, ["{} has no texts"]),
        ({"required": ()}, ["{} wants text"]),
        ({"answer": ("data", "meta")}, ["{} answers no meta"]),
        ({"method": "DELETE"}, ["no DELETE {}"]),
    ],
)
def test_the_comparison_sees_a_difference(change: dict[str, Any], difference: list[str]) -> None:
    direct = CONTRACT.calls[0]
    said = [text.format(direct.path) for text in difference]
    assert differences(replace(CONTRACT, calls=(replace(direct, **change),)), small()) == said


def test_the_code_calls_all_that_the_contract_lists_and_nothing_else(x: Served) -> None:
    client = X(x.url, TOKEN)
    client.perform(DIRECT)
    client.perform(PUBLIC)
    (first,) = client.pages(CHANNEL, NOW)
    (second,) = client.pages(replace(CHANNEL, cursor=first.cursor), NOW)
    x.fake.next(200, {"meta": {"next_token": "t", "result_count": 0}})
    assert len([*client.pages(replace(CHANNEL, cursor=second.cursor), NOW)]) == 2
    used: dict[str, set[str]] = {}
    for asked in x.fake.asked:
        call = CONTRACT.call(asked["method"], asked["path"])
        assert call
        used.setdefault(call.name, set()).update(asked["body"] or asked["query"])
    assert used == {call.name: set(call.parameters) for call in CONTRACT.calls}


def test_the_fake_has_something_to_show_once(x: Served) -> None:
    client = X(x.url, TOKEN)
    (first,) = client.pages(CHANNEL, NOW)
    said = [part.said for part in first.parts if isinstance(part.said, Event)]
    assert [event.author and event.author.handle for event in said] == ["kit_invented", "noor_madeup"]
    (second,) = client.pages(replace(CHANNEL, cursor=first.cursor), NOW)
    assert second.parts == ()


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("DELETE", "/2/tweets", {"text": "x"}, 400),
        ("POST", "/2/tweets", {"text": "x"}, 400),
        ("POST", "/2/tweets", {"text": "x", "reply": {}, "quote_tweet_id": "1"}, 400),
        ("GET", "/2/users/1/tweets", None, 400),
        ("GET", "/2/users/1/mentions?max_results=100", None, 400),
        ("POST", "/2/tweets", {"text": "x", "reply": {"in_reply_to_tweet_id": "1"}}, 201),
    ],
)
def test_the_fake_refuses_what_the_contract_does_not_list(
    x: Served, method: str, path: str, body: Any, status: int
) -> None:
    import httpx

    answer = httpx.request(method, x.url + path, json=body, headers={"Authorization": f"Bearer {TOKEN}"})
    assert answer.status_code == status
    assert httpx.get(f"{x.url}/2/activity/subscriptions").json()["type"] == "https://api.x.com/2/problems/unauthorized"
