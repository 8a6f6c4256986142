"""What was written to a Bluesky account, in our words: dated by when the network saw it, not by what a post says."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from pydantic import AliasPath, Field

from shared.domain.message import Author, Event, EventKind, Kind, Parts, Platform
from shared.wire.embeds import attached, linked
from shared.wire.fields import Moment, Name, NeededId, OddId, Text
from shared.wire.models import NotUnderstood, Wire, read
from shared.wire.parts import aside, parts


class _Post(Wire):
    uri: NeededId
    record: dict[str, Any]
    author: OddId = Field(default=None, validation_alias=AliasPath("author", "did"))
    name: Name = Field(default=None, validation_alias=AliasPath("author", "displayName"))
    handle: Name = Field(default=None, validation_alias=AliasPath("author", "handle"))
    at: Moment = Field(default=None, validation_alias="indexedAt")
    reason: Name = None
    subject: OddId = Field(default=None, validation_alias="reasonSubject")
    text: Text = Field(default=None, validation_alias=AliasPath("record", "text"))
    root: OddId = Field(default=None, validation_alias=AliasPath("record", "reply", "root", "uri"))
    parent: OddId = Field(default=None, validation_alias=AliasPath("record", "reply", "parent", "uri"))


class _Message(Wire):
    type: Name = Field(default=None, validation_alias="$type")
    id: NeededId
    text: Text = None
    sender: OddId = Field(default=None, validation_alias=AliasPath("sender", "did"))
    at: Moment = Field(default=None, validation_alias="sentAt")
    embed: Any = None


class _Entry(Wire):
    message: _Message
    convo: OddId = Field(default=None, validation_alias="convoId")


class _Asked(Wire):
    account: NeededId
    convo: OddId = Field(default=None, validation_alias="convoId")


def parse(delivery: Any) -> Parts:
    """One answer of the network, as it came: `notifications`, `feed` (our own), `posts`, `logs` or `messages`. The poll
    adds whose it is (`account`) and, to messages, the conversation (`convoId`). Never raises.
    """
    try:
        asked = read(_Asked, delivery)
    except NotUnderstood as error:
        yield aside(Platform.BLUESKY, delivery, f"delivery{error}")
        return
    name = next((name for name in _READERS if name in delivery), "")
    if isinstance(delivery.get(name), list):
        yield from parts(Platform.BLUESKY, name, partial(_READERS[name], asked), delivery[name], asked.account)
    else:
        why = f"delivery.{name}: not a list" if name else "delivery: unknown answer"
        yield aside(Platform.BLUESKY, delivery, why, asked.account)


def _notification(asked: _Asked, element: Mapping[str, Any]) -> Event:
    if element.get("reason") in _NO_WORDS:
        return _ignored(asked, element["reason"])
    if "reason" in element and element["reason"] not in _WORDS:
        raise NotUnderstood(": unknown reason")
    return _post(asked, element)


def _own(asked: _Asked, element: Mapping[str, Any]) -> Event:
    return _ignored(asked, "repost") if element.get("reason") else _post(asked, element.get("post"))


def _post(asked: _Asked, element: Any) -> Event:
    post = read(_Post, element)
    ours = post.author == asked.account
    return Event(
        EventKind.ECHO if ours else EventKind.POSTED,
        Platform.BLUESKY,
        asked.account,
        id=post.uri,
        kind=_kind(asked, post, ours=ours),
        text=post.text,
        author=Author(post.author, post.name, post.handle) if post.author or post.handle else None,
        conversation=post.root or post.uri,
        parent=post.parent or (None if ours else post.subject),
        sent_at=post.at,
        attachments=(*attached(post.record.get("embed")), *linked(post.record.get("facets"))),
    )


def _kind(asked: _Asked, post: _Post, *, ours: bool) -> Kind:
    if post.root is None:
        return Kind.POST if ours else Kind.MENTION
    if not post.root.startswith(f"at://{asked.account}/"):
        return Kind.MENTION if post.reason in {"mention", "quote"} else Kind.REPLY
    return Kind.COMMENT if post.parent == post.root else Kind.REPLY


def _log(asked: _Asked, element: Mapping[str, Any]) -> Event:
    kind = str(element.get("$type")).rpartition("#")[2]
    if kind in _ABOUT_A_MESSAGE or "message" not in element:
        return _ignored(asked, "no message", public=False)
    if kind not in _MESSAGES:
        raise NotUnderstood(": unknown type")
    entry = read(_Entry, element)
    return _direct(asked.account, entry.convo, entry.message, gone=kind == "logDeleteMessage")


def _message(asked: _Asked, element: Mapping[str, Any]) -> Event:
    if element.get("$type") == "chat.bsky.convo.defs#systemMessageView":
        return _ignored(asked, "no message", public=False)
    return _direct(asked.account, asked.convo, read(_Message, element))


def _direct(account: str, convo: str | None, said: _Message, *, gone: bool = False) -> Event:
    """The conversation is the platform's own: the same for what they write and what we answer."""
    gone = gone or said.type == "chat.bsky.convo.defs#deletedMessageView"
    ours = EventKind.ECHO if said.sender == account else EventKind.POSTED
    return Event(
        EventKind.REMOVED if gone else ours,
        Platform.BLUESKY,
        account,
        id=said.id,
        kind=Kind.DIRECT,
        text=None if gone else said.text,
        author=Author(said.sender) if said.sender else None,
        conversation=convo,
        sent_at=said.at,
        public=False,
        attachments=tuple(attached(said.embed)),
    )


def _ignored(asked: _Asked, why: str, *, public: bool = True) -> Event:
    return Event(EventKind.IGNORED, Platform.BLUESKY, asked.account, public=public, why=why)


_WORDS = ("reply", "mention", "quote")
_NO_WORDS = ("like", "repost", "follow", "starterpack-joined", "verified", "unverified", "like-via-repost",
             "repost-via-repost", "subscribed-post", "contact-match")  # fmt: skip
_MESSAGES = ("logCreateMessage", "logDeleteMessage")
_ABOUT_A_MESSAGE = ("logReadMessage", "logAddReaction", "logRemoveReaction")
_READERS: Mapping[str, Callable[[_Asked, Mapping[str, Any]], Event]] = {
    "notifications": _notification,
    "feed": _own,
    "posts": _post,
    "logs": _log,
    "messages": _message,
}
