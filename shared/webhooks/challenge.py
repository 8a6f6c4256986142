"""Handshakes that the platform asks for again and again, answered with our signature over what it sends.

The same key signs deliveries, so whoever asks must never get a delivery signed: what could be one is refused here, and
`require_container` refuses as a delivery all that could pass as a question.
"""

import hmac
import re
from collections.abc import Mapping

from shared.webhooks.body import Body
from shared.webhooks.errors import HandshakeError, NotConfiguredError, SignatureError
from shared.webhooks.signature import Secrets

QUESTION = re.compile(r"[A-Za-z0-9._~+/=-]{1,1024}")


def signed(query: Mapping[str, str], name: str, secrets: Secrets) -> bytes:
    """HMAC-SHA256 of the parameter `name` under the newest secret of the first app.

    Needs no store. Raises `HandshakeError` without the parameter or for one that is no opaque token,
    `NotConfiguredError` without a secret.
    """
    token = query.get(name, "")
    if not QUESTION.fullmatch(token):
        raise HandshakeError(f"no usable {name}")
    secret = next((value for values in secrets.values() for value in values if value), None)
    if secret is None:
        raise NotConfiguredError("no signing secret is configured")
    return hmac.digest(secret, token.encode("ascii"), "sha256")


def require_container(body: Body) -> None:
    """Raise `SignatureError` for a body that is neither an object nor a list: no delivery, but perhaps a question."""
    if body.raw is not None and not body.raw.lstrip().startswith((b"{", b"[")):
        raise SignatureError("neither an object nor a list")
