"""Signatures: known answers, hostile headers, rotation, and no secret at all."""

import hashlib
import hmac

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import Headers

from shared.webhooks import meta
from shared.webhooks.body import Body
from shared.webhooks.endpoint import Challenge
from shared.webhooks.errors import HandshakeError, NotConfiguredError, SignatureError
from shared.webhooks.signature import require_token, signers

KEY = b"test_app_secret"
# Meta's algorithm, worked out independently of this code: body → header
KNOWN = [
    (
        b'{"object":"whatsapp_business_account","entry":[]}',
        "dec6a680679a968e7e0319355b23599cbfc54502c0784668e9618baa0c633756",
    ),
    (
        b'{"object": "whatsapp_business_account", "entry": []}',
        "56cbbaf4961c6cfdae48b7f116c047e5eb513d2c931baae63a2bc1afd26f803a",
    ),
    (
        rb'{"object":"page","entry":[{"id":"1","time":1700000000,"changes":[{"field":"feed","value":{"item":"comment",'
        rb'"verb":"add","comment_id":"1_2","post_id":"1_1","parent_id":"1_1","created_time":1700000000,'
        rb'"from":{"id":"9","name":"Zo\u00eb"},"message":"caf\u00e9 \ud83d\ude22 https:\/\/example.org\/"}}]}]}',
        "1d8553a6949083502a87a7b963d8f7e76cd8101bdd32c69c3cfa2232751c69a7",
    ),
]
DIGEST = hmac.new(KEY, b"body", hashlib.sha256).digest()
RIGHT = f"sha256={DIGEST.hex()}"
BODY = Body(b"body", 4, "", {"meta": [DIGEST]})
OLD, NEW = b"a" * 32, b"b" * 32


def write(digest: bytes) -> str:
    return f"sha256={digest.hex()}"


@pytest.mark.parametrize(("body", "expected"), KNOWN, ids=["plain", "spaced", "escaped"])
def test_known_answers(body: bytes, expected: str) -> None:
    made = Body(body, len(body), "", {"meta": [hmac.new(KEY, body, hashlib.sha256).digest()]})
    assert meta.verify(made, Headers({"X-Hub-Signature-256": f"sha256={expected}"})) == {"meta"}


@pytest.mark.parametrize(
    "header",
    [
        None,
        "",
        "sha256=",
        RIGHT.upper(),
        RIGHT[:-1],
        RIGHT + "0",
        " " + RIGHT,
        RIGHT.removeprefix("sha256="),
        "sha1=" + RIGHT.removeprefix("sha256="),
        "sha256=" + "0" * 64,
        "sha256=ünïcode",
        "sha256=\ud800",
        f"{RIGHT},{RIGHT}",
        "=" * 10_000,
    ],
)
def test_anything_but_the_right_header_is_refused(header: str | None) -> None:
    with pytest.raises(SignatureError):
        signers({"meta": [DIGEST]}, write, header)


@given(st.text())
def test_hostile_headers_only_ever_raise_signature_error(header: str) -> None:
    with pytest.raises(SignatureError):
        signers({"meta": [DIGEST]}, write, header)


def test_old_and_new_secret_both_count_while_one_is_renewed() -> None:
    assert signers({"meta": [NEW, OLD]}, write, write(OLD)) == {"meta"}
    assert signers({"meta": [NEW, OLD]}, write, write(NEW)) == {"meta"}


def test_a_signature_speaks_for_the_app_that_made_it_and_for_no_other() -> None:
    assert signers({"one": [OLD], "two": [NEW]}, write, write(NEW)) == {"two"}


def test_nothing_configured_accepts_nothing() -> None:
    with pytest.raises(SignatureError):
        signers({}, write, RIGHT)
    with pytest.raises(NotConfiguredError):
        require_token("anything", [])


HELLO = {"hub.mode": "subscribe", "hub.challenge": "1158201444", "hub.verify_token": "right"}


def test_the_handshake_gives_the_challenge_back() -> None:
    assert meta.handshake(HELLO, [b"old", b"right"]) == Challenge("1158201444")


@pytest.mark.parametrize(
    "change",
    [
        {"hub.verify_token": "wrong"},
        {"hub.verify_token": ""},
        {"hub.verify_token": "\ud800"},
        {"hub.mode": "unsubscribe"},
        {"hub.mode": ""},
        {"hub.challenge": ""},
        {"hub.challenge": "x" * 257},
    ],
)
def test_a_handshake_that_is_not_ours_is_refused(change: dict[str, str]) -> None:
    with pytest.raises(HandshakeError):
        meta.handshake({**HELLO, **change}, [b"right"])


def test_a_handshake_without_parameters_is_refused() -> None:
    with pytest.raises(HandshakeError):
        meta.handshake({}, [b"right"])


def test_the_verified_body_is_the_one_that_was_hashed() -> None:
    assert meta.verify(BODY, Headers({"X-Hub-Signature-256": RIGHT})) == {"meta"}
    with pytest.raises(SignatureError):
        meta.verify(BODY, Headers({"X-Hub-Signature": RIGHT}))
