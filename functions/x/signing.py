"""How X signs, and how it asks whether we know the secret: nothing heavy, it asks often and waits three seconds."""

import base64
import json
from collections.abc import Mapping

from werkzeug.datastructures import Headers

from shared.webhooks import challenge
from shared.webhooks.body import Body
from shared.webhooks.endpoint import Challenge
from shared.webhooks.signature import Secrets, signers


def handshake(query: Mapping[str, str], secrets: Secrets) -> Challenge:
    """The answer to a challenge-response check. Raises `HandshakeError` or `NotConfiguredError`."""
    token = _written(challenge.signed(query, "crc_token", secrets))
    return Challenge(json.dumps({"response_token": token}), "application/json")


def verify(body: Body, headers: Headers) -> frozenset[str]:
    """The apps that signed the body. Raises `SignatureError`, also for what may be our own answer to a challenge."""
    challenge.require_container(body)
    return signers(body.hmacs, _written, headers.get("X-Twitter-Webhooks-Signature"))


def _written(digest: bytes) -> str:
    return f"sha256={base64.b64encode(digest).decode('ascii')}"
