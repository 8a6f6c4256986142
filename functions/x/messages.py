"""Posts and private messages as events, in both spellings that X has for each. Readers raise `NotUnderstood`."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from functions.x.fields import Link, Media, OddId, When, attached, people, words
from shared.domain.message import Attachment, Author, Event, EventKind, Kind, Platform
from shared.wire.fields import Name, NeededId, Odd, Text
from shared.wire.models import NotUnderstood, Wire, read
from shared.wire.several import Several, either


class _Reference(Wire):
    type: Name = None
    id: OddId = None


class _Includes(Wire):
    media: Several[Media] = None


class _Post(Wire):
    id: NeededId = either("id_str", "id", default=...)
    first: OddId = either("edit_history_tweet_ids.0", "edit_history_post_ids.0", "edit_history.initial_tweet_id")
    text: Text = None
    whole: Name = either("note_tweet.text", "note_post.text", "extended_tweet.full_text")  # where `text` is cut short
    links: Several[Link] = either("entities.urls")
    more: Several[Link] = either("note_tweet.entities.urls", "note_post.entities.urls", "extended_tweet.entities.urls")
    author_id: OddId = either("author_id", "user.id_str", "user.id")
    created_at: When = None
    conversation_id: OddId = None
    parent: OddId = either("in_reply_to_tweet_id", "in_reply_to_status_id_str", "in_reply_to_status_id")
    answered: OddId = either("in_reply_to_user_id_str", "in_reply_to_user_id")
    references: Several[_Reference] = either("referenced_tweets", "referenced_posts")
    reposted: Any = either("retweeted_status")
    media_keys: Several[OddId] = either("attachments.media_keys")
    media: Several[Media] = either("extended_tweet.extended_entities.media", "extended_entities.media")


class _Attachment(Wire):
    type: Name = None
    media: Annotated[Media | None, Odd] = None


class _Direct(Wire):
    id: NeededId
    sender_id: OddId = either("message_create.sender_id", "sender_id")
    recipient_id: OddId = either("message_create.target.recipient_id")
    conversation_id: OddId = None
    sent_at: When = either("created_timestamp", "created_at_msec")
    text: Text = either("message_create.message_data.text")
    links: Several[Link] = either("message_create.message_data.entities.urls")
    attachment: Annotated[_Attachment | None, Odd] = either("message_create.message_data.attachment")


@dataclass(frozen=True, slots=True)
class Around:
    """Our account, and what stands beside the messages: who is who, and media."""

    account: str
    beside: Any

    def get(self, name: str) -> Any:
        """What is said beside, if anything."""
        return self.beside.get(name) if isinstance(self.beside, dict) else None


def read_post(around: Around, element: Mapping[str, Any]) -> Event:
    """A post. Each edit has an id of its own: the first one is the message's, under whatever subscription it comes."""
    post = read(_Post, element)
    references = {reference.type: reference.id for reference in post.references or () if reference}
    if post.reposted or "retweeted" in references:
        return Event(EventKind.IGNORED, Platform.X, around.account, why="repost")
    first, parent = post.first or post.id, post.parent or references.get("replied_to")
    ours = post.author_id == around.account
    to_us = parent and (ours or post.answered in {None, around.account})
    known = {**people(around.get("users")), **people([element.get("user")])}
    media = read(_Includes, {"media": around.get("media")}).media or ()
    return Event(
        EventKind.ECHO if ours else EventKind.POSTED if first == post.id else EventKind.EDITED,
        Platform.X,
        around.account,
        id=first,
        kind=Kind.REPLY if to_us else Kind.POST if ours else Kind.MENTION,
        text=words(post.whole or post.text, (*(post.links or ()), *(post.more or ()))),
        author=_who(post.author_id, known),
        conversation=post.conversation_id or parent or first,
        parent=parent,
        sent_at=post.created_at,
        attachments=attached(post.media_keys or (), (*media, *(post.media or ()))),
    )


def read_direct(around: Around, element: Mapping[str, Any]) -> Event:
    """One of `direct_message_events`, or a message of the encrypted chat: that one only X's own app can show."""
    encrypted = "encoded_event" in element
    if not encrypted and not isinstance(element.get("message_create"), dict):
        raise NotUnderstood(".message_create: not an object")
    direct = read(_Direct, element)
    others = [id_ for id_ in re.split("[:-]", direct.conversation_id or "") if id_ and id_ != around.account]
    came = direct.attachment or _Attachment()
    ours = direct.sender_id == around.account
    return Event(
        EventKind.ECHO if ours else EventKind.POSTED,
        Platform.X,
        around.account,
        id=direct.id,
        kind=Kind.DIRECT,
        text=words(direct.text, direct.links or ()),
        author=_who(direct.sender_id, people(around.get("users"))),
        conversation=(direct.recipient_id or next(iter(others), None)) if ours else direct.sender_id,
        sent_at=direct.sent_at,
        public=False,
        attachments=(Attachment("encrypted"),)
        if encrypted
        else attached((), (came.media or (Media(type=came.type) if came.type else None),)),
    )


def _who(id_: str | None, known: Mapping[str | None, Author]) -> Author | None:
    return known.get(id_, Author(id_)) if id_ else None
