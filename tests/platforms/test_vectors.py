"""How each platform signs and shakes hands, against known answers; and that nothing else gets in."""

import tomllib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, Response, request

from infra.signing import SIGNERS
from shared import bootstrap
from shared.domain.message import Parts
from shared.webhooks import endpoint
from shared.webhooks.body import Body
from tests.platforms.every import PUSHED, webhook

VECTORS = tomllib.loads((Path(__file__).parent / "vectors.toml").read_text(encoding="utf-8"))
DELIVERIES, HANDSHAKES = VECTORS["delivery"], VECTORS["handshake"]
every_delivery = pytest.mark.parametrize("vector", DELIVERIES, ids=[v["platform"] for v in DELIVERIES])


def call(platform: str, secret: str, method: str, **options: Any) -> tuple[Response, list[frozenset[str]]]:
    """One request to a platform's webhook with one secret, and whom it was taken for."""
    taken: list[frozenset[str]] = []

    def deliver(_body: Body, apps: frozenset[str], _parse: Callable[[Any], Parts]) -> None:
        taken.append(apps)

    made = webhook(platform)
    assert made is not None
    ready = replace(made, secrets=lambda: {"app": [b"another", secret.encode()]}, deliver=lambda: deliver)
    with Flask(__name__).test_request_context("/", method=method, **options):
        return endpoint.handle(request, ready), taken


def post(vector: dict[str, Any], body: str, headers: dict[str, str]) -> tuple[int, list[frozenset[str]]]:
    answer, taken = call(vector["platform"], vector["secret"], "POST", data=body.encode(), headers=headers,
                         content_type="application/json")  # fmt: skip
    return answer.status_code, taken


@every_delivery
def test_a_known_signature_is_taken(vector: dict[str, Any]) -> None:
    assert post(vector, vector["body"], vector["headers"]) == (200, [frozenset({"app"})])


@every_delivery
def test_one_byte_more_and_it_is_not(vector: dict[str, Any]) -> None:
    assert post(vector, vector["body"] + " ", vector["headers"]) == (401, [])


@every_delivery
def test_a_header_changed_in_its_last_letter_is_not(vector: dict[str, Any]) -> None:
    for name, value in vector["headers"].items():
        changed = value[:-1] + ("0" if value[-1] != "0" else "1")
        assert post(vector, vector["body"], {**vector["headers"], name: changed}) == (401, [])


@every_delivery
@pytest.mark.parametrize("header", ["", "=", ",", "t=,s=", "t=1,s=", "sha256=", "\u00e9", "t=" + "9" * 5000 + ",s=0"])
def test_hostile_headers_are_refused_and_nothing_breaks(vector: dict[str, Any], header: str) -> None:
    assert post(vector, vector["body"], dict.fromkeys(vector["headers"], header)) == (401, [])


@every_delivery
def test_our_signers_sign_as_the_platform_does(vector: dict[str, Any]) -> None:
    signed = SIGNERS[vector["platform"]](vector["body"].encode(), vector["secret"].encode())
    assert post(vector, vector["body"], signed) == (200, [frozenset({"app"})])


@pytest.mark.parametrize("vector", HANDSHAKES, ids=[f"{v['platform']}-{v['status']}" for v in HANDSHAKES])
def test_handshakes(vector: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    secrets = {"app": (vector["secret"].encode(),)} if vector["secret"] else {}
    monkeypatch.setattr(bootstrap, "verify_tokens", lambda _: (vector["token"].encode(),))
    monkeypatch.setattr(bootstrap, "signing_secrets", lambda _: secrets)
    answer, _ = call(vector["platform"], "unused", "GET", query_string=vector["query"])
    assert (answer.status_code, answer.get_data(as_text=True)) == (vector["status"], vector["answer"])
    assert answer.mimetype == vector["content_type"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_every_platform_that_pushes_has_a_known_answer_and_a_signer() -> None:
    assert {vector["platform"] for vector in DELIVERIES} == set(PUSHED) == set(SIGNERS)


def test_what_is_not_configured_fails_closed() -> None:
    for platform in PUSHED:
        made = webhook(platform)
        assert made is not None
        bare = replace(made, secrets=lambda: {"app": [b""]})
        body = b'{"a":1}'
        with Flask(__name__).test_request_context("/", method="POST", data=body, headers=SIGNERS[platform](body, b"")):
            assert endpoint.handle(request, bare).status_code == 503
