"""What we ask of Threads (`contract.toml` lists every call)."""

from collections.abc import Iterator
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any

from functions.threads.inbound import read_reply
from shared.calling.graph import Graph, node
from shared.calling.http import Api, bearer
from shared.calling.rereading import reread
from shared.domain.action import Action, ActionKind
from shared.domain.channel import Channel, Trouble
from shared.domain.message import Parts, Platform
from shared.ports import ChannelTrouble, NotPosted, OutcomeUnknown, Page, Receipt, Refused
from shared.wire.parts import parts

if TYPE_CHECKING:
    import httpx

VERSION = "v1.0"
LONGEST = 500  # characters
POSTS, REPLIES, LISTS = "15", "50", 4  # how many recent posts, replies a list, and lists a post are read again
FIELDS = "id,text,username,timestamp,media_type,media_url,replied_to,is_reply_owned_by_me"


class Threads:
    """One profile's access to the Threads API."""

    def __init__(self, base_url: str, token: str, version: str = VERSION, http: "httpx.Client | None" = None) -> None:
        self._graph = Graph(Api(f"{base_url.rstrip('/')}/{version}", bearer(token), http))

    def perform(self, action: Action) -> Receipt:
        """Reply once, in public. Raises `NotPosted`, `Refused` or `OutcomeUnknown`, naming code and trace only."""
        if action.kind is not ActionKind.ACKNOWLEDGE or not action.public:
            raise Refused("not an action for Threads, which has no direct messages")
        if len(action.text) > LONGEST:
            raise Refused("longer than Threads takes")
        draft = self._draft(action)
        return self._graph.act(f"{node(action.account)}/threads_publish", {"creation_id": draft}, "id")

    def pages(self, channel: Channel, now: datetime) -> Iterator[Page]:
        """The replies under recent posts, as far as they are news to us: Threads tells of no edit, and has no word on
        whether it still delivers. First, whether our access works. Raises `ChannelTrouble`.
        """
        me = self._graph.ask("/me", {"fields": "id,username"})
        if me is None:
            raise ChannelTrouble(Trouble.ACCESS, "no such profile")
        fields = {"fields": "id,has_replies", "limit": POSTS}
        listed = self._graph.listed(f"{node(channel.account)}/threads", fields, 1)
        posts = [
            post["id"] for post in listed if isinstance(post.get("id"), str) and post.get("has_replies") is not False
        ]
        yield from reread(channel, now, posts, lambda post: self._under(channel.account, post, me.get("username")))

    def _draft(self, action: Action) -> str:
        """What is only drafted nobody can see: however this fails, nothing was posted."""
        parameters = {"media_type": "TEXT", "text": action.text, "reply_to_id": action.target}
        try:
            return self._graph.act(f"{node(action.account)}/threads", parameters, "id").platform_id
        except OutcomeUnknown as error:
            raise NotPosted(str(error)) from None

    def _under(self, account: str, post: str, ours: Any) -> Parts:
        """All replies under a post of ours, however deep; `ours` is our handle."""
        root = {"id": post, "owner_id": account, "username": ours}
        listed = self._graph.listed(f"{node(post)}/conversation", {"fields": FIELDS, "limit": REPLIES}, LISTS)
        values = ({"value": {**reply, "root_post": root}} for reply in listed)
        return parts(Platform.THREADS, "conversation", partial(read_reply, account), values, account)
