"""What we call on Bluesky, what the contract lists and, where they are at hand, what the lexicons say: the same."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest

from functions.bluesky.outbound import Bluesky
from infra.local.fakes.contract import Call, Contract, load
from infra.manifests import FUNCTIONS
from shared.domain.channel import Channel
from shared.domain.message import Platform
from tests.platforms.bluesky_world import US, World, minutes
from tests.platforms.conftest import NOW, TOKEN
from tests.platforms.test_bluesky_outbound import DIRECT, PUBLIC

ROOT = Path(__file__).parents[2]
SPECS = Path(os.environ.get("SIGNPOST_SPECS", ROOT.parent / "shared" / "specs")) / "bluesky"
CONTRACT = load(FUNCTIONS / "bluesky" / "contract.toml")
METHODS = {"query": "GET", "procedure": "POST"}


def differences(contract: Contract, specs: Path) -> list[str]:
    """What the contract says that the lexicons do not."""
    return [found for call in contract.calls for node in call.nodes for found in _compare(call, node, specs)]


def _compare(call: Call, node: str, specs: Path) -> Iterator[str]:
    main = json.loads((specs / f"{node.replace('.', '/')}.json").read_text(encoding="utf-8"))["defs"]["main"]
    if (METHODS[main["type"]], f"/{node}") != (call.method, call.path):
        yield f"{node} is no {call.method} {call.path}"
    given = main.get("parameters") or main.get("input", {}).get("schema", {})
    known, wanted = given.get("properties", {}), given.get("required", [])
    yield from (f"{node} has no {name}" for name in call.parameters if name not in known)
    yield from (f"{node} wants {name}" for name in wanted if name not in call.required)
    answer = main["output"]["schema"]
    if "properties" in answer:  # else it is described elsewhere
        yield from (f"{node} never answers {name}" for name in call.answer if name not in answer["properties"])


SEND = next(call for call in CONTRACT.calls if call.name == "private message")


@pytest.fixture
def specs(tmp_path: Path) -> Path:
    """A small lexicon in the network's form."""
    given = {"required": ["convoId", "message"], "properties": {"convoId": {}, "message": {}}}
    output: dict[str, Any] = {"schema": {"properties": {"id": {}}}}
    main = {"type": "procedure", "input": {"schema": given}, "output": output}
    path = tmp_path / "chat/bsky/convo/sendMessage.json"
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps({"defs": {"main": main}}), encoding="utf-8")
    return tmp_path


def test_the_contract_says_what_the_lexicons_say() -> None:
    """Without the lexicons beside the checkout, the rows are at least whole."""
    assert not SPECS.is_dir() or differences(CONTRACT, SPECS) == []
    assert all(call.source and call.answer and (call.nodes or not call.confirmed) for call in CONTRACT.calls)


@pytest.mark.parametrize(
    ("change", "difference"),
    [
        ({}, []),
        ({"parameters": ("convoId", "text")}, ["chat.bsky.convo.sendMessage has no text"]),
        ({"required": ("convoId",)}, ["chat.bsky.convo.sendMessage wants message"]),
        ({"answer": ("uri",)}, ["chat.bsky.convo.sendMessage never answers uri"]),
        ({"path": "/notes"}, ["chat.bsky.convo.sendMessage is no POST /notes"]),
        ({"method": "GET"}, ["chat.bsky.convo.sendMessage is no GET /chat.bsky.convo.sendMessage"]),
    ],
)
def test_the_comparison_sees_a_difference(specs: Path, change: dict[str, Any], difference: list[str]) -> None:
    assert differences(replace(CONTRACT, calls=(replace(SEND, **change),)), specs) == difference


def test_the_code_calls_all_that_the_contract_lists_and_with_all_its_parameters() -> None:
    world = World()
    for number in range(5):
        world.add(f"p{number}", NOW - minutes(5))
        world.add(f"own{number}", NOW - minutes(5), by=US)
        world.write(f"m{number}", NOW - minutes(5))
    app = world.fake()
    with httpx.Client(transport=httpx.WSGITransport(app=app)) as http:
        channel = Channel(Platform.BLUESKY, US)
        for n in range(3):
            for page in Bluesky("http://127.0.0.1", US, TOKEN, channel.session, http).pages(channel, NOW + minutes(n)):
                channel = replace(channel, cursor=page.cursor, session=page.session or channel.session)
            world.sessions += n  # the second time it holds, the third time it has run out
        for action in (PUBLIC, DIRECT):
            Bluesky("http://127.0.0.1", US, TOKEN, "", http).perform(action)
    used: dict[str, set[str]] = {}
    for asked in app.asked:
        call = CONTRACT.call(asked["method"], asked["path"])
        assert call
        used.setdefault(call.name, set()).update({*asked.get("query", {}), *(asked["body"] or {})})
    assert used == {call.name: set(call.parameters) for call in CONTRACT.calls}


def test_a_cold_start_loads_no_http_client() -> None:
    code = "import sys; from functions.bluesky import outbound; print({'httpx', 'flask'} & {*sys.modules})"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert ran.stdout == "set()\n"
