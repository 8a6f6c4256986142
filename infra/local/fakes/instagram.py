"""How the fake Instagram answers. Each day, under one post, somebody was answered and somebody is still waiting."""

from datetime import datetime
from typing import Any

from infra.local.fakes.facebook import refuse
from infra.local.fakes.fake import Asked, Manner, Reply

ACCOUNT, HANDLE, POST = "17841400000000001", "local.trust", "18000000000000901"
NINA, OTTO = ("9000000000000901", "nina.nowhere"), ("9000000000000902", "otto.outline")


def _answer(asked: Asked) -> Reply:
    recipient = asked.parameters.get("recipient")
    looked_up = {"id": "17900000000000901", "text": "Thank you @local.trust", "username": NINA[1]}
    known: dict[str, Any] = {
        "id": asked.names.get("object", f"179{asked.number:014}"),
        "message_id": f"aWdfake{asked.number}",
        "recipient_id": recipient.get("id", "") if isinstance(recipient, dict) else "",
        "data": _LISTS[asked.call.name](asked) if asked.call.name in _LISTS else [],
        "message": "Can I bring a friend on Tuesday?",
        "from": {"id": NINA[0], "username": NINA[1]},
        "to": {"data": [{"id": ACCOUNT, "username": HANDLE}]},
        "created_time": _morning(asked.at),
        "mentioned_comment": looked_up,
        "mentioned_media": {"id": POST, "caption": "With @local.trust today", "username": OTTO[1]},
    }
    return 200, {name: known[name] for name in asked.call.answer}


def _apps(_: Asked) -> list[Any]:
    return [{"id": "1", "name": "Signpost", "subscribed_fields": ["comments", "messages"]}]


def _posts(asked: Asked) -> list[Any]:
    return [{"id": POST, "username": HANDLE}] if asked.names["account"] == ACCOUNT else []


def _comments(asked: Asked) -> list[Any]:
    if asked.names["media"] != POST:
        return []
    answered = _comment(asked.at, 1, NINA, "Is the open day free?")
    answer = _comment(asked.at, 2, (ACCOUNT, HANDLE), "Yes, everybody is welcome.")
    return [{**answered, "replies": {"data": [answer]}}, _comment(asked.at, 3, OTTO, "Is there parking nearby?")]


def _comment(at: datetime, number: int, who: tuple[str, str], text: str) -> dict[str, Any]:
    written = {"id": f"179{at:%Y%m%d}00000{number}", "text": text, "timestamp": _morning(at)}
    return {**written, "username": who[1], "from": {"id": who[0], "username": who[1]}}


def _morning(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT00:00:00+0000")


_LISTS = {"whether Instagram still delivers": _apps, "recent posts": _posts, "comments under a post": _comments}
MANNER = Manner(refuse, _answer)
