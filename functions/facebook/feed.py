"""What happens on the Page: comments, visitors' posts, mentions and reviews, from `changes`."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Annotated, Any

from pydantic import Field

from shared.domain.message import Attachment, Author, Event, EventKind, Kind, Platform
from shared.wire.fields import Id, Moment, Name, Odd, OddId, Text, Url
from shared.wire.meta import Entry
from shared.wire.models import NotUnderstood, Person, Wire, read


class _Post(Wire):
    updated_time: Moment = None


class _Value(Wire):
    item: Name = None
    verb: Name = None
    comment_id: Id = None
    post_id: Id = None
    parent_id: Id = None
    open_graph_story_id: Id = None
    message: Text = None
    review_text: Text = None
    recommendation_type: Name = None
    author: Annotated[Person | None, Odd] = Field(default=None, alias="from")
    sender_id: OddId = None  # before `from`, and still in reviews
    sender_name: Name = None
    reviewer_id: OddId = None
    reviewer_name: Name = None
    created_time: Moment = None
    edited_time: Moment = None
    post: Annotated[_Post | None, Odd] = None
    photo: Url = None
    photos: Annotated[list[Url] | None, Odd] = None
    video: Url = None
    link: Url = None


class _Change(Wire):
    value: _Value


@dataclass(frozen=True, slots=True)
class _Place:
    kind: Kind
    id: str
    conversation: str | None
    parent: str | None = None


def read_change(entry: Entry, element: Mapping[str, Any]) -> Event:
    """One element of `changes`. Raises `NotUnderstood`."""
    field = element.get("field")
    if isinstance(field, str) and field in _NO_MESSAGE:
        return _ignored(entry, field)
    items = _ITEMS.get(field) if isinstance(field, str) else None
    if items is None:
        raise NotUnderstood(": unknown field")
    value = read(_Change, element).value
    if value.item and value.item in _NO_WORDS:
        return _ignored(entry, value.item)
    if value.item not in items:
        raise NotUnderstood(": unknown item")
    if value.verb not in _VERBS:
        raise NotUnderstood(": unknown verb")
    event, why = _VERBS[value.verb]
    if event is EventKind.IGNORED:
        return _ignored(entry, why or "")
    return _event(entry, value, items[value.item](value), event, why)


def _ignored(entry: Entry, why: str) -> Event:
    return Event(EventKind.IGNORED, Platform.FACEBOOK, entry.id, why=why)


def _event(entry: Entry, value: _Value, place: _Place, event: EventKind, why: str | None) -> Event:
    said = Event(
        event,
        Platform.FACEBOOK,
        entry.id,
        id=place.id,
        kind=place.kind,
        conversation=place.conversation,
        parent=place.parent,
        sent_at=_TIMES[event](value, entry),
        why=why,
    )
    if event is EventKind.NOTICE:  # `from` is whoever hid it, not whoever wrote it
        return said
    author = _author(value)
    if event is EventKind.REMOVED:  # `from` may be whoever removed it: a tombstone of our own words harms nobody
        return replace(said, author=None if author and author.id == entry.id else author)
    said = replace(said, text=value.message or value.review_text, attachments=tuple(_attachments(value)))
    ours = author is not None and author.id == entry.id
    return replace(said, event=EventKind.ECHO if ours else event, author=None if place.kind is Kind.MENTION else author)


def _author(value: _Value) -> Author | None:
    who = value.author or Person()
    id_ = who.id or value.sender_id or value.reviewer_id
    name = who.name or value.sender_name or value.reviewer_name
    return Author(id_, name) if id_ or name else None


def _attachments(value: _Value) -> list[Attachment]:
    images = [("image", url) for url in (value.photo, *(value.photos or ()))]
    links = [*images, ("video", value.video), ("link", value.link)]
    recommended = _RECOMMENDATIONS.get((value.recommendation_type or "").lower())
    found = [Attachment(type_, url or None) for type_, url in links if url is not None]
    return [*found, Attachment(recommended)] if recommended else found


def _comment(value: _Value) -> _Place:
    under = value.post_id or value.open_graph_story_id
    kind = Kind.COMMENT if value.parent_id in {None, under} else Kind.REPLY
    return _Place(kind, _needed(value.comment_id, "comment_id"), under, value.parent_id or under)


def _post(value: _Value) -> _Place:
    id_ = _needed(value.post_id, "post_id")
    return _Place(Kind.POST, id_, id_)


def _mention(value: _Value) -> _Place:
    if value.comment_id is None:
        return replace(_post(value), kind=Kind.MENTION)
    return replace(_comment(value), kind=Kind.MENTION)


def _review(value: _Value) -> _Place:
    id_ = _needed(value.open_graph_story_id or value.comment_id or value.post_id, "open_graph_story_id")
    return _Place(Kind.REVIEW, id_, id_)


def _needed(id_: str | None, name: str) -> str:
    if id_ is None:
        raise NotUnderstood(f".value.{name}: missing")
    return id_


_POSTS = ("post", "status", "photo", "video", "share", "link", "note", "album")
_ITEMS: Mapping[str, Mapping[str | None, Callable[[_Value], _Place]]] = {
    "feed": {**dict.fromkeys(_POSTS, _post), "comment": _comment, "rating": _review},
    "mention": dict.fromkeys((*_POSTS, "comment"), _mention),
    "ratings": {"rating": _review, "comment": _comment},
}
_VERBS: Mapping[str | None, tuple[EventKind, str | None]] = {
    "add": (EventKind.POSTED, None),
    "edit": (EventKind.EDITED, None),
    "edited": (EventKind.EDITED, None),
    "remove": (EventKind.REMOVED, None),
    "delete": (EventKind.REMOVED, None),
    "hide": (EventKind.NOTICE, "hidden"),
    "unhide": (EventKind.NOTICE, "shown"),
    **{verb: (EventKind.IGNORED, verb) for verb in ("block", "unblock", "mute", "follow")},
}
_TIMES: Mapping[EventKind, Callable[[_Value, Entry], datetime | None]] = {
    EventKind.POSTED: lambda value, entry: value.created_time or entry.time,
    EventKind.EDITED: lambda value, entry: (
        value.edited_time or (value.post and value.post.updated_time) or entry.time or value.created_time
    ),
    EventKind.REMOVED: lambda value, entry: entry.time or value.created_time,
    EventKind.NOTICE: lambda value, entry: entry.time or value.created_time,
}
_RECOMMENDATIONS = {"positive": "recommends", "negative": "does-not-recommend"}
_NO_WORDS = frozenset({"reaction", "like", "event", "coupon", "milestone", "page", "picture", "profile"})
_NO_MESSAGE = frozenset(
    """affiliation attire awards bio birthday category checkins company_overview culinary_team current_location
    description email feature_access_list follow founded general_info general_manager hometown hours inbox_labels
    location members mission name page_about_story page_change_proposal page_upcoming_change parking payment_options
    personal_info personal_interests phone picture price_range products public_transit website""".split()  # noqa: SIM905 - one word a line would be no table
)
