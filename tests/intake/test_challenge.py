"""A challenge is answered with the key that signs deliveries: nobody may get a delivery signed that way."""

import hashlib
import hmac
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infra.signing import SIGNERS
from shared.webhooks import challenge
from shared.webhooks.body import Body
from shared.webhooks.errors import HandshakeError, NotConfiguredError, SignatureError
from shared.webhooks.json import BadJson, loads
from tests.platforms.every import PUSHED, webhook

SECRETS = {"app": [b"", b"secret"]}


def body(raw: bytes) -> Body:
    digest = hmac.digest(b"secret", raw, "sha256")
    return Body(raw, len(raw), hashlib.sha256(raw).hexdigest(), {"app": [digest]})


def test_an_opaque_token_is_answered() -> None:
    token = "challenge_string".replace("_", "-")
    assert challenge.signed({"crc_token": token}, "crc_token", SECRETS) == hmac.digest(
        b"secret", token.encode(), "sha256"
    )


@pytest.mark.parametrize("token", ["", "{}", '{"data":{}}', "[1]", '"a"', "a b", "a\n", "\u00e9", "\ud800", "a" * 1025])
def test_what_could_be_a_delivery_or_anything_else_is_not(token: str) -> None:
    with pytest.raises(HandshakeError):
        challenge.signed({"crc_token": token}, "crc_token", SECRETS)


def test_without_a_secret_there_is_no_answer() -> None:
    with pytest.raises(NotConfiguredError):
        challenge.signed({"crc_token": "abc"}, "crc_token", {"app": [b""]})


@given(st.text(string.printable) | st.text() | st.recursive(st.integers() | st.text(), st.lists).map(str))
def test_no_text_is_both_a_question_and_a_delivery(text: str) -> None:
    raw = text.encode("utf-8", "surrogatepass")
    assert not (is_question(text) and is_delivery(raw))


def is_question(text: str) -> bool:
    try:
        challenge.signed({"t": text}, "t", SECRETS)
    except HandshakeError:
        return False
    return True


def is_delivery(raw: bytes) -> bool:
    try:
        challenge.require_container(body(raw))
        loads(raw)
    except (SignatureError, BadJson):
        return False
    return True


@pytest.mark.parametrize("question", ["7", "null", "true", "3e5", "890e4665-4dfe-4ab1-b689-ed553bceeed0"])
@pytest.mark.parametrize("platform", sorted(set(PUSHED) & {"x", "linkedin"}))
def test_our_answer_to_a_question_is_no_signature_of_a_delivery(platform: str, question: str) -> None:
    """Whoever has asked us to sign `7` must not be able to deliver `7`."""
    made = webhook(platform)
    assert made is not None
    raw = question.encode()
    headers = SIGNERS[platform](raw, b"secret")
    from flask import Flask, request

    with Flask(__name__).test_request_context("/", method="POST", data=raw, headers=headers):
        whole = body(raw)
        signed_as_answer = Body(raw, whole.size, whole.sha256, whole.hmacs)
        with pytest.raises(SignatureError):
            made.verify(signed_as_answer, request.headers)
