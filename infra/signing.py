"""Signing a delivery as its platform would: for the local samples, `signpost replay` and the tests."""

import hashlib
import hmac
from collections.abc import Callable, Mapping

Sign = Callable[[bytes, bytes], dict[str, str]]


def meta(body: bytes, secret: bytes) -> dict[str, str]:
    """The headers of a delivery from Meta."""
    digest = hmac.new(secret, body, hashlib.sha256).hexdigest()
    return {"Content-Type": "application/json", "X-Hub-Signature-256": f"sha256={digest}"}


SIGNERS: Mapping[str, Sign] = {"facebook": meta}
