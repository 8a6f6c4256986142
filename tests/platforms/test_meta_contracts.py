"""What we call on Instagram and Threads, what their contracts list and, where at hand, what the vendor describes."""

import json
import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest

from functions.instagram import outbound as instagram
from functions.threads import outbound as threads
from infra.local.fakes.contract import Call, Contract, load
from infra.manifests import FUNCTIONS
from shared.domain.channel import Channel
from shared.domain.message import Event, EventKind, Platform
from tests.platforms.conftest import NOW, TOKEN, Served
from tests.platforms.test_instagram_outbound import DIRECT, IN_A_COMMENT, PUBLIC
from tests.platforms.test_threads_outbound import REPLY

ROOT = Path(__file__).parents[2]
SPECS = Path(os.environ.get("SIGNPOST_SPECS", ROOT.parent / "shared" / "specs")) / "meta"
INSTAGRAM, THREADS = (load(FUNCTIONS / name / "contract.toml") for name in ("instagram", "threads"))
COMMON = {"fields", "limit", "after"}  # every list of the Graph API takes these


def differences(contract: Contract, specs: Path) -> list[str]:
    """What the contract says that the vendor's description does not."""
    return [found for call in contract.calls for node in call.nodes for found in _compare(call, node, specs)]


def _compare(call: Call, node: str, specs: Path) -> Iterator[str]:
    edge = call.path.rsplit("/", 1)[1]
    apis = json.loads((specs / f"{node}.json").read_text(encoding="utf-8"))["apis"]
    found = next((api for api in apis if api["method"] == call.method and api.get("endpoint") == edge), None)
    if found is None:
        yield f"{node} has no {call.method} {edge}"
        return
    params = {param["name"]: param["required"] for param in found["params"]}
    yield from (f"{node} {edge} has no {name}" for name in call.parameters if name not in {*params, *COMMON})
    yield from (f"{node} {edge} wants {n}" for n, required in params.items() if required and n not in call.required)


def test_the_contract_says_what_the_vendor_says() -> None:
    """Without the vendor's description beside the checkout, the rows are at least whole."""
    assert not SPECS.is_dir() or differences(INSTAGRAM, SPECS) == []
    for call in (*INSTAGRAM.calls, *THREADS.calls):
        assert call.source
        assert call.answer
        assert call.parameters
        assert bool(call.nodes) is call.confirmed


@pytest.mark.parametrize(
    ("change", "difference"),
    [
        ({}, []),
        ({"parameters": ("message", "tags")}, ["IGComment replies has no tags"]),
        ({"path": "/{comment}/likes"}, ["IGComment has no POST likes"]),
        ({"method": "DELETE"}, ["IGComment has no DELETE replies"]),
        ({"required": ()}, ["IGComment replies wants message"]),
    ],
)
def test_the_comparison_sees_a_difference(tmp_path: Path, change: dict[str, Any], difference: list[str]) -> None:
    params = [{"name": "message", "required": True}]
    described = {"apis": [{"method": "POST", "endpoint": "replies", "params": params}]}
    (tmp_path / "IGComment.json").write_text(json.dumps(described))
    public = next(call for call in INSTAGRAM.calls if call.name == "public answer")
    assert differences(replace(INSTAGRAM, calls=(replace(public, **change),)), tmp_path) == difference


@pytest.mark.parametrize("served", ["instagram"], indirect=True)
def test_instagram_is_asked_all_that_its_contract_lists_and_nothing_else(served: Served) -> None:
    client = instagram.Instagram(served.url, TOKEN)
    client.perform(DIRECT)
    client.perform(PUBLIC)
    list(client.read(IN_A_COMMENT))
    _, page = client.pages(Channel(Platform.INSTAGRAM, DIRECT.account), NOW)
    events = [part.said.event for part in page.parts if isinstance(part.said, Event)]
    assert events == [EventKind.POSTED, EventKind.ECHO, EventKind.POSTED]
    more = {"id": "1", "replies": {"data": [], "paging": {"next": "more", "cursors": {"after": "x"}}}}
    answers = [{"data": [{"subscribed_fields": ["comments", "messages"]}]}, {"data": [{"id": "2"}]}, {"data": [more]}]
    for answer in answers:
        served.fake.next(200, answer)
    list(client.pages(Channel(Platform.INSTAGRAM, DIRECT.account), NOW))
    called(served, INSTAGRAM)


@pytest.mark.parametrize("served", ["threads"], indirect=True)
def test_threads_is_asked_all_that_its_contract_lists_and_nothing_else(served: Served) -> None:
    client = threads.Threads(served.url, TOKEN)
    client.perform(REPLY)
    _, page = client.pages(Channel(Platform.THREADS, REPLY.account), NOW)
    events = [part.said.event for part in page.parts if isinstance(part.said, Event)]
    assert events == [EventKind.POSTED, EventKind.ECHO, EventKind.POSTED]
    called(served, THREADS)


def called(served: Served, contract: Contract) -> None:
    asked = served.fake.asked
    calls = [contract.call(one["method"], one["path"]) for one in asked]
    assert {call and call.name for call in calls} == {call.name for call in contract.calls}
    for call, one in zip(calls, asked, strict=True):
        assert call
        assert set(call.required) <= set(one["body"] or one["query"]) <= set(call.parameters)
        assert one["path"].startswith(f"/{contract.version}/")


def test_the_code_and_the_contracts_are_of_one_version() -> None:
    assert (INSTAGRAM.version, THREADS.version) == (instagram.VERSION, threads.VERSION)


REFUSED = [
    ("instagram", "POST", "/v25.0/179/replies", {"message": "x", "fields": "id"}, "unknown parameter fields"),
    ("instagram", "POST", "/v25.0/179/replies", {}, "parameter message is required"),
    ("instagram", "POST", "/v25.0/179/messages", {"message": {"text": "x"}}, "parameter recipient is required"),
    ("instagram", "DELETE", "/v25.0/179", None, "not in the contract"),
    ("instagram", "POST", "/v24.0/179/replies", {"message": "x"}, "not in the contract"),
    ("threads", "POST", "/v1.0/2/threads", {"media_type": "IMAGE", "text": "x", "reply_to_id": "1"},
     "parameter media_type must be one of TEXT"),
    ("threads", "POST", "/v1.0/2/threads", {"media_type": "TEXT", "text": "x"}, "parameter reply_to_id is required"),
    ("threads", "POST", "/v1.0/2/messages", {"text": "x"}, "not in the contract"),
]  # fmt: skip


@pytest.mark.parametrize(("served", "method", "path", "body", "why"), REFUSED, indirect=["served"])
def test_the_fakes_refuse_what_no_contract_lists(served: Served, method: str, path: str, body: Any, why: str) -> None:
    answer = httpx.request(method, served.url + path, json=body, headers={"Authorization": f"Bearer {TOKEN}"})
    assert (answer.status_code, answer.json()["error"]["message"]) == (400, f"(#100) {why}")
