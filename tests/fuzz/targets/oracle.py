"""HMAC-SHA256 as its standard describes it, by hand: what is accepted is judged by other code than ours."""

import hashlib

BLOCK = 64


def hmac_sha256(key: bytes, body: bytes) -> str:
    """The digest in hexadecimal (RFC 2104)."""
    key = (hashlib.sha256(key).digest() if len(key) > BLOCK else key).ljust(BLOCK, b"\0")
    inner = hashlib.sha256(bytes(byte ^ 0x36 for byte in key) + body).digest()
    return hashlib.sha256(bytes(byte ^ 0x5C for byte in key) + inner).hexdigest()
