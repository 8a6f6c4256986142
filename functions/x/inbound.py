"""A delivery of X's, in our words: posts, private messages, and what happened besides."""

import re
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property, partial
from typing import Any

from shared.domain.message import Attachment, Author, Event, EventKind, Kind, Part, Parts, Platform
from shared.wire.fields import Moment, Name, NeededId, OddId, Text, Url
from shared.wire.models import NotUnderstood, Person, Wire, read
from shared.wire.parts import aside, part
from shared.wire.several import Several, either
from shared.wire.text import unescaped

_DIRECT = "message_create.message_data"


class _Beside(Wire):
    """What belongs to the words: a shortened link, a picture, another post."""

    id: OddId = either("id", "media_key")
    type: Name = None
    url: Name = None
    whole: Url = either("expanded_url", "url", "preview_image_url")


class _Message(Wire):
    """A post, a private message or one of the encrypted chat."""

    id: NeededId
    first: OddId = either("edit_history_tweet_ids.0", "edit_history_post_ids.0")
    text: Text = either("text", f"{_DIRECT}.text")
    whole: Name = either("note_tweet.text", "note_post.text")  # where `text` is cut short
    links: Several[_Beside] = either("entities.urls", f"{_DIRECT}.entities.urls")
    more: Several[_Beside] = either("note_tweet.entities.urls", "note_post.entities.urls")
    author: OddId = either("author_id", "message_create.sender_id", "sender_id")
    recipient: OddId = either("message_create.target.recipient_id")
    at: Moment = either("created_at", "created_timestamp", "created_at_msec")
    conversation: OddId = either("conversation_id")
    answered: OddId = either("in_reply_to_user_id")
    references: Several[_Beside] = either("referenced_tweets", "referenced_posts")
    media_keys: Several[OddId] = either("attachments.media_keys")
    sort: Name = either(f"{_DIRECT}.attachment.media.type", f"{_DIRECT}.attachment.type")
    url: Url = either(f"{_DIRECT}.attachment.media.media_url_https", f"{_DIRECT}.attachment.media.url")

    @property
    def words(self) -> str | None:
        """What somebody wrote: entities undone once, and each shortened link as it was before."""
        links = {link.url: link.whole for link in (*(self.links or ()), *(self.more or ())) if link and link.whole}
        text = unescaped(self.whole or self.text) or ""
        return re.sub(r"https?://t\.co/\w+", lambda short: links.get(short[0]) or short[0], text) or None


class _Activity(Wire):
    """What happened, at which account of ours, and what stands beside it: who is who, and media."""

    type: Name = either("event_type")
    replay: Any = either("replay_job_status")
    account: OddId = either("filter.user_id", "payload.user_id", "for_user_id")
    elements: Any = either("payload.direct_message_events", "payload")
    users: Any = either("payload.users", "includes.users")
    media: Several[_Beside] = either("includes.media")

    @cached_property
    def people(self) -> Mapping[str | None, Author]:
        """Who is who by id: from a list or a map, each flat or in `data`."""
        users = [*self.users.values()] if isinstance(self.users, dict) else self.users
        found = [user.get("data", user) for user in users if isinstance(user, dict)] if isinstance(users, list) else []
        known = [read(Person, user) for user in found if isinstance(user, dict)]
        return {person.id: Author(person.id, person.name, person.username) for person in known}


def parse(delivery: Any) -> Parts:
    """One part for each thing that happened, in order. A delivery is one envelope or a list of them. Never raises."""
    for place, envelope in _each("delivery", delivery):
        wrapped = isinstance(envelope, dict) and "data" in envelope
        for at, data in _each(f"{place}.data", envelope["data"]) if wrapped else [(place, envelope)]:
            yield from _happened(at, data)


