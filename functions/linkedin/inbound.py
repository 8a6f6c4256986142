"""What LinkedIn tells us, in our words: a batch of notifications about organizations, or one message looked up."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, NamedTuple

from pydantic import Field

from shared.domain.message import CONTENT, Author, Event, EventKind, Kind, Parts, Platform
from shared.wire.fields import Id, Moment, Name, NeededId, OddId, Text
from shared.wire.models import NotUnderstood, Wire, read
from shared.wire.parts import aside, parts
from shared.wire.several import either

TYPE = "ORGANIZATION_SOCIAL_ACTION_NOTIFICATIONS"
LOOK_UP = "to be looked up"  # also tells what came without words from the same message with them
_COMMENT = re.compile(r"urn:li:comment:\((?:urn:li:)?([A-Za-z]+):(\d+),(\d+)\)", re.ASCII)
_ACTIVITY = re.compile(r"urn:li:activity:\d+", re.ASCII)


class _Said(Wire):
    """A comment or a post: as a notification has it, or as the API does when we ask for it."""

    entity: OddId = None
    owner: OddId = either("owner", "actor", "author")
    above: OddId = either("parentComment", "object")
    text: Text = either("text", "message.text", "commentary")
    created: Moment = either("created.time", "publishedAt", "createdAt")


class _Notification(Wire):
    account: NeededId = Field(alias="organizationalEntity")
    action: Name = None
    post: OddId = Field(None, alias="sourcePost")
    same_post: OddId = either("decoratedSourcePost.entity")
    activity: Id = Field(None, alias="generatedActivity")
    said: _Said | None = either("decoratedGeneratedActivity.comment", "decoratedGeneratedActivity.share")
    at: Moment = Field(None, alias="lastModifiedAt")


class Comment(NamedTuple):
    """A comment: the post it stands under, however deep, and its number there."""

    thread: str
    number: str

    @property
    def urn(self) -> str:
        """Of all its names the one that we use."""
        return f"urn:li:comment:({self.thread},{self.number})"


def named(urn: str | None, posts: Iterable[str | None] = ()) -> Comment | None:
    """The comment that a name means, if any. A post goes by two names: of all its names the activity's counts."""
    found = _COMMENT.fullmatch(urn or "")
    if found is None:
        return None
    kind, thread, number = found.groups()
    activities = [post for post in posts if post and kind != "activity" and _ACTIVITY.fullmatch(post)]
    return Comment(next(iter(activities), f"urn:li:{kind}:{thread}"), number)


def parse(delivery: Any) -> Parts:
    """One part for each notification, in order. Never raises: what is not understood is quarantined, with where."""
    known = isinstance(delivery, dict) and delivery.get("type") == TYPE
    if known and isinstance(delivery.get("notifications"), list):
        yield from parts(Platform.LINKEDIN, "notifications", read_notification, delivery["notifications"])
    else:
        yield aside(Platform.LINKEDIN, delivery, f"delivery: no list of {TYPE}")


def read_message(account: str, id_: str, element: Mapping[str, Any]) -> Event:
    """A message as it stands now, under the name `id_` that we know it by. Raises `NotUnderstood`."""
    said = read(_Said, element)
    return replace(_event(account, EventKind.POSTED, said, id_, (), said.created), why=None, incomplete=False)


def read_notification(element: Mapping[str, Any]) -> Event:
    """One notification, pushed or pulled. Raises `NotUnderstood`."""
    notification = read(_Notification, element)
    said = notification.said or _Said()
    if notification.action == "LIKE":
        return Event(EventKind.IGNORED, Platform.LINKEDIN, notification.account, why="like")
    if notification.action == "SHARE" and notification.said and said.text is None:
        return Event(EventKind.IGNORED, Platform.LINKEDIN, notification.account, why="share without words")
    if notification.action not in _ACTIONS:
        raise NotUnderstood(": unknown action")
    id_ = said.entity or notification.activity
    if id_ is None:
        raise NotUnderstood(".generatedActivity: missing")
    posts = (notification.post, notification.same_post)
    return _event(notification.account, _ACTIONS[notification.action], said, id_, posts, notification.at)


def _event(
    account: str, event: EventKind, said: _Said, id_: str, posts: tuple[str | None, ...], at: datetime | None
) -> Event:
    names = (*posts, said.above)
    comment = named(id_, names)
    thread = comment.thread if comment else next(filter(None, names), None)
    above = named(said.above, (thread, *posts))
    share = not id_.startswith("urn:li:comment:")
    ours = event is EventKind.ECHO or said.owner == account
    event = EventKind.ECHO if ours and event in CONTENT else event
    author = account if event is EventKind.ECHO else None if ours else said.owner
    bare = said.text is None and event in CONTENT
    return Event(
        event,
        Platform.LINKEDIN,
        account,
        id=comment.urn if comment else id_,
        kind=Kind.MENTION if share else Kind.REPLY if above else Kind.COMMENT,
        text=None if event is EventKind.REMOVED else said.text,
        author=Author(author) if author else None,
        conversation=id_ if share else thread,
        parent=None if share else above.urn if above else thread,
        sent_at=at,
        why=LOOK_UP if bare else None,
        incomplete=bare,
    )


_ACTIONS: Mapping[str | None, EventKind] = {
    **dict.fromkeys(("COMMENT", "SHARE", "SHARE_MENTION"), EventKind.POSTED),
    "ADMIN_COMMENT": EventKind.ECHO,
    "COMMENT_EDIT": EventKind.EDITED,
    "COMMENT_DELETE": EventKind.REMOVED,
}
