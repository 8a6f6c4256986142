"""Recent posts read again, where a platform pushes what is new: for what it failed to deliver, and what was changed."""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from shared.calling.memory import Memory
from shared.domain.channel import Channel
from shared.domain.message import CONTENT, Event, EventKind, Part
from shared.ports import Page

SETTLED = timedelta(minutes=5)  # told by us first, a message would go without its acknowledgement


class Rereading(Memory):
    """The cursor: what was met, and the post that was begun last."""

    last: str = ""

    def turns(self, posts: Sequence[str]) -> Sequence[str]:
        """The posts from the one after the last: one that ends the run, whatever it does, costs the others nothing."""
        at = posts.index(self.last) + 1 if self.last in posts else 0
        return [*posts[at:], *posts[:at]]

    def page(self, parts: Sequence[Part], begins: str) -> Page:
        """These parts, and the post that comes next."""
        self.last = begins
        return Page(parts, self.model_dump_json())


def reread(
    channel: Channel, now: datetime, posts: Sequence[str], read: Callable[[str], Iterable[Part]]
) -> Iterator[Page]:
    """A page for each post, after a first that says where the run begins: `read` gives all that stands under it, and
    what is news of that goes to intake.
    """
    known = Rereading.resume(channel.cursor, now)
    turns = known.turns(posts)
    yield known.page((), turns[0] if turns else known.last)
    for post, following in zip(turns, [*turns[1:], *turns[-1:]], strict=True):
        settled = [part for part in read(post) if _is_settled(part, now)]
        news = [_late(part) for part in known.news(settled, now, lambda _, said: _version(said))]
        known.forget(now)
        yield known.page(news, following)


def _is_settled(part: Part, now: datetime) -> bool:
    return not isinstance(part.said, Event) or part.said.sent_at is None or part.said.sent_at <= now - SETTLED


def _late(part: Part) -> Part:
    """Nobody says when a text was changed: without a time, the same change told twice is one revision."""
    said = part.said
    if not isinstance(said, Event) or said.event not in CONTENT:
        return part
    at = None if said.event is EventKind.EDITED else said.sent_at
    return replace(part, said=replace(said, sent_at=at, no_ack="backfill"))


def _version(said: Event) -> str:
    return hashlib.sha256((said.text or "").encode("utf-8", "surrogatepass")).hexdigest()[:12]
