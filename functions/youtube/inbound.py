"""What was written on a YouTube channel, in our words."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Annotated, Any

from pydantic import AliasGenerator, AliasPath, ConfigDict, Field
from pydantic.alias_generators import to_camel

from shared.domain.message import Attachment, Author, Event, EventKind, Kind, Parts, Platform
from shared.wire.fields import Moment, Name, NeededId, Odd, OddId, Text, Url
from shared.wire.models import NotUnderstood, Wire, read
from shared.wire.parts import aside, part, parts

_INSIDE = AliasGenerator(validation_alias=lambda name: AliasPath("snippet", to_camel(name)))


class _Resource(Wire):
    model_config = ConfigDict(alias_generator=_INSIDE)
    snippet: dict[str, Any] = Field(validation_alias="snippet")
    channel_id: OddId = None
    video_id: OddId = None


class _Comment(_Resource):
    id: NeededId = Field(validation_alias="id")
    text_original: Text = None  # as written; only certain to come where we wrote it ourselves
    text_display: Text = None  # plain, because the poll asks for plain text
    author_display_name: Name = None
    author: OddId = Field(default=None, validation_alias=AliasPath("snippet", "authorChannelId", "value"))
    parent_id: OddId = None
    moderation_status: Name = None
    image_url: Url = None
    published_at: Moment = None
    updated_at: Moment = None


class Thread(_Resource):
    """A comment, how many replies there are, and some of them."""

    id: OddId = Field(default=None, validation_alias="id")
    total_reply_count: Annotated[int | None, Odd] = None
    top_level_comment: Any
    replies: list[Any] = Field(default_factory=list, validation_alias=AliasPath("replies", "comments"))


class _Asked(Wire):
    items: list[Any]
    account: OddId = None
    video: OddId = Field(default=None, validation_alias="videoId")


@dataclass(frozen=True, slots=True)
class _Place:
    account: str | None
    video: str | None
    thread: str | None = None  # set among the replies to it


def parse(delivery: Any) -> Parts:
    """One answer of `commentThreads.list` or `comments.list`, asked for as plain text. The poll adds whose channel it
    asked about (`account`) and, to replies, the video they are under (`videoId`). Never raises.
    """
    try:
        asked = read(_Asked, delivery)
    except NotUnderstood as error:
        yield aside(Platform.YOUTUBE, delivery, f"delivery{error}")
        return
    place = _Place(asked.account, asked.video)
    for number, item in enumerate(asked.items):
        if isinstance(item, dict) and item.get("kind") == "youtube#commentThread":
            yield from _thread(f"items[{number}]", place, item)
        else:
            yield part(Platform.YOUTUBE, f"items[{number}]", partial(_read, place), item, place.account)


def _thread(where: str, asked: _Place, item: Mapping[str, Any]) -> Parts:
    try:
        thread = read(Thread, item)
    except NotUnderstood as error:
        yield aside(Platform.YOUTUBE, item, f"{where}{error}", asked.account)
        return
    account, top = asked.account or thread.channel_id, f"{where}.snippet.topLevelComment"
    place = _Place(account, thread.video_id)
    yield part(Platform.YOUTUBE, top, partial(_read, place), thread.top_level_comment, account)
    under = partial(_read, replace(place, thread=thread.id))
    yield from parts(Platform.YOUTUBE, f"{where}.replies.comments", under, thread.replies, account)


def _read(place: _Place, element: Mapping[str, Any]) -> Event:
    said = read(_Comment, element)
    account = place.account or said.channel_id
    if account is None:
        raise NotUnderstood(": no channel")
    author = Author(said.author, said.author_display_name) if said.author or said.author_display_name else None
    ours = said.author == account
    edited = said.published_at and said.updated_at and said.updated_at > said.published_at
    first, _, rest = said.id.partition(".")  # the id of a reply is `parent.reply`
    above = said.parent_id or place.thread or (first if rest else None)
    video = place.video or said.video_id
    return Event(
        EventKind.ECHO if ours else EventKind.EDITED if edited else EventKind.POSTED,
        Platform.YOUTUBE,
        account,
        id=said.id,
        kind=Kind.REPLY if above else Kind.COMMENT,
        text=said.text_original or said.text_display,
        author=author,
        conversation=video or above or said.id,
        parent=above or (None if ours else video),  # our own first comment answers nobody
        sent_at=max((at for at in (said.published_at, said.updated_at) if at), default=None),
        attachments=tuple(_attachments(said)),
    )


def _attachments(said: _Comment) -> Iterator[Attachment]:
    """A picture, and whether the platform holds the comment back: staff must see that the public does not."""
    if said.image_url is not None:
        yield Attachment("image", said.image_url or None)
    if said.moderation_status in _HELD_BACK:
        yield Attachment(_HELD_BACK[said.moderation_status])


_HELD_BACK = {"heldForReview": "held-for-review", "likelySpam": "likely-spam"}
