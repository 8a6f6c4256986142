"""A delivery of X's, in our words: activities of today's API, or an account's events of the older one."""

import re
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any

from functions.x.fields import OddId
from functions.x.messages import Around, read_direct, read_post
from shared.domain.message import Event, EventKind, Part, Parts, Platform
from shared.wire.fields import Name
from shared.wire.models import Wire, read
from shared.wire.parts import aside, part
from shared.wire.several import either


class _Envelope(Wire):
    type: Name = either("event_type")
    account: OddId = either("filter.user_id", "for_user_id", "payload.user_id", "user_event.revoke.source.user_id")
    payload: Any = None
    messages: Any = either("payload.direct_message_events")


def parse(delivery: Any) -> Parts:
    """One part for each thing that happened, in order. A delivery is one envelope or a list of them. Never raises."""
    for place, envelope in _each("delivery", delivery):
        if not isinstance(envelope, dict):
            yield aside(Platform.X, envelope, f"{place}: not an object")
        elif "data" in envelope:
            for inner, data in _each(f"{place}.data", envelope["data"]):
                yield from _activity(inner, data)
        else:
            for name in [name for name in envelope if name not in _BESIDE] or [""]:
                at = f"{place}.{name}" if name in _READERS else place
                yield from _happened(at, name, envelope.get(name), envelope, envelope)


def _each(place: str, value: Any) -> Iterator[tuple[str, Any]]:
    """The items of a list; what is no list, or an empty one, stands alone."""
    items = value if isinstance(value, list) else ()
    yield from ((f"{place}[{number}]", item) for number, item in enumerate(items)) if items else [(place, value)]


def _activity(place: str, data: Any) -> Parts:
    if not isinstance(data, dict):
        yield aside(Platform.X, data, f"{place}: not an object")
        return
    activity = read(_Envelope, data)
    name = re.sub("(?<=[a-z])(?=[A-Z])", ".", activity.type or "").lower()  # PostCreate until March 2026
    if name in {"dm.received", "dm.sent"}:
        yield from _happened(f"{place}.payload", name, activity.messages, data, activity.payload)
    else:
        at = f"{place}.payload" if name in _READERS else place
        yield from _happened(at, name, activity.payload, data, data.get("includes"))


def _happened(place: str, name: str, elements: Any, whole: Mapping[str, Any], beside: Any) -> Parts:
    """What a name stands for: something that may have been written, or a sign, or nothing we know."""
    account = read(_Envelope, whole).account or ""
    kind, why = next((row for known, row in _SIGNS.items() if f"{name}.".startswith(f"{known}.")), (None, None))
    if name in _READERS:
        for at, element in _each(place, elements):
            yield part(Platform.X, at, partial(_READERS[name], Around(account, beside)), element, account)
    elif kind:
        yield Part(Event(kind, Platform.X, account, why=why), whole)
    else:
        yield aside(Platform.X, whole, f"{place}: nothing we know", account)


_READERS: Mapping[str, Callable[[Around, Mapping[str, Any]], Event]] = {
    **dict.fromkeys(("post.create", "post.mention.create", "post.reply.create", "post.quote.create"), read_post),
    **dict.fromkeys(("dm.received", "dm.sent", "direct_message_events", "chat.received", "chat.sent"), read_direct),
    "tweet_create_events": read_post,
}
# Deletions are told of our own posts only. A revocation is for a person: from then on we may read and answer nothing.
_IGNORED = """like follow profile news spaces broadcast mute block chat.conversation chat.update dm.read
dm.indicate_typing dm.indicate post.delete post.repost favorite_events follow_events block_events mute_events
tweet_delete_events direct_message_mark_read_events direct_message_indicate_typing_events replay_job_status"""
_SIGNS: Mapping[str, tuple[EventKind, str]] = {
    **{name: (EventKind.IGNORED, name) for name in _IGNORED.split()},
    **dict.fromkeys(("oauth.revoke", "user_event"), (EventKind.NOTICE, "access revoked")),
}
_BESIDE = {"for_user_id", "user_has_blocked", "is_blocked_by", "users", "apps"}
