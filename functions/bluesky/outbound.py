"""What we do and ask on Bluesky (`contract.toml` lists every call)."""

import unicodedata
from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING

from functions.bluesky.rounds import Round
from shared.calling.atproto import Network, record_key, under, words
from shared.calling.graph import objects
from shared.domain.action import Action
from shared.domain.channel import Channel
from shared.ports import Page, Receipt, Refused

if TYPE_CHECKING:
    import httpx

POST = "app.bsky.feed.post"
LONGEST = {True: 300, False: 1000}  # characters as people count them: in public, in private
CLOSED = ("BlockedActor", "BlockedSubject", "MessagesDisabled", "NotFollowedBySender", "RecipientNotFound")


class Bluesky:
    """One account's access to the network."""

    def __init__(
        self, base_url: str, account: str, password: str, session: str = "", http: "httpx.Client | None" = None
    ) -> None:
        self._account, self._network = account, Network(base_url, account, password, session, http)

    def perform(self, action: Action) -> Receipt:
        """Do it once. Raises `NotPosted`, `Refused` or `OutcomeUnknown`, naming the reason only."""
        if sum(not unicodedata.combining(character) for character in action.text) > LONGEST[action.public]:
            raise Refused("longer than the platform allows")
        return self._public(action) if action.public else self._direct(action)

    def pages(self, channel: Channel, now: datetime) -> Iterator[Page]:
        """What is new, and whether our session still holds. Raises `ChannelTrouble`."""
        yield from Round.resume(channel.cursor, now).pages(self._network, channel.account, now)

    def _public(self, action: Action) -> Receipt:
        """Under a key of its own, so that a reply exists once at most and can be looked for."""
        posts = objects(self._network.look("app.bsky.feed.getPosts", {"uris": [action.target]}).get("posts"))
        if not posts:
            raise Refused("the post is gone")
        key = {"repo": self._account, "collection": POST, "rkey": record_key(action.id, action.reserved_at)}
        said = {**words(action.text), "reply": under(posts[0])}
        record = {"$type": POST, "createdAt": action.reserved_at.isoformat(), "langs": ["en"], **said}
        return Receipt(self._network.create_once(key, record))

    def _direct(self, action: Action) -> Receipt:
        members = {"members": [action.author]}
        convo = self._network.look("chat.bsky.convo.getConvoForMembers", members, chat=True, none=CLOSED).get("convo")
        if not isinstance(convo, dict):
            raise Refused("no private messages to this person")
        said = {"convoId": convo.get("id"), "message": words(action.text)}
        return Receipt(self._network.act("chat.bsky.convo.sendMessage", said, "id", chat=True))
