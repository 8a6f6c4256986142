"""The only place where signatures and tokens are compared: in constant time, on bytes, total on hostile input."""

import hmac
from collections.abc import Callable, Mapping, Sequence

from shared.webhooks.errors import NotConfiguredError, SignatureError

Secrets = Mapping[str, Sequence[bytes]]  # app → the secrets accepted for it; more than one while rotating


def signers(
    digests: Mapping[str, Sequence[bytes]], write: Callable[[bytes], str], header: str | None
) -> frozenset[str]:
    """The apps whose secret made the signature in `header`. Raises `SignatureError` when there is none.

    `digests` are the right ones per app, and `write` puts one as the platform does. Every one is compared, whichever
    matches: time tells nothing.
    """
    given = (header or "").encode("utf-8", "surrogatepass")
    matched = {
        app
        for app, right in digests.items()
        for digest in right
        if hmac.compare_digest(write(digest).encode("ascii"), given)
    }
    if not matched:
        raise SignatureError("missing or wrong signature")
    return frozenset(matched)


def require_token(given: str | None, tokens: Sequence[bytes]) -> None:
    """Raise `SignatureError` unless `given` is one of `tokens`, `NotConfiguredError` when all are empty."""
    accepted = [token for token in tokens if token]
    if not accepted:
        raise NotConfiguredError("no verify token is configured")
    offered = (given or "").encode("utf-8", "surrogatepass")
    matches = [hmac.compare_digest(token, offered) for token in accepted]
    if not any(matches):
        raise SignatureError("wrong token")
