"""Handshakes that the platform asks for again and again, answered with our signature over what it sends."""

import hmac
from collections.abc import Mapping

from shared.webhooks.errors import HandshakeError, NotConfiguredError
from shared.webhooks.signature import Secrets

LONGEST = 1024


def signed(query: Mapping[str, str], name: str, secrets: Secrets) -> bytes:
    """HMAC-SHA256 of the parameter `name` under the newest secret of the first app.

    Needs no store. Raises `HandshakeError` without the parameter, `NotConfiguredError` without a secret.
    """
    token = query.get(name, "")
    if not 0 < len(token) <= LONGEST:
        raise HandshakeError(f"no {name}")
    secret = next((value for values in secrets.values() for value in values if value), None)
    if secret is None:
        raise NotConfiguredError("no signing secret is configured")
    return hmac.digest(secret, token.encode("utf-8", "surrogatepass"), "sha256")
