"""A delivery of Instagram's, in our words: comments and mentions; what is private is as on Messenger."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Annotated, Any

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from shared.domain.message import Attachment, Author, Event, EventKind, Kind, Part, Parts, Platform
from shared.wire.fields import Id, Moment, Name, NeededId, Odd, OddId, Text
from shared.wire.meta import Entry, Envelope
from shared.wire.models import NotUnderstood, Person, Wire, read
from shared.wire.parts import part
from shared.wire.several import either


def _number(value: str | None) -> str | None:
    """These are put into the text of a question, so nothing else may stand in them."""
    if value is not None and not (value.isascii() and value.isdecimal()):
        raise PydanticCustomError("not_an_id", "not an id")
    return value


class _Media(Wire):
    id: OddId = None
    original_media_id: OddId = None  # of an ad: the post that was boosted


class _From(Person):
    self_ig_scoped_id: OddId = None  # only where the account itself wrote


class _Comment(Wire):
    id: Id = None
    comment_id: Id = None  # what some deliveries call it
    parent_id: Id = None
    text: Text = None
    author: Annotated[_From | None, Odd] = Field(default=None, alias="from")
    username: Name = None
    media: Annotated[_Media | None, Odd] = None
    timestamp: Moment = None  # only when we asked


class _Commented(Wire):
    value: _Comment


class _Mention(Wire):
    media_id: Annotated[NeededId, AfterValidator(_number)]
    comment_id: Annotated[Id, AfterValidator(_number)] = None


class _Mentioned(Wire):
    value: _Mention


class _Found(Wire):
    text: Text = either("text", "caption", "message")  # of a comment, a post, a private message
    author: Annotated[Person | None, Odd] = Field(default=None, alias="from")
    other: OddId = either("to.data.0.id")
    username: Name = None
    at: Moment = either("timestamp", "created_time")


class _Bare(Wire):
    account: OddId = either("value.recipient.id")


def parse(delivery: Any) -> Parts:
    """One delivery; also a change without its entry, as the app's dashboard sends to test. Never raises."""
    bare = isinstance(delivery, dict) and "entry" not in delivery and {"field", "value"} <= delivery.keys()
    found = iter([part(Platform.INSTAGRAM, "delivery", _bare, delivery)]) if bare else _ENVELOPE.parse(delivery)
    return map(_with_words_to_come, found)


def read_comment(entry: Entry, element: Mapping[str, Any]) -> Event:
    """One comment, delivered or asked for. Raises `NotUnderstood`."""
    value = read(_Commented, element).value
    id_ = value.id or value.comment_id
    if id_ is None:
        raise NotUnderstood(".value.id: missing")
    media, who = value.media or _Media(), value.author or _From()
    under = media.original_media_id or media.id
    ours = who.id == entry.id or who.self_ig_scoped_id is not None
    author = Author(entry.id if ours else who.id, None, who.username or value.username)
    return Event(
        EventKind.ECHO if ours else EventKind.POSTED,
        Platform.INSTAGRAM,
        entry.id,
        id=id_,
        kind=Kind.REPLY if value.parent_id else Kind.COMMENT,
        text=value.text,
        author=author if author.id or author.handle else None,
        conversation=under,
        parent=value.parent_id or under,
        sent_at=value.timestamp or entry.time,
    )


def read_found(told: Event, element: Mapping[str, Any]) -> Event:
    """What was told as ids only, with the words that were looked up. Raises `NotUnderstood`."""
    found = read(_Found, element)
    who = found.author or Person()
    said = replace(
        told,
        text=found.text,
        author=Author(who.id, None, who.username or found.username),
        conversation=who.id if told.kind is Kind.DIRECT else told.conversation,
        sent_at=found.at or told.sent_at,
        attachments=() if found.text else (Attachment("unknown"),),
        incomplete=False,
    )
    return replace(said, event=EventKind.ECHO, conversation=found.other) if who.id == told.account else said


def _read_live(entry: Entry, element: Mapping[str, Any]) -> Event:
    """Instagram takes no answers to what was said during a broadcast."""
    return replace(read_comment(entry, element), no_ack="live")


def _read_mention(entry: Entry, element: Mapping[str, Any]) -> Event:
    value = read(_Mentioned, element).value
    return Event(
        EventKind.POSTED,
        Platform.INSTAGRAM,
        entry.id,
        id=value.comment_id or value.media_id,
        kind=Kind.MENTION,
        conversation=value.media_id,
        parent=value.media_id if value.comment_id else None,
        sent_at=entry.time,
        incomplete=True,
    )


def _read_change(entry: Entry, element: Mapping[str, Any]) -> Event:
    field = element.get("field")
    reader = _READERS.get(field) if isinstance(field, str) else None
    if reader:
        return reader(entry, element)
    if field not in _NO_MESSAGE:
        raise NotUnderstood(": unknown field")
    return Event(EventKind.IGNORED, Platform.INSTAGRAM, entry.id, why=str(field))


def _bare(element: Mapping[str, Any]) -> Event:
    account = read(_Bare, element).account
    if account is None:
        raise NotUnderstood(".value.recipient: missing")
    return _ENVELOPE.change(Entry(id=account), element)


def _with_words_to_come(told: Part) -> Part:
    """Some apps are told of a new private message as an edit that never was: its id, and no words."""
    said = told.said
    if not isinstance(said, Event) or said.public or said.event is not EventKind.EDITED or said.text:
        return told
    return replace(told, said=replace(said, event=EventKind.POSTED, incomplete=True))


_READERS: Mapping[str, Callable[[Entry, Mapping[str, Any]], Event]] = {
    "comments": read_comment,
    "live_comments": _read_live,
    "mentions": _read_mention,
}
_NO_MESSAGE = ("story_insights", "story_poll_response", "story_reactions", "story_share")
_ENVELOPE = Envelope(Platform.INSTAGRAM, "instagram", _read_change)
