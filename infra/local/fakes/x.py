"""How the fake X answers."""

from datetime import datetime, timedelta
from typing import Any

from infra.local.fakes.fake import Asked, Manner, Reply

ACCOUNT = "3000000001"
ROOT = "2120000000000000001"
TYPES = ("post.mention.create", "post.reply.create", "dm.received")
# Who wrote what, under which post, how many minutes before it is asked for. Everybody is made up.
THREAD = (
    ("4000000021", "Noor Madeup", "noor_madeup", ROOT, 41, "@local_trust Is there a bus to the new building?"),
    (
        "4000000022",
        "Kit Invented",
        "kit_invented",
        "2120000000000000101",
        27,
        "@noor_madeup @local_trust The 12 &amp; the 40.",
    ),
)


def refuse(status: int, words: str) -> Reply:
    """A problem as X writes it."""
    slug = "unauthorized" if status == 401 else "invalid-request"
    return status, {"title": slug, "detail": words, "type": f"https://api.x.com/2/problems/{slug}", "status": status}


def _answer(asked: Asked) -> Reply:
    if asked.call.method == "POST":
        id_ = str(2130000000000000000 + asked.number)
        return 201, {"data": {"id": id_, "text": asked.parameters["text"], "dm_event_id": id_}}
    return 200, _FOUND[asked.call.path](asked)


def _mentions(asked: Asked) -> Any:
    if "since_id" in asked.parameters:
        return {"meta": {"result_count": 0}}
    posts = [_post(number, asked.at) for number in reversed(range(len(THREAD)))]
    users = [{"id": id_, "name": name, "username": handle} for id_, name, handle, *_ in THREAD]
    meta = {"result_count": len(posts), "newest_id": posts[0]["id"], "oldest_id": posts[-1]["id"]}
    return {"data": posts, "includes": {"users": users}, "meta": meta}


def _post(number: int, now: datetime) -> dict[str, Any]:
    author, _, _, parent, minutes, text = THREAD[number]
    id_ = str(2120000000000000101 + number)
    at = (now - timedelta(minutes=minutes)).isoformat()
    return {
        "id": id_,
        "text": text,
        "author_id": author,
        "created_at": at,
        "conversation_id": ROOT,
        "edit_history_post_ids": [id_],
        "in_reply_to_user_id": ACCOUNT if parent == ROOT else THREAD[0][0],
        "referenced_posts": [{"type": "replied_to", "id": parent}],
    }


def _subscriptions(_: Asked) -> Any:
    return {"data": [{"event_type": type_, "filter": {"user_id": ACCOUNT}, "webhook_id": "1"} for type_ in TYPES]}


_FOUND = {
    "/2/users/{id}/mentions": _mentions,
    "/2/activity/subscriptions": _subscriptions,
}
MANNER = Manner(refuse, _answer)
