"""What we ask of Instagram (`contract.toml` lists every call)."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from functions.instagram.inbound import read_comment, read_found
from shared.calling.graph import Graph, next_page, node, objects
from shared.calling.http import Api, bearer
from shared.calling.rereading import reread
from shared.domain.action import Action, ActionKind
from shared.domain.case import Case
from shared.domain.channel import Channel, Trouble
from shared.domain.message import Event, EventKind, Kind, Part, Parts, Platform
from shared.ports import ChannelTrouble, Page, Receipt, Refused
from shared.wire.meta import Entry
from shared.wire.parts import part, parts

if TYPE_CHECKING:
    import httpx

VERSION = "v25.0"
SUBSCRIBED = frozenset({"comments", "messages"})
BY_THE_PAGE = "graph.facebook.com"  # with Facebook Login it is the Page that is subscribed, and its own poll asks
LONGEST_DIRECT = 1000  # bytes of UTF-8
POSTS, COMMENTS, LISTS = "15", "50", 4  # how many recent posts, comments a list, and lists a post are read again
FIELDS = "id,text,timestamp,username,from"


class Instagram:
    """One professional account's access to the Graph API."""

    def __init__(self, base_url: str, token: str, version: str = VERSION, http: "httpx.Client | None" = None) -> None:
        self._subscribed = urlsplit(base_url).hostname != BY_THE_PAGE
        self._graph = Graph(Api(f"{base_url.rstrip('/')}/{version}", bearer(token), http))

    def perform(self, action: Action) -> Receipt:
        """Do it once. Raises `NotPosted`, `Refused` or `OutcomeUnknown`, naming code and trace only."""
        if action.kind is not ActionKind.ACKNOWLEDGE:
            raise Refused("not an action for Instagram")
        if action.public:
            return self._graph.act(f"{node(action.target)}/replies", {"message": action.text}, "id")
        if len(action.text.encode("utf-8", "surrogatepass")) > LONGEST_DIRECT:
            raise Refused("longer than Instagram takes")
        parameters = {"recipient": {"id": action.author}, "message": {"text": action.text}}
        return self._graph.act(f"{node(action.account)}/messages", parameters, "message_id")

    def pages(self, channel: Channel, now: datetime) -> Iterator[Page]:
        """The comments under recent posts, as far as they are news to us: Instagram tells of no edit, and may fail to
        deliver. First, whether it still delivers. Raises `ChannelTrouble`.
        """
        if self._subscribed:
            self._graph.require_subscription(channel.account, SUBSCRIBED)
        listed = self._graph.listed(f"{node(channel.account)}/media", {"fields": "id,username", "limit": POSTS}, 1)
        names = {post["id"]: post.get("username") for post in listed if isinstance(post.get("id"), str)}
        yield from reread(channel, now, [*names], lambda post: self._under(channel.account, post, names[post]))

    def read(self, case: Case) -> Parts:
        """The words of what came as ids only; a removal where it is gone. Raises `ChannelTrouble`."""
        told = case.content[0].event
        path, fields, key = _question(told)
        answer = self._graph.ask(path, {"fields": fields})
        gone = Event(EventKind.REMOVED, told.platform, told.account, told.id, told.kind, public=told.public)
        if answer is None:
            yield Part(gone, {})
            return
        found = answer.get(key) if key else answer
        if not isinstance(found, dict) or not found.get("id"):
            raise ChannelTrouble(Trouble.UNREACHABLE, "no words")
        looked_up = part(Platform.INSTAGRAM, "looked up", partial(read_found, told), found)
        yield looked_up
        if isinstance(looked_up.said, Event) and looked_up.said.event is EventKind.ECHO:
            yield Part(gone, {})  # nobody wrote to us: these were our own words

    def _under(self, account: str, post: str, ours: Any) -> Parts:
        """All that stands under a post of ours; `ours` is our handle."""
        values = ({"value": _claimed(value, account, ours)} for value in self._comments(post))
        return parts(Platform.INSTAGRAM, "comments", partial(read_comment, Entry(id=account)), values, account)

    def _comments(self, post: str) -> Iterator[Mapping[str, Any]]:
        query = {"fields": f"{FIELDS},replies.limit({COMMENTS}){{{FIELDS}}}", "limit": COMMENTS}
        for comment in self._graph.listed(f"{node(post)}/comments", query, LISTS):
            replies = comment.get("replies")
            yield {**{name: value for name, value in comment.items() if name != "replies"}, "media": {"id": post}}
            for reply in self._replies(comment.get("id"), replies):
                yield {**reply, "parent_id": comment.get("id"), "media": {"id": post}}

    def _replies(self, comment: Any, shown: Any) -> Iterable[Mapping[str, Any]]:
        if next_page(shown):
            query = {"fields": FIELDS, "limit": COMMENTS}
            return self._graph.listed(f"{node(str(comment))}/replies", query, LISTS)
        return objects(shown.get("data")) if isinstance(shown, dict) else ()


def _claimed(value: Mapping[str, Any], account: str, ours: Any) -> Mapping[str, Any]:
    """Our own words by our handle, too: their author's id is not always the account's."""
    mine = isinstance(ours, str) and value.get("username") == ours
    return {**value, "from": {"id": account, "username": ours}} if mine else value


def _question(told: Event) -> tuple[str, str, str | None]:
    """Path and fields to ask for, and where in the answer they stand."""
    if told.kind is Kind.DIRECT:
        return node(told.id or ""), "id,created_time,from,to,message", None
    key = "mentioned_media" if told.id == told.conversation else "mentioned_comment"
    return node(told.account), f"{key}{_MENTIONED[key].format(told.id)}", key


_MENTIONED = {
    "mentioned_media": ".media_id({}){{id,caption,timestamp,username}}",
    "mentioned_comment": ".comment_id({}){{id,text,timestamp,username}}",
}
