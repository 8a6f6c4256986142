"""What TikTok tells us, in our words: one thing that happened a delivery, or a comment listed under a video."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Annotated, Any

from shared.domain.message import Attachment, Author, Event, EventKind, Kind, Parts, Platform
from shared.webhooks.json import BadJson, loads
from shared.wire.fields import Moment, Name, NeededId, Odd, OddId, Text
from shared.wire.models import NotUnderstood, Wire, read
from shared.wire.parts import part
from shared.wire.several import either

LOOK_UP = "to be looked up"  # also tells what came first from the same message as it was found


class _Envelope(Wire):
    user_openid: NeededId
    event: Name = None
    create_time: Moment = None
    content: Any = None


class _Comment(Wire):
    """A comment in a delivery, or in a list: there it says who wrote it, and whether that was us."""

    comment_id: NeededId
    video_id: OddId = None
    parent_comment_id: OddId = None
    comment_type: Name = None
    comment_action: Name = None
    at: Moment = either("timestamp", "create_time")
    unique_identifier: OddId = None
    display_name: Name = None
    username: Name = None
    text: Text = None
    owner: Annotated[bool | None, Odd] = None


class _Direct(Wire):
    message_id: NeededId
    type: Name = None
    text: Text = either("text.body")
    sender: OddId = either("from_user.id")
    role: Name = either("from_user.role")
    recipient: OddId = either("to_user.id")
    answered: OddId = either("referenced_message_info.referenced_message_id")
    at: Moment = either("timestamp")


def parse(delivery: Any) -> Parts:
    """The one part of a delivery. Never raises: what is not understood is quarantined, with where."""
    account = delivery.get("user_openid") if isinstance(delivery, dict) else None
    yield part(Platform.TIKTOK, "delivery", _read, delivery, account if isinstance(account, str) else None)


def read_listed(account: str, video: str, element: Mapping[str, Any]) -> Event:
    """A comment as it stands under one of our videos. Raises `NotUnderstood`."""
    comment = read(_Comment, element)
    event = EventKind.ECHO if comment.owner else EventKind.POSTED
    return replace(_event(account, event, comment, video), text=comment.text)


def _read(delivery: Mapping[str, Any]) -> Event:
    envelope = read(_Envelope, delivery)
    account, event = envelope.user_openid, envelope.event or ""
    if event in _NO_WORDS:
        return Event(EventKind.IGNORED, Platform.TIKTOK, account, public=not event.startswith("im_"), why=event)
    if event == "authorization.removed":  # from here on nothing comes in: a person must renew our access
        return Event(EventKind.NOTICE, Platform.TIKTOK, account, sent_at=envelope.create_time, why="access revoked")
    if event not in _READERS:
        raise NotUnderstood(": unknown event")
    try:
        found = _READERS[event](account, _content(envelope.content))
    except (NotUnderstood, BadJson) as error:
        raise NotUnderstood(f".content{error}" if isinstance(error, NotUnderstood) else f".content: {error}") from None
    return replace(found, sent_at=found.sent_at or envelope.create_time)


def _content(content: Any) -> Mapping[str, Any]:
    """TikTok puts JSON into a string in its JSON."""
    found = loads(content.encode("utf-8", "surrogatepass")) if isinstance(content, str) else content
    if not isinstance(found, dict):
        raise NotUnderstood(": not an object")
    return found


def _update(account: str, content: Mapping[str, Any]) -> Event:
    comment = read(_Comment, content)
    if comment.comment_action not in _ACTIONS:
        raise NotUnderstood(": unknown action")
    event, why = _ACTIONS[comment.comment_action]
    found = replace(_event(account, event, comment, comment.video_id), why=why)
    if event is EventKind.POSTED:  # perhaps by ourselves: until TikTok was asked, it is not acknowledged
        return replace(found, text=comment.text, no_ack="author unknown", incomplete=True)
    return replace(found, author=None) if event is EventKind.NOTICE else found  # whoever hid it did not write it


def _event(account: str, event: EventKind, comment: _Comment, video: str | None) -> Event:
    who = Author(comment.unique_identifier, comment.display_name, comment.username)
    above = None if comment.parent_comment_id in {"0", video, comment.comment_id} else comment.parent_comment_id
    return Event(
        event,
        Platform.TIKTOK,
        account,
        id=comment.comment_id,
        kind=Kind.REPLY if above or comment.comment_type == "reply" else Kind.COMMENT,
        author=Author(account) if event is EventKind.ECHO else who if who != Author() else None,
        conversation=video,
        parent=above or video,
        sent_at=comment.at,
    )


def _direct(event: EventKind, account: str, content: Mapping[str, Any]) -> Event:
    direct = read(_Direct, content)
    ours = event is EventKind.ECHO or direct.role == "business_account"
    who = account if ours else direct.sender
    came = None if direct.text else (direct.type or "unsupported")[:64]  # of writers in the UK only that they wrote
    return Event(
        EventKind.ECHO if ours else EventKind.POSTED,
        Platform.TIKTOK,
        account,
        id=direct.message_id,
        kind=Kind.DIRECT,
        text=direct.text,
        author=Author(who) if who else None,
        conversation=direct.recipient if ours else direct.sender,
        parent=direct.answered,
        sent_at=direct.at,
        public=False,
        attachments=(Attachment(came),) if came else (),
    )


_READERS: Mapping[str, Callable[[str, Mapping[str, Any]], Event]] = {
    "comment.update": _update,
    **dict.fromkeys(("im_receive_msg", "im_receive_msg_eu"), partial(_direct, EventKind.POSTED)),
    "im_send_msg": partial(_direct, EventKind.ECHO),
}
_ACTIONS: Mapping[str | None, tuple[EventKind, str | None]] = {
    "insert": (EventKind.POSTED, LOOK_UP),
    "delete": (EventKind.REMOVED, None),
    "set_to_hidden": (EventKind.NOTICE, "hidden"),
    "set_to_public": (EventKind.NOTICE, "shown"),
    "set_to_friends_only": (EventKind.NOTICE, "shown to friends only"),
}
_NO_WORDS = {"im_mark_read_msg", "video.upload.failed", "video.publish.completed", "portability.download.ready"}
