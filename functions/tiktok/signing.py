"""TikTok's way of signing: the header has a time and a signature of that time, a dot and the body.

The time is not compared with ours: a delivery is tried again for three days, and may keep its first stamp.
"""

from werkzeug.datastructures import Headers

from shared.webhooks.body import Body
from shared.webhooks.signature import signers

HEADER = "TikTok-Signature"


def prefix(headers: Headers) -> bytes:
    """What is signed in front of the body."""
    return f"{_field(headers, 't')}.".encode("utf-8", "surrogatepass")


def verify(body: Body, headers: Headers) -> frozenset[str]:
    """The apps that signed the body; its digests are of `prefix` and the body. Raises `SignatureError`."""
    return signers(body.hmacs, bytes.hex, _field(headers, "s"))


def _field(headers: Headers, name: str) -> str:
    """One field of `t=…,s=…`, as it was received."""
    fields = (field.strip().partition("=") for field in headers.get(HEADER, "").split(","))
    return next((value for key, _, value in fields if key == name), "")
