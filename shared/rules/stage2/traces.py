"""The traces of a message: hashes by which the same words, and the replies to one message, are found again."""

import hashlib
import re
from datetime import datetime

from shared.domain.message import Event, EventKind, Kind, identity
from shared.domain.trace import Trace
from shared.rules.stage2.wording import wording
from shared.rules.text import plain

_handle = re.compile(r"(?<![\w@.])@(\w[\w.-]{0,60}\w)")


def fingerprint(text: str | None) -> str | None:
    """The sha256 of the words as the plain view folds them, links and handles among them; None for a few words.

    Serves the rule on advertising, and protects views: it tells repetition, not meaning.
    """
    words = plain(text).text.split() if text else []
    if len(words) < wording().repeated.words:
        return None
    return hashlib.sha256(" ".join(words).encode("utf-8", "surrogatepass")).hexdigest()


def reply_to(event: Event) -> str | None:
    """What replies to one message share: whom they answer, or, where the platform does not say, whom they address.

    None in private, and for what answers nobody.
    """
    if not event.public:
        return None
    handle = addressed(event)
    if handle is not None:
        return identity("reply", event.platform, event.account, event.conversation or "", f"@{handle}")
    return identity("reply", event.platform, event.account, event.parent) if event.parent else None


def addressed(event: Event) -> str | None:
    """The first handle in a reply that names no comment above it, in small letters and without its @."""
    if event.kind is not Kind.REPLY or event.parent not in (None, event.conversation):
        return None
    found = _handle.search(event.text or "")
    return found[1].casefold() if found else None


def trace(event: Event, said_at: datetime) -> Trace | None:
    """What a message is found by; None for what was not posted now or has no words. `said_at` is aware, UTC."""
    if event.event is not EventKind.POSTED or not event.text:
        return None
    made = Trace(said_at, fingerprint(event.text), reply_to(event))
    return made if made.fingerprint or made.reply_to else None
