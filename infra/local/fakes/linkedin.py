"""How the fake LinkedIn answers: one made-up comment that was not delivered, and its words to whoever asks."""

from typing import Any

from infra.local.fakes.fake import Asked, Manner, Reply

ORGANIZATION = "urn:li:organization:4000001"
POST = "urn:li:activity:7300000000000000901"
COMMENT = f"urn:li:comment:({POST},7300000000000000902)"
PERSON = "urn:li:person:dana-example"
WORDS = "Is the carers' group open to people from Gateshead?"
MINUTE, DAY = 60_000, 86_400_000  # milliseconds


def refuse(status: int, words: str) -> Reply:
    """An error as LinkedIn writes it."""
    return status, {"message": words, "serviceErrorCode": 65600 if status == 401 else 100, "status": status}


def _answer(asked: Asked) -> Reply:
    now = int(asked.at.timestamp() * 1000)
    if asked.call.method == "POST":
        return 201, {"id": f"73000000000009{asked.number:05}", **asked.parameters}
    known: dict[str, Any] = {
        "actor": PERSON,
        "object": POST,
        "message": {"text": WORDS},
        "created": {"actor": PERSON, "time": now - 60 * MINUTE},
        "id": asked.names.get("post", ""),
        "author": PERSON,
        "commentary": WORDS,
        "publishedAt": now - 60 * MINUTE,
        "elements": [],
    }
    if "eventType" in asked.parameters:
        known["elements"] = [{"entity": ORGANIZATION, "expiresAt": now + 30 * DAY}]
    elif asked.parameters.get("start") == "0":
        known["elements"] = [_notification(now - 60 * MINUTE)]
    return 200, {name: known[name] for name in asked.call.answer}


def _notification(at: int) -> dict[str, Any]:
    comment = {"entity": COMMENT, "owner": PERSON, "object": POST, "text": WORDS}
    return {
        "notificationId": 5600000901,
        "action": "COMMENT",
        "sourcePost": POST,
        "lastModifiedAt": at,
        "generatedActivity": COMMENT,
        "decoratedGeneratedActivity": {"comment": comment},
    }


def _headers(body: Any) -> dict[str, str]:
    posted = isinstance(body, dict) and "actor" in body and "id" in body
    return {"x-restli-id": body["id"]} if posted else {}


MANNER = Manner(refuse, _answer, headers=_headers)
