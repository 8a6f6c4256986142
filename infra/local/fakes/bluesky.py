"""How the fake Bluesky answers. Each day made-up people have written by the time anybody asks."""

from typing import Any

from werkzeug.wrappers import Request

from infra.local.fakes.contract import Call
from infra.local.fakes.fake import Asked, Manner, Reply

ACCOUNT = "did:plc:local0000000000000000001"
ASHA = {"did": "did:plc:madeup0000000000000000011", "handle": "asha.example.org", "displayName": "Asha Example"}
TOKENS = {"accessJwt": "local-access", "refreshJwt": "local-refresh"}
SESSION = {**TOKENS, "handle": "trust.example.org", "did": ACCOUNT}


def refuse(status: int, words: str) -> Reply:
    """An error as the network writes it: a token that is not accepted is a bad request."""
    return (
        (400, {"error": "ExpiredToken"}) if status == 401 else (status, {"error": "InvalidRequest", "message": words})
    )


def allowed(request: Request, call: Call | None) -> bool:
    """The password opens a session, one token uses it, and the other keeps it going."""
    name = call.name if call else ""
    wanted = TOKENS["refreshJwt" if name == "the session goes on" else "accessJwt"]
    return name == "a new session" or request.headers.get("Authorization") == f"Bearer {wanted}"


def _answer(asked: Asked) -> Reply:
    if asked.call.name == "whether a record is there":
        return 400, {"error": "RecordNotFound"}
    known: dict[str, Any] = {
        **SESSION,
        "notifications": [_notification(f"{asked.at:%Y-%m-%d}")],
        "feed": [],
        "posts": [_post(uri) for uri in _list(asked.parameters.get("uris"))],
        "logs": [],
        "convos": [{"id": "local-convo", "lastMessage": _message(f"{asked.at:%Y-%m-%d}")}],
        "messages": [_message(f"{asked.at:%Y-%m-%d}")],
        "convo": {"id": "local-convo"},
        "id": f"local-message-{asked.number}",
        "uri": f"at://{ACCOUNT}/app.bsky.feed.post/{asked.parameters.get('rkey')}",
        "cid": f"bafylocal{asked.number}",
        "cursor": "local-cursor" if asked.call.name == "private messages since" else None,
    }
    return 200, {name: known[name] for name in asked.call.answer if known.get(name) is not None}


def _notification(day: str) -> dict[str, Any]:
    return {**_post(f"at://{ASHA['did']}/app.bsky.feed.post/{day}"), "reason": "mention", "isRead": False}


def _post(uri: str) -> dict[str, Any]:
    day = uri.rpartition("/")[2]
    record = {
        "$type": "app.bsky.feed.post",
        "text": "Thank you @trust.example.org, the group helped.",
        "createdAt": day,
    }
    return {"uri": uri, "cid": "bafylocal", "author": ASHA, "record": record, "indexedAt": f"{day}T00:00:00.000Z"}


def _message(day: str) -> dict[str, Any]:
    kind = "chat.bsky.convo.defs#messageView"
    said = {"text": "Can I still join the Tuesday group?", "sender": {"did": ASHA["did"]}}
    return {"$type": kind, "id": f"local-{day}", "rev": "1", "sentAt": f"{day}T00:00:00.000Z", **said}


def _list(value: Any) -> list[str]:
    return value if isinstance(value, list) else [value] if isinstance(value, str) else []


MANNER = Manner(refuse, _answer, allowed)
