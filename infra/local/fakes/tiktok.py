"""How the fake TikTok answers: a made-up video, a comment under it that was not delivered, and our answer to it."""

from typing import Any

from infra.local.fakes.fake import Asked, Manner, Reply

VIDEO = "7300000000000000901"
COMMENT, OURS = "7300000000000000902", "7300000000000000903"
WORDS = "Do you run the art group online as well?"
HOUR = 3600  # seconds


def refuse(status: int, words: str) -> Reply:
    """An error as TikTok writes it: under status 200."""
    code = 40105 if status == 401 else 40002
    return 200, {"code": code, "message": words, "request_id": "made-up", "data": {}}


def _answer(asked: Asked) -> Reply:
    known: dict[str, Any] = {
        "comment_id": f"73000000000009{asked.number:05}",
        "videos": [{"item_id": VIDEO}],
        "comments": _comments(asked) if "video_id" in asked.parameters else [],
        "cursor": 0,
        "has_more": False,
    }
    data = {name: known[name] for name in asked.call.answer}
    return 200, {"code": 0, "message": "OK", "request_id": "made-up", "data": data}


def _comments(asked: Asked) -> list[dict[str, Any]]:
    """Under the video both, and by id whatever is asked for."""
    now = int(asked.at.timestamp())
    theirs = {
        "comment_id": COMMENT,
        "video_id": VIDEO,
        "parent_comment_id": "0",
        "create_time": str(now - 2 * HOUR),
        "text": WORDS,
        "owner": False,
        "unique_identifier": "made+up/Dana==",
        "display_name": "Dana Example",
        "username": "dana.example",
    }
    ours = {**theirs, "comment_id": OURS, "parent_comment_id": COMMENT, "owner": True, "text": "Not yet."}
    wanted = str(asked.parameters.get("comment_ids", "")).strip('[]"')
    if wanted:
        return [ours if wanted == OURS else {**theirs, "comment_id": wanted}]
    shown = asked.parameters["video_id"] == VIDEO
    return [theirs, {**ours, "create_time": str(now - HOUR)}] if shown else []


MANNER = Manner(refuse, _answer)
