"""What the public writes and what a delivery says about it: the vocabulary every platform is translated into."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any


class Platform(StrEnum):
    """Where an account lives. A new platform is one member here, one folder in `functions`, and its fixtures."""

    FACEBOOK = "facebook"
    INSTAGRAM = "instagram"
    THREADS = "threads"
    X = "x"
    LINKEDIN = "linkedin"
    TIKTOK = "tiktok"
    YOUTUBE = "youtube"
    BLUESKY = "bluesky"


class Kind(StrEnum):
    """How a message reached us."""

    COMMENT = "comment"  # directly under a post
    REPLY = "reply"  # under another comment
    MENTION = "mention"  # somewhere else, naming us
    DIRECT = "direct"  # a private message
    POST = "post"  # a visitor's own post on our page
    REVIEW = "review"  # a rating or recommendation


class EventKind(StrEnum):
    """What one part of a delivery says."""

    POSTED = "posted"
    EDITED = "edited"
    REMOVED = "removed"
    ECHO = "echo"  # our own words coming back: never a case, but a sign that somebody has answered one
    NOTICE = "notice"  # about a message's visibility or about the channel; `why` says which
    IGNORED = "ignored"  # understood and not a message; `why` says what it was


CONTENT = frozenset({EventKind.POSTED, EventKind.EDITED})


@dataclass(frozen=True, slots=True)
class Author:
    """Who wrote a message, as far as the platform says. Without `id` nobody can be acknowledged or grouped."""

    id: str | None = None
    name: str | None = None
    handle: str | None = None


@dataclass(frozen=True, slots=True)
class Attachment:
    """Something that came with the words. `url` may expire and is never fetched by the console."""

    type: str
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Event:
    """One part of a delivery in our words (`interfaces.md`, Event). Times are aware and in UTC."""

    event: EventKind
    platform: Platform
    account: str
    id: str | None = None
    kind: Kind | None = None
    text: str | None = None
    author: Author | None = None
    conversation: str | None = None
    parent: str | None = None
    sent_at: datetime | None = None
    public: bool = True
    attachments: tuple[Attachment, ...] = ()
    why: str | None = None
    no_ack: str | None = None  # why an automatic acknowledgement is ruled out: `standby`, `backfill`, `live` …
    incomplete: bool = False  # the platform sent ids only: the words are to be looked up


@dataclass(frozen=True, slots=True)
class Quarantined:
    """A part of a signed delivery that cannot be understood: kept whole, shown to a person, answered 2xx."""

    platform: Platform
    why: str
    account: str | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """One element of a delivery: what it says, and the fragment it was read from."""

    said: Event | Quarantined
    fragment: Any


Parts = Iterator[Part]


def identity(*parts: str) -> str:
    """A stable document id from what makes a thing unique; hashed, so never monotonic and always a legal id."""
    return hashlib.sha256("\x00".join(parts).encode("utf-8", "surrogatepass")).hexdigest()


def case_id(platform: Platform, account: str, message_id: str) -> str:
    """The id of the case that a message is: the same however often and in whatever order it is delivered."""
    return identity(platform, account, message_id)


def event_hash(event: Event) -> str:
    """What tells one revision of a message from another.

    A repeated `posted` or `echo` is the same revision even if the platform restamps it; edits are told apart by their
    time, because a text can be changed back and forth.
    """
    said_once = event.event in {EventKind.POSTED, EventKind.ECHO}
    at = "" if said_once or event.sent_at is None else event.sent_at.isoformat()
    kinds: Sequence[str] = [attachment.type for attachment in event.attachments]
    still = ["words to come"] if event.incomplete else []
    return identity(event.event, event.id or "", at, event.text or "", event.why or "", *kinds, *still)[:32]
