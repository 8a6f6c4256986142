"""Signed deliveries with made-up words, each with ids of its own, of the size that a comment on a Page has."""

import json
from collections.abc import Mapping
from typing import Any

from infra.local.defaults import ACCOUNTS, SIGNING_SECRET, VERIFY_TOKEN
from infra.signing import meta as sign

[PAGE] = ACCOUNTS["facebook"]
HANDSHAKE = f"/?hub.mode=subscribe&hub.challenge=1234567890&hub.verify_token={VERIFY_TOKEN}"
HANDSHAKES: Mapping[str, str] = {  # of every platform that asks before it delivers
    **dict.fromkeys(("facebook", "instagram", "threads"), HANDSHAKE),
    "x": "/?crc_token=MTIzNDU2Nzg5MA%3D%3D&nonce=1234567890",
    "linkedin": "/?challengeCode=890e4665-4dfe-4ab1-b689-ed553bceeed0&applicationId=linkedin",
}
TEXTS = (
    (
        "Thank you to everybody at the carers' drop-in on Tuesday. We came home feeling that somebody had listened to "
        "us for once, and that helped a lot."
    ),
    (
        "Is the reception open on Saturday morning, and can we park near the main entrance with a wheelchair? The map "
        "on the leaflet is hard to read."
    ),
    (
        "I rang three times this week about the letter and nobody rang back. Who can I talk to about this, please, and "
        "is it better to come in person?"
    ),
    (
        "Lovely photos of the garden! My gran planted the first roses there with the volunteers, many years ago, and "
        "she still talks about those days."
    ),
    (
        "When is the next open evening? Two of us would like to come along and hear about becoming a governor. We "
        "could bring cakes, if that is allowed."
    ),
)


def delivery(prefix: str, first: int, count: int, at: int) -> bytes:
    """A body with `count` comments, numbered from `first`, written at `at` (seconds since 1970, UTC)."""
    numbers = range(first, first + count)
    changes = [_comment(f"{PAGE}_{prefix}{number:07d}", TEXTS[number % len(TEXTS)], at) for number in numbers]
    return json.dumps({"object": "page", "entry": [{"id": PAGE, "time": at, "changes": changes}]}).encode()


def request(body: bytes) -> bytes:
    """The whole HTTP request of a delivery, signed."""
    headers = {"Host": "127.0.0.1", "Content-Length": str(len(body)), **sign(body, SIGNING_SECRET.encode())}
    head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return f"POST / HTTP/1.1\r\n{head}\r\n".encode() + body


def _comment(id_: str, text: str, at: int) -> dict[str, Any]:
    post = f"{PAGE}_5000000000001"
    return {
        "field": "feed",
        "value": {
            "from": {"id": "900000000000077", "name": "Robin Sample"},
            "post": {
                "status_type": "added_photos",
                "is_published": True,
                "updated_time": "2026-11-20T10:00:00+0000",
                "permalink_url": f"https://www.facebook.com/permalink.php?story_fbid=5000000000001&id={PAGE}&locale=en_GB",
                "promotion_status": "ineligible",
                "id": post,
            },
            "message": text,
            "post_id": post,
            "comment_id": id_,
            "created_time": at,
            "item": "comment",
            "parent_id": post,
            "verb": "add",
        },
    }
