"""Signing a delivery as its platform would: for the local samples, `signpost replay` and the tests."""

import base64
import hashlib
import hmac
from collections.abc import Callable, Mapping

Sign = Callable[[bytes, bytes], dict[str, str]]


def meta(body: bytes, secret: bytes) -> dict[str, str]:
    """The headers of a delivery from Meta."""
    digest = hmac.new(secret, body, hashlib.sha256).hexdigest()
    return {"Content-Type": "application/json", "X-Hub-Signature-256": f"sha256={digest}"}


def linkedin(body: bytes, secret: bytes) -> dict[str, str]:
    """The headers of a delivery from LinkedIn."""
    digest = hmac.new(secret, b"hmacsha256=" + body, hashlib.sha256).hexdigest()
    return {"Content-Type": "application/json", "X-LI-Signature": digest}


def tiktok(body: bytes, secret: bytes) -> dict[str, str]:
    """The headers of a delivery from TikTok, with a time that means nothing."""
    at = "1795298400"
    digest = hmac.new(secret, at.encode() + b"." + body, hashlib.sha256).hexdigest()
    return {"Content-Type": "application/json", "TikTok-Signature": f"t={at},s={digest}"}


def x(body: bytes, secret: bytes) -> dict[str, str]:
    """The headers of a delivery from X."""
    digest = base64.b64encode(hmac.digest(secret, body, "sha256")).decode("ascii")
    return {"Content-Type": "application/json", "X-Twitter-Webhooks-Signature": f"sha256={digest}"}


SIGNERS: Mapping[str, Sign] = {
    "facebook": meta,
    "instagram": meta,
    "threads": meta,
    "linkedin": linkedin,
    "tiktok": tiktok,
    "x": x,
}
