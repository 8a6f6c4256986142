"""How the fake YouTube answers. Each day three made-up people have commented by the time anybody asks."""

import re
from collections.abc import Mapping
from typing import Any

from werkzeug.wrappers import Request

from infra.local.defaults import ACCESS_TOKEN
from infra.local.fakes.contract import Call
from infra.local.fakes.fake import Asked, Manner, Reply

REFRESH_TOKEN = "local-refresh-token"
CHANNEL = "UClocal000000000000000001"
COMMENTS: Mapping[str, tuple[tuple[str, str], ...]] = {
    "published": (
        ("Asha Example", "Thank you for this film. Where can carers find out more?"),
        ("Ben Sample", "I've waited months and nobody ever rings back."),
    ),
    "heldForReview": (("Cleo Madeup", "Is the Tuesday group still on?"),),
}


def refuse(status: int, words: str) -> Reply:
    """An error as Google writes it."""
    reason = "authError" if status == 401 else "badRequest"
    error = {"domain": "global", "reason": reason, "message": words}
    return status, {"error": {"code": status, "message": words, "errors": [error]}}


def allowed(_request: Request, call: Call | None) -> bool:
    """Who asks for a token has none yet."""
    return call is not None and call.name == "a fresh access token"


def _answer(asked: Asked) -> Reply:
    if asked.parameters.get("refresh_token", REFRESH_TOKEN) != REFRESH_TOKEN:
        return 400, {"error": "invalid_grant", "error_description": "Token has been expired or revoked."}
    return 200, _ANSWERS[asked.call.name](asked)


def _token(_asked: Asked) -> dict[str, Any]:
    return {"access_token": ACCESS_TOKEN, "expires_in": 3599, "token_type": "Bearer"}


def _threads(asked: Asked) -> dict[str, Any]:
    status = asked.parameters.get("moderationStatus", "published")
    ours = asked.parameters["allThreadsRelatedToChannelId"] == CHANNEL
    ids = [f"{asked.at:%Y-%m-%d}_{status}_{number}" for number in range(len(COMMENTS.get(status, ())))] if ours else []
    return {"kind": "youtube#commentThreadListResponse", "items": [_thread(_comment(id_)) for id_ in ids]}


def _thread(top: dict[str, Any]) -> dict[str, Any]:
    said = {"channelId": CHANNEL, "videoId": "local-film-1", "topLevelComment": top, "totalReplyCount": 0}
    return {"kind": "youtube#commentThread", "id": top["id"], "snippet": said}


def _comment(id_: str) -> dict[str, Any]:
    day, status, number = id_.split("_")
    who, text = COMMENTS[status][int(number)]
    said = {
        "channelId": CHANNEL,
        "videoId": "local-film-1",
        "textDisplay": text,
        "authorDisplayName": who,
        "authorChannelId": {"value": f"UC{who.replace(' ', '')}"},
        "moderationStatus": status,
        "publishedAt": f"{day}T00:00:00Z",
        "updatedAt": f"{day}T00:00:00Z",
    }
    return {"kind": "youtube#comment", "id": id_, "snippet": said}


def _comments(asked: Asked) -> dict[str, Any]:
    """Whatever we listed once is still there; nobody has replied to anybody."""
    ids = [id_ for id_ in asked.parameters.get("id", "").split(",") if re.fullmatch(r"[\d-]{10}_[a-zA-Z]+_[01]", id_)]
    return {"kind": "youtube#commentListResponse", "items": [_comment(id_) for id_ in ids]}


def _reply(asked: Asked) -> dict[str, Any]:
    parent = asked.parameters["snippet"]["parentId"]
    return {"kind": "youtube#comment", "id": f"{parent}.local{asked.number}", "snippet": asked.parameters["snippet"]}


_ANSWERS = {"threads of a channel": _threads, "comments": _comments, "reply": _reply, "a fresh access token": _token}
MANNER = Manner(refuse, _answer, allowed)
