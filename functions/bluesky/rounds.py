"""One round of a Bluesky account: what names us, what we wrote ourselves, private messages, and what has gone."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from pydantic import Field

from functions.bluesky.inbound import parse
from shared.calling.atproto import Network
from shared.calling.graph import objects
from shared.calling.memory import Memory, ms
from shared.domain.channel import Trouble
from shared.domain.message import Event, EventKind, Part, Platform
from shared.ports import ChannelTrouble, Page

AT_ONCE, LOOKED_AT, LOGS = 25, 250, 20
REASONS = ["mention", "reply", "quote"]
Query = Mapping[str, Any]


class Round(Memory):
    """The cursor. `lap` counts how often a known post was not there: an answer that lacks it once proves nothing."""

    marks: dict[str, int] = Field(default_factory=dict)  # list: when the newest was seen that a whole walk has met
    log: str = ""  # where private messages go on

    def pages(self, network: Network, account: str, now: datetime) -> Iterator[Page]:
        """Each page is stored before the next is asked for. Raises `ChannelTrouble`."""
        yield Page((), self.model_dump_json(), network.keep_open())  # a new session is kept before anything else
        query = {"limit": "100", "reasons": REASONS}
        yield from self._walk("notifications", "app.bsky.notification.listNotifications", query, network, account, now)
        query = {"limit": "100", "actor": account, "filter": "posts_with_replies"}
        yield from self._walk("feed", "app.bsky.feed.getAuthorFeed", query, network, account, now)
        theirs = [id_ for id_ in self.known if id_.startswith("at://") and not id_.startswith(f"at://{account}/")]
        for start in range(0, min(len(theirs), LOOKED_AT), AT_ONCE):
            yield self._look(theirs[start : start + AT_ONCE], network, account, now)
        yield from self._history(network, account, now) if not self.log else self._logs(network, account, now)

    def _walk(
        self, name: str, call: str, query: Query, network: Network, account: str, now: datetime
    ) -> Iterator[Page]:
        """Newest first, back to the last whole walk and one page more: what the network saw late stands deeper."""
        until = newest = self.marks.get(name, self.floor)
        more, page = 1, None
        while more >= 0:
            answer = network.ask(call, {**query, "cursor": page} if page else query)
            parts = list(parse({**answer, "account": account}))
            times = [ms(p.said.sent_at) for p in parts if isinstance(p.said, Event) and p.said.sent_at]
            newest, page = max(newest, *times, until), answer.get("cursor")
            more = more - (min(times, default=until) <= until) if parts and page else -1
            if more < 0:
                self.marks = {**self.marks, name: newest}
            yield self._page(parts, now)

    def _look(self, uris: list[str], network: Network, account: str, now: datetime) -> Page:
        """Whether they are still there, and as they were. What is missing twice is gone."""
        answer = network.ask("app.bsky.feed.getPosts", {"uris": uris})
        if not isinstance(answer.get("posts"), list):
            raise ChannelTrouble(Trouble.UNREACHABLE, "no list of posts")
        parts = list(parse({**answer, "account": account}))
        there = {part.said.id for part in parts if isinstance(part.said, Event)}
        gone = []
        for uri in (uri for uri in uris if uri not in there and uri in self.known):
            version, at, missed = self.known.pop(uri)
            if missed:
                gone.append(Part(Event(EventKind.REMOVED, Platform.BLUESKY, account, id=uri), {"uri": uri}))
            else:
                self.known[uri] = version, at, 1
        return self._page(parts, now, gone)

    def _history(self, network: Network, account: str, now: datetime) -> Iterator[Page]:
        """The log begins when it is first asked for: what was written before is read from the conversations."""
        log = network.ask("chat.bsky.convo.getLog", {}, chat=True).get("cursor")
        convos = network.ask("chat.bsky.convo.listConvos", {"limit": "100"}, chat=True).get("convos")
        for convo in objects(convos):
            query = {"convoId": str(convo.get("id")), "limit": "100"}
            last = parse({**query, "account": account, "messages": [convo.get("lastMessage")]})
            if not any(isinstance(p.said, Event) and p.said.sent_at and ms(p.said.sent_at) >= self.floor for p in last):
                continue
            answer = network.ask("chat.bsky.convo.getMessages", query, chat=True)
            yield self._page(parse({**answer, **query, "account": account}), now)
        self.log = log if isinstance(log, str) else ""
        yield self._page((), now)

    def _logs(self, network: Network, account: str, now: datetime) -> Iterator[Page]:
        for _ in range(LOGS):
            answer = network.ask("chat.bsky.convo.getLog", {"cursor": self.log}, chat=True)
            log = answer.get("cursor")
            self.log = log if isinstance(log, str) and log else self.log
            yield self._page(parse({**answer, "account": account}), now)
            if not answer.get("logs"):
                return

    def _page(self, parts: Iterable[Part], now: datetime, gone: Iterable[Part] = ()) -> Page:
        """What is news, where a post that was changed has another `cid`."""
        found = list(self.news(parts, now, lambda part, said: str(part.fragment.get("cid") or said.event)))
        self.forget(now)
        return Page([*found, *gone], self.model_dump_json())