def _read_post(activity: _Activity, element: Mapping[str, Any]) -> Event:
    """A post. Each edit has an id of its own: the first one is the message's, under whatever subscription it comes."""
    post, account = read(_Message, element), activity.account or ""
    references = {reference.type: reference.id for reference in post.references or () if reference}
    if "retweeted" in references:
        return Event(EventKind.IGNORED, Platform.X, account, why="repost")
    first, parent, ours = post.first or post.id, references.get("replied_to"), post.author == account
    to_us = parent and (ours or post.answered in {None, account})
    urls = {item.id: item.whole or None for item in activity.media or () if item}
    keys = [key for key in post.media_keys or () if key]
    return Event(
        EventKind.ECHO if ours else EventKind.POSTED if first == post.id else EventKind.EDITED,
        Platform.X,
        account,
        id=first,
        kind=Kind.REPLY if to_us else Kind.POST if ours else Kind.MENTION,
        text=post.words,
        author=activity.people.get(post.author, Author(post.author)) if post.author else None,
        conversation=post.conversation or parent or first,
        parent=parent,
        sent_at=post.at,
        attachments=tuple(Attachment(_SORTS.get(key.split("_")[0], "media"), urls.get(key)) for key in keys),
    )


def _read_direct(activity: _Activity, element: Mapping[str, Any]) -> Event:
    """A private message. One of the encrypted chat only X's own app can show."""
    encrypted = "encoded_event" in element
    if not encrypted and not isinstance(element.get("message_create"), dict):
        raise NotUnderstood(".message_create: not an object")
    direct, account = read(_Message, element), activity.account or ""
    others = (id_ for id_ in re.split("[:-]", direct.conversation or "") if id_ and id_ != account)
    ours, sort = direct.author == account, "encrypted" if encrypted else direct.sort
    return Event(
        EventKind.ECHO if ours else EventKind.POSTED,
        Platform.X,
        account,
        id=direct.id,
        kind=Kind.DIRECT,
        text=direct.words,
        author=activity.people.get(direct.author, Author(direct.author)) if direct.author else None,
        conversation=(direct.recipient or next(others, None)) if ours else direct.author,
        sent_at=direct.at,
        public=False,
        attachments=(Attachment(sort[:64], direct.url or None),) if sort else (),
    )


def _happened(place: str, data: Any) -> Parts:
    """What an activity stands for: something that may have been written, or a sign, or nothing we know."""
    activity = read(_Activity, data if isinstance(data, dict) else {})
    type_ = activity.type or ("replay_job_status" if activity.replay else "")
    name = re.sub("(?<=[a-z])(?=[A-Z])", ".", type_).lower()  # PostCreate until March 2026
    kind, why = next((row for known, row in _SIGNS.items() if f"{name}.".startswith(f"{known}.")), (None, None))
    if name in _READERS and activity.elements is not None:  # else its words stand somewhere else: kept whole
        for at, element in _each(f"{place}.payload", activity.elements):
            yield part(Platform.X, at, partial(_READERS[name], activity), element, activity.account)
    elif kind:
        yield Part(Event(kind, Platform.X, activity.account or "", why=why), data)
    else:
        yield aside(Platform.X, data, f"{place}: nothing we know", activity.account)


def _each(place: str, value: Any) -> Iterator[tuple[str, Any]]:
    """The items of a list; what is no list, or an empty one, stands alone."""
    items = value if isinstance(value, list) else ()
    yield from ((f"{place}[{number}]", item) for number, item in enumerate(items)) if items else [(place, value)]


_SORTS: Mapping[str, str] = {"3": "photo", "7": "video", "13": "video", "16": "animated_gif"}  # how a media key begins
_READERS: Mapping[str, Callable[[_Activity, Mapping[str, Any]], Event]] = {
    **dict.fromkeys(("post.create", "post.mention.create", "post.reply.create", "post.quote.create"), _read_post),
    **dict.fromkeys(("dm.received", "dm.sent", "chat.received", "chat.sent"), _read_direct),
}
# Deletions are told of our own posts only. A revocation is for a person: from then on we may read and answer nothing.
_IGNORED = """like follow profile news spaces broadcast mute block chat.conversation chat.update dm.read
dm.indicate_typing dm.indicate post.delete post.repost replay_job_status"""
_SIGNS: Mapping[str, tuple[EventKind, str]] = {
    **{name: (EventKind.IGNORED, name) for name in _IGNORED.split()},
    "oauth.revoke": (EventKind.NOTICE, "access revoked"),
}
