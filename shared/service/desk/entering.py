"""Entering by hand a message that somebody saw elsewhere: the same intake as for everything that is delivered."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from shared.domain.case import Case
from shared.domain.channel import BY_HAND
from shared.domain.message import Author, Event, EventKind, Kind, Part, Parts, Platform, case_id, identity
from shared.ports import AuditEntry, Store
from shared.service.desk.model import Person
from shared.service.intake import Delivery, Taken

TakeIn = Callable[[Parts, Delivery], Taken]


@dataclass(frozen=True, slots=True)
class Entry:
    """What somebody saw. `written` is when it was written, aware; what is not known is empty."""

    platform: Platform
    account: str
    kind: Kind
    text: str
    written: datetime
    name: str = ""
    handle: str = ""
    link: str = ""


@dataclass(frozen=True, slots=True)
class ByHand:
    """Who entered a message, and where they saw it."""

    by: str
    link: str


def enter(entry: Entry, person: Person, form: str, now: datetime, *, store: Store, take_in: TakeIn) -> str | None:
    """Take in a message once for each `form` it was sent with: its case, or None where it must be sorted out first.

    It is assessed and promised an answer like any other, and never acknowledged by itself (principles 2.2). Raises
    `StoreUnavailable`: sent again, it is still one case.
    """
    event = _event(entry, form)
    by_hand = {"entered_by": person.id, "link": entry.link}
    delivery = Delivery(entry.platform, now, BY_HAND, frozenset({entry.account}))
    if not take_in(iter([Part(event, by_hand)]), delivery).cases:
        return None
    id_ = case_id(entry.platform, entry.account, event.id or "")
    if not any(known.what == "entered" for known in store.audit_of(id_)):
        done = AuditEntry(identity("entered", id_, now.isoformat()), id_, now, person.id, "entered")
        store.transact(lambda tx: tx.audit(done))
    return id_


def entered(case: Case) -> ByHand | None:
    """Who entered a case by hand, or None where it was delivered."""
    first = next(iter(case.content), None)
    if first is None or first.event.no_ack != BY_HAND:
        return None
    kept = json.loads(first.raw)
    return ByHand(kept["entered_by"], kept["link"])


def _event(entry: Entry, form: str) -> Event:
    """The same form with the same words is the same message; another message sent with it is another case."""
    what = (entry.account, entry.kind, entry.text, entry.written.isoformat(), entry.name, entry.handle, entry.link)
    author = Author(name=entry.name or None, handle=entry.handle or None) if entry.name or entry.handle else None
    return Event(
        EventKind.POSTED,
        entry.platform,
        entry.account,
        identity("by hand", form, *what),
        entry.kind,
        entry.text,
        author,
        sent_at=entry.written,
        public=entry.kind is not Kind.DIRECT,
        no_ack=BY_HAND,
    )
