"""How the fake Threads answers. Each day, under one post, somebody was answered and somebody is still waiting."""

from datetime import datetime
from typing import Any

from infra.local.fakes.facebook import refuse
from infra.local.fakes.fake import Asked, Manner, Reply

ACCOUNT, HANDLE, POST = "20000000000000001", "local.trust", "18100000000000901"


def _answer(asked: Asked) -> Reply:
    known: dict[str, Any] = {
        "id": ACCOUNT if asked.call.path == "/me" else f"181{asked.number:014}",
        "username": HANDLE,
        "data": _LISTS[asked.call.name](asked) if asked.call.name in _LISTS else [],
    }
    return 200, {name: known[name] for name in asked.call.answer}


def _posts(asked: Asked) -> list[Any]:
    return [{"id": POST, "has_replies": True}] if asked.names["account"] == ACCOUNT else []


def _replies(asked: Asked) -> list[Any]:
    if asked.names["media"] != POST:
        return []
    answered = _reply(asked.at, 1, "pia.placeholder", "Do I have to book for the walk?", POST)
    answer = _reply(asked.at, 2, HANDLE, "No, just come along.", answered["id"])
    return [_reply(asked.at, 3, "rui.rehearsal", "Which entrance is open?", POST), answer, answered]


def _reply(at: datetime, number: int, who: str, text: str, to: str) -> dict[str, Any]:
    written = {"id": f"181{at:%Y%m%d}00000{number}", "text": text, "timestamp": at.strftime("%Y-%m-%dT00:00:00+0000")}
    more = {"media_type": "TEXT_POST", "replied_to": {"id": to}, "is_reply_owned_by_me": who == HANDLE}
    return {**written, **more, "username": who}


_LISTS = {"recent posts": _posts, "all replies under a post": _replies}
MANNER = Manner(refuse, _answer)
