"""What Meta's platforms share: the handshake and the signature of a delivery."""

from collections.abc import Mapping, Sequence

from werkzeug.datastructures import Headers

from shared.webhooks.body import Body
from shared.webhooks.endpoint import Challenge
from shared.webhooks.errors import HandshakeError, SignatureError
from shared.webhooks.signature import require_token, signers

HEADER = "X-Hub-Signature-256"
LONGEST_CHALLENGE = 256


def handshake(query: Mapping[str, str], tokens: Sequence[bytes]) -> Challenge:
    """The challenge, to be sent back as plain text. Raises `HandshakeError` for a stranger.

    Needs no store and no signing secret, so that an outage does not stop us being verified again.
    """
    try:
        require_token(query.get("hub.verify_token"), tokens)
    except SignatureError:
        raise HandshakeError("wrong verify token") from None
    challenge = query.get("hub.challenge", "")
    if query.get("hub.mode") != "subscribe" or not 0 < len(challenge) <= LONGEST_CHALLENGE:
        raise HandshakeError("not a subscription")
    return Challenge(challenge)


def verify(body: Body, headers: Headers) -> frozenset[str]:
    """The apps that signed the body. Raises `SignatureError`."""
    return signers(body.hmacs, lambda digest: f"sha256={digest.hex()}", headers.get(HEADER))
