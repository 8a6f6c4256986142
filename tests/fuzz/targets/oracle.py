"""HMAC-SHA256 as its standard describes it, and how each platform writes it, by hand: what is accepted is judged by
other code than ours.
"""

import base64
import hashlib

BLOCK = 64
HEADERS = {
    **dict.fromkeys(("facebook", "instagram", "threads"), "X-Hub-Signature-256"),
    "x": "X-Twitter-Webhooks-Signature",
    "linkedin": "X-LI-Signature",
    "tiktok": "TikTok-Signature",
}
STAMP = "1795298400"


def hmac_sha256(key: bytes, body: bytes) -> str:
    """The digest in hexadecimal (RFC 2104)."""
    key = (hashlib.sha256(key).digest() if len(key) > BLOCK else key).ljust(BLOCK, b"\0")
    inner = hashlib.sha256(bytes(byte ^ 0x36 for byte in key) + body).digest()
    return hashlib.sha256(bytes(byte ^ 0x5C for byte in key) + inner).hexdigest()


def right_signature(platform: str, key: bytes, body: bytes) -> str:
    """What the platform would put into its header."""
    if platform == "x":
        return "sha256=" + base64.b64encode(bytes.fromhex(hmac_sha256(key, body))).decode()
    if platform == "linkedin":
        return hmac_sha256(key, b"hmacsha256=" + body)
    if platform == "tiktok":
        return f"t={STAMP},s={hmac_sha256(key, STAMP.encode() + b'.' + body)}"
    return f"sha256={hmac_sha256(key, body)}"


def is_right(platform: str, key: bytes, body: bytes, header: str) -> bool:
    """Whether a header is a right one under this key: LinkedIn's comes in two spellings, TikTok's has its own time."""
    if platform == "linkedin":
        right = right_signature(platform, key, body)
        return header in {right, f"hmacsha256={right}"}
    if platform != "tiktok":
        return header == right_signature(platform, key, body)
    fields: dict[str, str] = {}
    for name, _, value in (part.strip().partition("=") for part in header.split(",")):
        fields.setdefault(name, value)
    signed = fields.get("t", "").encode("utf-8", "surrogatepass") + b"." + body
    return fields.get("s") == hmac_sha256(key, signed)
