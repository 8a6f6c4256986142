"""A delivery of Threads', in our words: replies, mentions, and what we ourselves published or deleted."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Annotated, Any

from pydantic import Field

from shared.domain.message import Attachment, Author, Event, EventKind, Kind, Parts, Platform
from shared.wire.fields import Moment, Name, NeededId, Odd, OddId, Text, Url
from shared.wire.models import NotUnderstood, Wire, read
from shared.wire.parts import aside, part, parts


class _Post(Wire):
    id: OddId = None
    owner_id: OddId = None
    username: Name = None


class _Value(Wire):
    id: NeededId
    username: Name = None  # all that is said of an author: there is no id
    text: Text = None
    media_type: Name = None
    media_url: Url = None
    gif_url: Url = None
    replied_to: Annotated[_Post | None, Odd] = None
    root_post: Annotated[_Post | None, Odd] = None
    owner: Annotated[_Post | None, Odd] = None
    is_reply_owned_by_me: Annotated[bool | None, Odd] = None  # only when we asked
    timestamp: Moment = None
    deleted_at: Moment = None


class _Element(Wire):
    value: _Value


class _Envelope(Wire):
    target: OddId = Field(default=None, alias="target_id")  # an account or a post, as the field says
    time: Moment = None


@dataclass(frozen=True, slots=True)
class _Place:
    """Whose place it is, and when we were told."""

    account: str
    time: datetime | None


def parse(delivery: Any) -> Parts:
    """One delivery; `values` is an object as documented, or a list as seen. Never raises."""
    if not isinstance(delivery, dict):
        yield aside(Platform.THREADS, delivery, "delivery: not an object")
        return
    bare = "values" not in delivery and "field" in delivery  # as the app's dashboard may send to test
    values = delivery if bare else delivery.get("values")
    reader = partial(_read, read(_Envelope, delivery))
    if isinstance(values, list):
        yield from parts(Platform.THREADS, "values", reader, values)
    elif isinstance(values, dict):
        yield part(Platform.THREADS, "values", reader, values)
    else:
        yield aside(Platform.THREADS, delivery, "delivery: values is neither an object nor a list")


def read_reply(account: str, element: Mapping[str, Any]) -> Event:
    """A reply that was asked for, under a post of ours. Raises `NotUnderstood`."""
    return _reply(_Place(account, None), read(_Element, element).value)


def _read(told: _Envelope, element: Mapping[str, Any]) -> Event:
    field = element.get("field")
    row = _FIELDS.get(field) if isinstance(field, str) else None
    if row is None:
        raise NotUnderstood(": unknown field")
    value = read(_Element, element).value
    whose, reader = row
    return reader(_Place(whose(told, value), told.time), value)


def _reply(place: _Place, value: _Value) -> Event:
    """Under a post of ours. By the author's handle only can our own words be told from others'."""
    root = value.root_post or _Post()
    ours = value.is_reply_owned_by_me or _same(value.username, root.username)
    direct = value.replied_to is None or value.replied_to.id == root.id
    event = EventKind.ECHO if ours else EventKind.POSTED
    return _said(place, value, event, Kind.COMMENT if direct else Kind.REPLY, ours=bool(ours))


def _mention(place: _Place, value: _Value) -> Event:
    return _said(place, value, EventKind.POSTED, Kind.MENTION)


def _publish(place: _Place, value: _Value) -> Event:
    return _said(place, value, EventKind.ECHO, Kind.REPLY if value.replied_to else Kind.POST, ours=True)


def _delete(place: _Place, value: _Value) -> Event:
    at = value.deleted_at or place.time
    return Event(EventKind.REMOVED, Platform.THREADS, place.account, id=value.id, sent_at=at)


def _said(place: _Place, value: _Value, event: EventKind, kind: Kind, *, ours: bool = False) -> Event:
    author, root = Author(place.account if ours else None, None, value.username), (value.root_post or _Post()).id
    return Event(
        event,
        Platform.THREADS,
        place.account,
        id=value.id,
        kind=kind,
        text=value.text,
        author=author if author.id or author.handle else None,
        conversation=root or value.id,
        parent=(value.replied_to or _Post()).id or root,
        sent_at=value.timestamp or place.time,
        attachments=tuple(_attachments(value)),
    )


def _attachments(value: _Value) -> Iterator[Attachment]:
    type_ = _MEDIA.get(value.media_type or "")
    if type_:
        yield Attachment(type_, value.media_url or None)
    if value.gif_url:
        yield Attachment("gif", value.gif_url)


def _same(one: str | None, other: str | None) -> bool:
    return one is not None and other is not None and one.casefold() == other.casefold()


def _host(_told: _Envelope, value: _Value) -> str:
    return _needed((value.root_post or _Post()).owner_id, ".value.root_post.owner_id")


def _owner(_told: _Envelope, value: _Value) -> str:
    return _needed((value.owner or _Post()).owner_id, ".value.owner.owner_id")


def _target(told: _Envelope, _value: _Value) -> str:
    return _needed(told.target, ": target_id")


def _needed(id_: str | None, place: str) -> str:
    if id_ is None:
        raise NotUnderstood(f"{place}: missing")
    return id_


_FIELDS: Mapping[str, tuple[Callable[[_Envelope, _Value], str], Callable[[_Place, _Value], Event]]] = {
    "replies": (_host, _reply),
    "mentions": (_target, _mention),
    "publish": (_target, _publish),
    "delete": (_owner, _delete),
}
_MEDIA = {"IMAGE": "image", "VIDEO": "video", "CAROUSEL_ALBUM": "album", "AUDIO": "audio"}
