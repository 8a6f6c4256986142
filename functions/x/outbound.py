"""What we do and ask on X (`contract.toml` lists every call)."""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from functions.x.messages import Around, read_post
from shared.calling.backwards import Walk
from shared.calling.graph import objects
from shared.calling.http import Answer, Api, bearer
from shared.calling.reasons import Reasons, word
from shared.domain.action import Action
from shared.domain.channel import Channel, Trouble
from shared.domain.message import Event, Part, Platform
from shared.ports import ChannelTrouble, Page, Receipt, Refused
from shared.wire.parts import parts

if TYPE_CHECKING:
    import httpx

LONGEST_POST, LINK = 280, 23  # in X's own weights; an account that pays may write more
FIRST = timedelta(days=7)  # how far back the first poll of an account goes
SETTLED = timedelta(minutes=5)  # told by us first, a message would go without its acknowledgement
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
_LIGHT = ((0x0, 0x10FF), (0x2000, 0x200D), (0x2010, 0x201F), (0x2032, 0x2037))
_LINKS = re.compile(r"(?:https?://)?(?:[\w-]+\.)+[a-z]{2,}(?:/\S*)?", re.IGNORECASE)


class X:
    """One account's access to X."""

    def __init__(self, base_url: str, token: str, http: "httpx.Client | None" = None) -> None:
        self._api = Api(base_url, bearer(token), http)

    def perform(self, action: Action) -> Receipt:
        """Do it once. Raises `NotPosted`, `Refused` or `OutcomeUnknown`, naming a reason of X's or the status only."""
        if action.public and weight(action.text) > LONGEST_POST:
            raise Refused("too long for a post")
        path, body, key = _reply(action) if action.public else _direct(action)
        answer = self._api.act("POST", path, body)
        data = answer.body.get("data")
        return REASONS.receipt(answer, data.get(key) if isinstance(data, dict) else None, _reason(answer))

    def pages(self, channel: Channel, now: datetime) -> Iterator[Page]:
        """Posts that name us, newest first: X pushes no replies to replies, but those carry our name, and one question
        covers all threads. Then whether X still pushes the rest. Raises `ChannelTrouble`.
        """
        walk = Walk.resume(channel.cursor)
        for _ in range(MOST_PAGES):
            body = self._mentions(channel.account, walk, now)
            meta = next(iter(objects([body.get("meta")])), {})
            walk = walk.further(meta.get("newest_id"), meta.get("next_token"))
            yield Page(_late(channel.account, body), walk.cursor)
            if not walk.next:
                break
        self._require_delivery(channel.account)

    def _mentions(self, account: str, walk: Walk, now: datetime) -> Mapping[str, Any]:
        start = {"since_id": walk.since} if walk.since else {"start_time": _time(now - FIRST)}
        on = {"pagination_token": walk.next} if walk.next else {}
        query = {**ASKED, **start, **on, "end_time": _time(now - SETTLED)}
        answer = self._api.ask(f"/2/users/{quote(account, safe='')}/mentions", query)
        if answer.status == 400 and walk != Walk():  # kept too long: less of it, and what comes twice is one case
            return self._mentions(account, Walk(walk.since if walk.next else ""), now)
        return _body(answer)

    def _require_delivery(self, account: str) -> None:
        """Whether X pushes what people write, and to a webhook that it holds valid."""
        rows = objects(_body(self._api.ask("/2/activity/subscriptions", {"max_results": "1000"})).get("data"))
        ours = [row for row in rows if row.get("webhook_id") and _is_for(account, row.get("filter"))]
        types = [row.get("event_type") for row in ours]
        if not all(type_ in types for type_ in SUBSCRIBED):
            raise ChannelTrouble(Trouble.SUBSCRIPTION, "event types are missing")
        hooks = self._api.ask("/2/webhooks", {"webhook_config.fields": "id,valid"})  # not every token may ask this
        invalid = [hook.get("id") for hook in objects(hooks.body.get("data")) if hook.get("valid") is False]
        if any(row["webhook_id"] in invalid for row in ours):
            raise ChannelTrouble(Trouble.SUBSCRIPTION, "the webhook is not valid")


def weight(text: str) -> int:
    """How long X says a text is: a link counts as 23, letters outside Latin and the like, and emoji, as two."""
    composed = unicodedata.normalize("NFC", text)
    letters = _LINKS.sub("", composed)
    heavy = sum(not any(low <= ord(letter) <= high for low, high in _LIGHT) for letter in letters)
    return LINK * len(_LINKS.findall(composed)) + len(letters) + heavy


def _is_for(account: str, filter_: Any) -> bool:
    return isinstance(filter_, dict) and filter_.get("user_id") == account


def _reply(action: Action) -> tuple[str, Mapping[str, Any], str]:
    return "/2/tweets", {"text": action.text, "reply": {"in_reply_to_tweet_id": action.target}}, "id"


def _direct(action: Action) -> tuple[str, Mapping[str, Any], str]:
    path = f"/2/dm_conversations/with/{quote(action.author, safe='')}/messages"
    return path, {"text": action.text}, "dm_event_id"


def _reason(answer: Answer) -> str | None:
    """X's reason in one word: from what it tells people where only that says it, else the end of the problem's type."""
    problems = [answer.body, *objects(answer.body.get("errors"))]
    said = " ".join(str(problem.get(name)) for problem in problems for name in ("detail", "message")).lower()
    known = next((reason for phrase, reason in PHRASES.items() if phrase in said), None)
    type_ = str(answer.body.get("type")).rsplit("/", 1)
    named = "".join(part.title() for part in type_[-1].split("-")) if len(type_) > 1 else answer.body.get("title")
    return known or word(named)


def _body(answer: Answer) -> Mapping[str, Any]:
    """What was asked for. A good status may come with errors alone."""
    if answer.good and ("meta" in answer.body or "data" in answer.body):
        return answer.body
    raise REASONS.trouble(answer.status, _reason(answer))


def _late(account: str, body: Mapping[str, Any]) -> tuple[Part, ...]:
    """The posts of one answer, never acknowledged: they come late."""
    reader = partial(read_post, Around(account, body.get("includes")))
    data = body.get("data", [])
    found = parts(Platform.X, "data", reader, data if isinstance(data, list) else [data], account)
    return tuple(
        replace(part, said=replace(part.said, no_ack="backfill")) if isinstance(part.said, Event) else part
        for part in found
    )


def _time(at: datetime) -> str:
    return f"{at:%Y-%m-%dT%H:%M:%SZ}"
