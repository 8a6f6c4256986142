"""Something to be done on a platform, at most once. The states are those of design.md, promise 5."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from shared.domain.message import Platform

LEASE = timedelta(seconds=60)


class ActionKind(StrEnum):
    """What is to be done."""

    ACKNOWLEDGE = "acknowledge"


class ActionState(StrEnum):
    """How far it is."""

    RESERVED = "reserved"  # nothing was posted
    SENDING = "sending"  # may or may not have been posted; past its lease it becomes unknown
    SENT = "sent"
    REFUSED = "refused"  # the platform said no, or our own guard did
    UNKNOWN = "unknown"  # never sent again by itself: a person decides
    EXPIRED = "expired"  # too late to be true: the desk is open again, or the message is old


@dataclass(frozen=True, slots=True)
class Action:
    """One thing to do. Its id says what makes it unique, so that reserving it twice is one action."""

    id: str
    kind: ActionKind
    platform: Platform
    account: str
    case: str
    target: str  # the message it answers
    author: str
    public: bool
    text: str
    group: str  # conversation and closed period: how many public ones there may be is counted here
    principles: str
    reserved_at: datetime
    expires_at: datetime
    state: ActionState = ActionState.RESERVED
    attempt: str | None = None
    attempts: int = 0
    lease_until: datetime | None = None
    sweep_at: datetime | None = None  # when to tell the sender again if the action has not ended by then
    platform_id: str | None = None
    why: str | None = None
    conversation: str | None = None  # where the message stands, and what it answers itself: some platforms want to know
    parent: str | None = None


def due_to_send(action: Action, now: datetime) -> bool:
    """Whether a sender may try: reserved, and still true when it arrives."""
    return action.state is ActionState.RESERVED and now < action.expires_at


def start(action: Action, attempt: str, now: datetime) -> Action:
    """The step just before the call: from here on nobody can be sure until the platform has answered."""
    return replace(
        action,
        state=ActionState.SENDING,
        attempt=attempt,
        attempts=action.attempts + 1,
        lease_until=now + LEASE,
    )


def finish(action: Action, state: ActionState, *, why: str | None = None, platform_id: str | None = None) -> Action:
    """The end of an attempt. Back to `reserved` only on proof that nothing was posted."""
    again = action.sweep_at if state is ActionState.RESERVED else None
    return replace(action, state=state, lease_until=None, sweep_at=again, why=why, platform_id=platform_id)


def lapsed(action: Action, now: datetime) -> bool:
    """Whether an attempt went silent: sending, and past its lease."""
    return action.state is ActionState.SENDING and (action.lease_until is None or action.lease_until <= now)
