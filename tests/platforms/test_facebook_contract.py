"""What we call on Facebook, what the contract lists and, where it is at hand, what the vendor describes: the same."""

import json
import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from functions.facebook.outbound import VERSION, Facebook
from infra.local.fakes.contract import Call, Contract, load
from infra.manifests import FUNCTIONS
from shared.domain.channel import Channel
from shared.domain.message import Platform
from shared.ports import Page
from tests.platforms.conftest import NOW, TOKEN, Served
from tests.platforms.test_facebook_outbound import DIRECT, PUBLIC

ROOT = Path(__file__).parents[2]
SPECS = Path(os.environ.get("SIGNPOST_SPECS", ROOT.parent / "shared" / "specs")) / "meta"
FACEBOOK = load(FUNCTIONS / "facebook" / "contract.toml")
COMMON = {"fields"}  # every read of the Graph API takes these


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
    params = {param["name"]: param for param in found["params"]}
    yield from (f"{node} {edge} has no {name}" for name in call.parameters if name not in {*params, *COMMON})
    yield from (
        f"{node} {edge} wants {name}" for name, p in params.items() if p["required"] and name not in call.required
    )
    enums = {e["name"]: e["values"] for e in json.loads((specs / "enum_types.json").read_text(encoding="utf-8"))}
    for name, values in call.values.items():
        allowed = enums.get(params[name]["type"], []) if name in params else []
        yield from (f"{node} {edge} {name} is never {value}" for value in values if value not in allowed)


@pytest.fixture
def specs(tmp_path: Path) -> Path:
    """A small description in the vendor's form."""

    def api(*params: dict[str, Any]) -> str:
        return json.dumps({"apis": [{"method": "POST", "endpoint": "messages", "params": params}]})

    recipient = {"name": "recipient", "required": True, "type": "Object"}
    kind = {"name": "messaging_type", "required": False, "type": "kinds"}
    (tmp_path / "Page.json").write_text(api(recipient, kind, {"name": "message", "required": False, "type": "Object"}))
    (tmp_path / "enum_types.json").write_text(json.dumps([{"name": "kinds", "values": ["RESPONSE", "UPDATE"]}]))
    return tmp_path


def test_the_contract_says_what_the_vendor_says() -> None:
    """Without the vendor's description beside the checkout, the rows are at least whole."""
    assert not SPECS.is_dir() or differences(FACEBOOK, SPECS) == []
    assert all(call.source and call.nodes and call.answer and call.parameters for call in FACEBOOK.calls)


@pytest.mark.parametrize(
    ("change", "difference"),
    [
        ({}, []),
        ({"parameters": ("recipient", "tags")}, ["Page messages has no tags"]),
        ({"required": ()}, ["Page messages wants recipient"]),
        ({"values": {"messaging_type": ("CHAT",)}}, ["Page messages messaging_type is never CHAT"]),
        ({"path": "/{page}/notes"}, ["Page has no POST notes"]),
        ({"method": "DELETE"}, ["Page has no DELETE messages"]),
    ],
)
def test_the_comparison_sees_a_difference(specs: Path, change: dict[str, Any], difference: list[str]) -> None:
    direct = next(call for call in FACEBOOK.calls if call.nodes == ("Page",))
    assert differences(replace(FACEBOOK, calls=(replace(direct, **change),)), specs) == difference


def test_the_code_calls_all_that_the_contract_lists_and_nothing_else(graph: Served) -> None:
    facebook = Facebook(graph.url, TOKEN)
    facebook.perform(DIRECT)
    facebook.perform(PUBLIC)
    assert [*facebook.pages(Channel(Platform.FACEBOOK, DIRECT.account), NOW)] == [Page((), "")]
    called = [FACEBOOK.call(asked["method"], asked["path"]) for asked in graph.fake.asked]
    assert {call and call.name for call in called} == {call.name for call in FACEBOOK.calls}
    for call, asked in zip(called, graph.fake.asked, strict=True):
        assert call
        assert set(asked["body"] or asked["query"]) == set(call.parameters)


def test_the_code_and_the_contract_are_of_one_version(graph: Served) -> None:
    assert FACEBOOK.version == VERSION
    Facebook(graph.url, TOKEN).perform(DIRECT)
    assert graph.fake.asked[0]["path"].startswith(f"/{FACEBOOK.version}/")
