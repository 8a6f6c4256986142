"""LinkedIn's way of signing: the challenge it asks every two hours, and the signature of a delivery."""

import hashlib
import hmac
import json
import re
from collections.abc import Mapping

from werkzeug.datastructures import Headers

from shared.webhooks.body import Body
from shared.webhooks.endpoint import Challenge
from shared.webhooks.errors import HandshakeError, NotConfiguredError
from shared.webhooks.signature import Secrets, signers

HEADER = "X-LI-Signature"
PREFIX = "hmacsha256="  # signed in front of the body; some senders also write it in front of the signature
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII | re.IGNORECASE)


def handshake(query: Mapping[str, str], secrets: Secrets) -> Challenge:
    """The answer that only a holder of the app's secret can give. `applicationId` chooses the app where it is ours.

    Only a UUID is answered: deliveries are signed with the same secret, and whoever could have any text signed here
    could have a delivery signed. Raises `HandshakeError` for anything else, `NotConfiguredError` without a secret.
    """
    code = query.get("challengeCode", "")
    if not _UUID.fullmatch(code):
        raise HandshakeError("not a challenge")
    chosen = secrets.get(query.get("applicationId", "")) or next(filter(None, secrets.values()), ())
    if not any(chosen):
        raise NotConfiguredError("no signing secret is configured")
    response = hmac.new(next(filter(None, chosen)), code.encode("ascii"), hashlib.sha256).hexdigest()
    return Challenge(json.dumps({"challengeCode": code, "challengeResponse": response}), "application/json")


def verify(body: Body, headers: Headers) -> frozenset[str]:
    """The apps that signed the body; its digests are of `PREFIX` and the body. Raises `SignatureError`."""
    return signers(body.hmacs, bytes.hex, headers.get(HEADER, "").removeprefix(PREFIX))
