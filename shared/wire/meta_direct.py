"""What is said in private on Messenger and Instagram: messages, edits and buttons pressed."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Annotated, Any

from pydantic import AliasChoices, Field

from shared.domain.message import Attachment, Author, Event, EventKind, Kind, Platform
from shared.wire.fields import Moment, Name, NeededId, Odd, OddId, Text, Url
from shared.wire.models import NotUnderstood, Person, Wire, read

_LONGEST_TYPE = 64


class _Payload(Wire):
    url: Url = None


class _Attachment(Wire):
    type: Name = None
    payload: Annotated[_Payload | None, Odd] = None
    url: Url = None  # in very old deliveries it stands outside the payload


class _Story(Wire):
    url: Url = None


class _ReplyTo(Wire):
    mid: OddId = None
    story: Annotated[_Story | None, Odd] = None


class _Message(Wire):
    mid: NeededId
    text: Text = None
    attachments: list[_Attachment] | None = None
    reply_to: Annotated[_ReplyTo | None, Odd] = None
    is_echo: bool | None = None
    is_self: Annotated[bool | None, Odd] = None  # the account writes to itself
    is_deleted: bool | None = None
    is_unsupported: bool | None = None


class _Postback(Wire):
    mid: NeededId
    title: Text = None
    is_self: Annotated[bool | None, Odd] = None


class _Policy(Wire):
    action: Name = None


class _Direct(Wire):
    sender: Annotated[Person | None, Odd] = None
    recipient: Annotated[Person | None, Odd] = None
    timestamp: Moment = None


class _Messaged(_Direct):
    message: _Message


class _Edited(_Direct):
    message_edit: _Message


class _PostedBack(_Direct):
    postback: _Postback


class _Enforced(_Direct):
    policy: _Policy = Field(validation_alias=AliasChoices("policy_enforcement", "policy-enforcement"))


@dataclass(frozen=True, slots=True)
class _Inbox:
    """Whose conversation it is, and when the notice was written."""

    platform: Platform
    id: str
    time: datetime | None


def read_direct(platform: Platform, account: str, time: datetime | None, element: Mapping[str, Any]) -> Event:
    """One element of `messaging` or `standby`; `time` is the entry's. Raises `NotUnderstood`."""
    reader = next((reader for key, reader in _READERS.items() if key in element), None)
    if reader:
        return reader(_Inbox(platform, account, time), element)
    why = next((key for key in _NO_WORDS if key in element), None)
    if why is None:
        raise NotUnderstood(": unknown payload")
    return Event(EventKind.IGNORED, platform, account, public=False, why=why)


def _message(inbox: _Inbox, element: Mapping[str, Any]) -> Event:
    direct = read(_Messaged, element)
    message = direct.message
    echo = bool(message.is_echo or message.is_self)
    if message.is_deleted:
        return _said(inbox, direct, EventKind.REMOVED, message.mid, echo=echo)
    said = _said(inbox, direct, EventKind.POSTED, message.mid, message.text, tuple(_attachments(message)), echo=echo)
    return replace(said, parent=message.reply_to.mid) if message.reply_to else said


def _edit(inbox: _Inbox, element: Mapping[str, Any]) -> Event:
    direct = read(_Edited, element)
    return _said(inbox, direct, EventKind.EDITED, direct.message_edit.mid, direct.message_edit.text)


def _postback(inbox: _Inbox, element: Mapping[str, Any]) -> Event:
    direct = read(_PostedBack, element)
    pressed = direct.postback
    return _said(inbox, direct, EventKind.POSTED, pressed.mid, pressed.title, echo=bool(pressed.is_self))


def _policy(inbox: _Inbox, element: Mapping[str, Any]) -> Event:
    direct = read(_Enforced, element)
    action = direct.policy.action
    why = f"policy enforcement: {action}" if action in _POLICY_ACTIONS else "policy enforcement"
    at = direct.timestamp or inbox.time
    return Event(EventKind.NOTICE, inbox.platform, inbox.id, sent_at=at, public=False, why=why)


def _said(
    inbox: _Inbox,
    direct: _Direct,
    event: EventKind,
    mid: str,
    text: str | None = None,
    attachments: tuple[Attachment, ...] = (),
    *,
    echo: bool = False,
) -> Event:
    """Also without the mark, what our Page sent is an echo: answering it would be talking to ourselves."""
    sender = direct.sender.id if direct.sender else None
    recipient = direct.recipient.id if direct.recipient else None
    ours = echo or sender == inbox.id
    who = inbox.id if ours else sender
    return Event(
        EventKind.ECHO if ours else event,
        inbox.platform,
        inbox.id,
        id=mid,
        kind=Kind.DIRECT,
        text=text,
        author=Author(who) if who else None,
        conversation=recipient if sender == inbox.id else sender,
        sent_at=direct.timestamp or inbox.time,
        public=False,
        attachments=attachments,
    )


def _attachments(message: _Message) -> Iterator[Attachment]:
    yield from (_attachment(attachment) for attachment in message.attachments or ())
    if message.is_unsupported:
        yield Attachment("unsupported")
    if message.reply_to and message.reply_to.story:
        yield Attachment("story", message.reply_to.story.url or None)


def _attachment(attachment: _Attachment) -> Attachment:
    url = (attachment.payload and attachment.payload.url) or attachment.url
    return Attachment((attachment.type or "unknown")[:_LONGEST_TYPE], url or None)


_READERS: Mapping[str, Callable[[_Inbox, Mapping[str, Any]], Event]] = {
    "message": _message,
    "message_edit": _edit,
    "postback": _postback,
    "policy_enforcement": _policy,
    "policy-enforcement": _policy,
}
_NO_WORDS = (
    "reaction",
    "read",
    "delivery",
    "optin",
    "referral",
    "account_linking",
    "pass_thread_control",
    "take_thread_control",
    "request_thread_control",
    "app_roles",
    "feedback",
)
_POLICY_ACTIONS = frozenset({"block", "unblock", "warning"})
