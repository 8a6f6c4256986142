"""What we do and ask on X (`contract.toml` lists every call)."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

from functions.x.inbound import parse
from shared.calling.backwards import Walk
from shared.calling.graph import objects
from shared.calling.http import Answer, Api, bearer
from shared.calling.reasons import Reasons, word
from shared.domain.action import Action
from shared.domain.channel import Channel, Trouble
from shared.domain.message import Parts
from shared.ports import ChannelTrouble, Page, Receipt
from shared.wire.parts import late

FIRST = timedelta(days=7)  # how far back the first poll of an account goes
SETTLED = timedelta(minutes=5)  # told by us first, a message would go without its acknowledgement
TIME = "%Y-%m-%dT%H:%M:%SZ"
MOST_PAGES = 8  # a run: X lists 800 posts at most
SUBSCRIBED = frozenset({"post.mention.create", "post.reply.create", "dm.received"})
ASKED = {
    "max_results": "100",
    "post.fields": "attachments,conversation_id,created_at,entities,note_post",
    "expansions": "author_id,in_reply_to_user_id,referenced_posts,edit_history_post_ids,attachments.media_keys",
    "user.fields": "name,username",
    "media.fields": "preview_image_url,type,url",
}
# "Duplicate": perhaps of an attempt whose answer was lost. "NotSummoned": the author has not mentioned us.
PHRASES = {"duplicate": "Duplicate", "otherwise engaged": "NotSummoned"}
REASONS = Reasons(spent={"Credits", "RateLimitExceeded", "UsageCapped"}, vague={"Duplicate"})


class X:
    """One account's access to X."""

    def __init__(self, base_url: str, token: str) -> None:
        self._api = Api(base_url, bearer(token))

    def perform(self, action: Action) -> Receipt:
        """Do it once. Raises `NotPosted`, `Refused` or `OutcomeUnknown`, naming a reason of X's or the status only."""
        direct = f"/2/dm_conversations/with/{quote(action.author, safe='')}/messages"
        path, key = ("/2/tweets", "id") if action.public else (direct, "dm_event_id")
        reply = {"reply": {"in_reply_to_tweet_id": action.target}} if action.public else {}
        answer = self._api.act("POST", path, {"text": action.text, **reply})
        return REASONS.receipt(answer, answer.inner("data").get(key), _reason(answer))

    def pages(self, channel: Channel, now: datetime) -> Iterator[Page]:
        """Posts that name us, newest first: X pushes no replies to replies, but those carry our name, and one question
        covers all threads. Then whether X still pushes the rest. Raises `ChannelTrouble`.
        """
        walk = Walk.resume(channel.cursor)
        for _ in range(MOST_PAGES):
            answer = self._mentions(channel.account, walk, now)
            meta = answer.inner("meta")
            walk = walk.further(meta.get("newest_id"), meta.get("next_token"))
            yield Page(tuple(_posts(channel.account, answer.body)), walk.cursor)
            if not walk.next:
                break
        self._require_delivery(channel.account)

    def _mentions(self, account: str, walk: Walk, now: datetime) -> Answer:
        start = {"since_id": walk.since} if walk.since else {"start_time": f"{now - FIRST:{TIME}}"}
        on = {"pagination_token": walk.next} if walk.next else {}
        query = {**ASKED, **start, **on, "end_time": f"{now - SETTLED:{TIME}}"}
        answer = self._api.ask(f"/2/users/{quote(account, safe='')}/mentions", query)
        if answer.status == 400 and walk != Walk():  # kept too long: less of it, and what comes twice is one case
            return self._mentions(account, Walk(walk.since if walk.next else ""), now)
        return _good(answer)

    def _require_delivery(self, account: str) -> None:
        """Whether X pushes what people write to a webhook."""
        rows = objects(_good(self._api.ask("/2/activity/subscriptions", {"max_results": "1000"})).body.get("data"))
        ours = [row for row in rows for its in objects([row.get("filter")]) if its.get("user_id") == account]
        types = [row.get("event_type") for row in ours if row.get("webhook_id")]
        if not all(type_ in types for type_ in SUBSCRIBED):
            raise ChannelTrouble(Trouble.SUBSCRIPTION, "event types are missing")


def _reason(answer: Answer) -> str | None:
    """X's reason in one word: from what it tells people where only that says it, else the end of the problem's type."""
    problems = [answer.body, *objects(answer.body.get("errors"))]
    said = " ".join(str(problem.get(name)) for problem in problems for name in ("detail", "message")).lower()
    known = next((reason for phrase, reason in PHRASES.items() if phrase in said), None)
    type_ = str(answer.body.get("type")).rsplit("/", 1)
    named = "".join(part.title() for part in type_[-1].split("-")) if len(type_) > 1 else answer.body.get("title")
    return known or word(named)


def _good(answer: Answer) -> Answer:
    """The answer, if it has what was asked for. A good status may come with errors alone."""
    if answer.good and ("meta" in answer.body or "data" in answer.body):
        return answer
    raise REASONS.trouble(answer.status, _reason(answer))


def _posts(account: str, body: Mapping[str, Any]) -> Parts:
    """The posts of an answer, read as the delivery that nobody made."""
    about = {"event_type": "post.mention.create", "filter": {"user_id": account}, "includes": body.get("includes")}
    found = body.get("data", [])
    return late(parse({"data": {**about, "payload": found}})) if found != [] else iter(())
