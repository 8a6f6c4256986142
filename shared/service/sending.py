"""Sending: an action is done at most once, and where that cannot be known a person decides."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from enum import StrEnum

from shared.domain.action import Action, ActionState, due_to_send, finish, lapsed, start
from shared.domain.case import Case, State
from shared.domain.message import Platform, identity
from shared.ports import (
    AuditEntry,
    Clock,
    NotPosted,
    OutcomeUnknown,
    PlatformClient,
    Refused,
    Store,
    Transaction,
)

Objects = Callable[[str], bool]  # the reply guard: True when a text must not leave


class Sent(StrEnum):
    """What the queue should know."""

    DONE = "done"  # nothing more to do
    AGAIN = "again"  # deliver once more later


class NotOurs(Exception):
    """The action belongs to another platform: a sender refuses it."""


def send(
    action_id: str,
    platform: Platform,
    *,
    store: Store,
    client: Callable[[Action], PlatformClient],
    objects: Objects,
    clock: Clock,
    attempt: str,
) -> Sent:
    """Do one action. `attempt` is a fresh random token: only the attempt that began may write its end.

    Raises `StoreUnavailable` and `NotOurs`. If the guard cannot run nothing is sent and the action waits.
    """
    action = store.transact(lambda tx: _begin(tx, action_id, platform, clock(), attempt, objects))
    if action is None:
        return Sent.DONE
    if action.state is not ActionState.SENDING or action.attempt != attempt:
        return Sent.AGAIN
    state, why, platform_id = _perform(client, action)
    store.transact(lambda tx: _end(tx, action, state, why, platform_id, clock()))
    return Sent.AGAIN if state is ActionState.RESERVED else Sent.DONE


def _begin(
    tx: Transaction, action_id: str, platform: Platform, now: datetime, attempt: str, objects: Objects
) -> Action | None:
    """The action, ours to send when it carries our attempt; None when there is nothing left to do."""
    action = tx.action(action_id)
    if action is None:
        return None
    if action.platform is not platform:
        raise NotOurs(action.platform)
    if action.state is ActionState.SENDING and not lapsed(action, now):
        return action
    case = tx.case(action.case)
    settled = _settled(action, case, now, objects)
    if settled is not None:
        if settled.state is not action.state:
            _write(tx, settled, now)
        elif settled != action:
            tx.put_action(settled)
        return None
    begun = replace(start(action, attempt, now), why=None)  # the last attempt's word is not about this one
    _write(tx, begun, now)
    return begun


def _settled(action: Action, case: Case | None, now: datetime, objects: Objects) -> Action | None:
    """How an action ends without being sent, or None when it should be sent now."""
    if lapsed(action, now):
        return finish(action, ActionState.UNKNOWN, why="the attempt went silent")
    if action.state is not ActionState.RESERVED:
        return replace(action, sweep_at=None)  # a sweep that ran meanwhile may have noted it again
    if not due_to_send(action, now):
        return finish(action, ActionState.EXPIRED, why="too late to be true")
    if case is not None and (case.removed_at is not None or case.state is State.CLOSED):
        return finish(action, ActionState.EXPIRED, why="removed or closed in the meantime")
    if objects(action.text):
        return finish(action, ActionState.REFUSED, why="the reply guard objects")
    return None


def _perform(client: Callable[[Action], PlatformClient], action: Action) -> tuple[ActionState, str | None, str | None]:
    try:
        ready = client(action)
    except Exception as error:  # noqa: BLE001 - no client, no call: proof that nothing was posted
        return ActionState.RESERVED, type(error).__name__, None
    try:
        return ActionState.SENT, None, ready.perform(action).platform_id
    except NotPosted as error:
        return ActionState.RESERVED, str(error), None
    except Refused as error:
        return ActionState.REFUSED, str(error), None
    except OutcomeUnknown as error:
        return ActionState.UNKNOWN, str(error), None
    except Exception as error:  # noqa: BLE001 - whatever happened, it may have been posted
        return ActionState.UNKNOWN, type(error).__name__, None


def _end(
    tx: Transaction, begun: Action, state: ActionState, why: str | None, platform_id: str | None, now: datetime
) -> None:
    current = tx.action(begun.id)
    if current is not None and current.attempt == begun.attempt and current.state is ActionState.SENDING:
        _write(tx, finish(current, state, why=why, platform_id=platform_id), now)


def _write(tx: Transaction, action: Action, now: datetime) -> None:
    tx.put_action(action)
    entry = identity(action.id, action.state, str(action.attempts), action.attempt or "")
    tx.audit(AuditEntry(entry, action.case, now, "sender", f"{action.kind}: {action.state}", action.why or ""))
