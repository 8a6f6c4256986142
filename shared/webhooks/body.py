"""The raw body under a cap, hashed while it is read: a stranger can make us count bytes, not keep them."""

import hashlib
import hmac
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from io import BytesIO

from flask import Request

from shared.webhooks.errors import BodyTooLargeError, NotConfiguredError, SignatureError
from shared.webhooks.signature import Secrets

PROCESSED = 8 * 1024 * 1024
HASHED = 32 * 1024 * 1024
CHUNK = 64 * 1024


@dataclass(frozen=True, slots=True)
class Body:
    """What was sent. `raw` is None where it is over `PROCESSED` bytes; digests are of all of it."""

    raw: bytes | None
    size: int
    sha256: str
    hmacs: Mapping[str, Sequence[bytes]]  # app → HMAC-SHA256 of prefix and body under each accepted secret


def read(request: Request, secrets: Secrets, prefix: bytes = b"") -> Body:
    """Read and hash; `prefix` is signed in front of the body.

    Raises `NotConfiguredError` without a secret, `SignatureError` on an empty body, `BodyTooLargeError` over `HASHED`
    bytes.
    """
    keys = {app: [value for value in values if value] for app, values in secrets.items()}
    if not any(keys.values()):
        raise NotConfiguredError("no signing secret is configured")
    macs = {app: [hmac.new(value, prefix, hashlib.sha256) for value in values] for app, values in keys.items()}
    whole, kept, size = hashlib.sha256(), bytearray(), 0
    for chunk in _chunks(request):
        size += len(chunk)
        if size > HASHED:
            raise BodyTooLargeError("over 32 MiB")
        whole.update(chunk)
        for mac in (mac for app in macs.values() for mac in app):
            mac.update(chunk)
        if size <= PROCESSED:
            kept += chunk
    if not size:
        raise SignatureError("empty body")
    digests = {app: [mac.digest() for mac in values] for app, values in macs.items()}
    return Body(bytes(kept) if size <= PROCESSED else None, size, whole.hexdigest(), digests)


def _chunks(request: Request) -> Iterator[bytes]:
    if (request.content_length or 0) > HASHED:
        raise BodyTooLargeError("over 32 MiB")
    try:
        while chunk := request.stream.read(CHUNK):
            yield chunk
    except Exception:  # noqa: BLE001 - chunks that are none, a hang-up: the server's own errors, with the sender's bytes
        raise SignatureError("the body broke off") from None


def discard(request: Request) -> None:
    """Read on without keeping, as far as we would hash, and leave nothing behind. Never raises.

    Otherwise the framework reads the rest itself before it answers: all of it into memory, and where it cannot be
    read it logs the sender's bytes and answers 500.
    """
    left = HASHED
    with suppress(Exception):
        while left > 0 and (chunk := request.stream.read(CHUNK)):
            left -= len(chunk)
    request.stream = BytesIO()
