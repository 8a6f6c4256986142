"""Replies that somebody wrote in the platform's own app: a private one answers what is open in its conversation.

In public an echo names the message it answers, and intake has merged it there. In private it names only the person,
so it waits in a record of its own until it has been merged into each open case of that conversation.
"""

from dataclasses import replace
from datetime import datetime

from shared.domain.case import Case, Revision, State
from shared.domain.message import event_hash
from shared.ports import Arrival, Notice, Queue, Store, Transaction
from shared.principles.loading import Library
from shared.service.acknowledging import is_acknowledgement
from shared.service.intake import TOPIC

OPEN = frozenset({State.WAITING, State.READING})
AT_ONCE = 50


def waits_to_be_spread(case: Case) -> bool:
    """Whether this is no message of anybody's but the record of a private reply, not yet merged."""
    return case.pending_since is not None and not case.content and any(not r.event.public for r in case.replies)


def spread(record: Case, now: datetime, *, store: Store, queue: Queue, library: Library) -> None:
    """Merge the replies of a record into what they answer, tell `inbox`, and only then be done with the record.

    Cut off anywhere it runs again with the same effect. Raises `StoreUnavailable` or `QueueUnavailable`.
    """
    for reply in record.replies:
        if not is_acknowledgement(reply.event, library):
            _merge(_answered(record, reply, store), reply, now, store, queue)
    store.transact(lambda tx: _settle(tx, record.id))


def _answered(record: Case, reply: Revision, store: Store) -> list[Case]:
    """The open cases of the conversation up to the reply."""
    at = reply.event.sent_at or reply.received_at
    place = Case(
        record.id, record.platform, record.account, record.message, at=at, conversation=reply.event.conversation
    )
    return [c for c in store.conversation(place, AT_ONCE) if c.state in OPEN and c.at is not None and c.at <= at]


def _merge(cases: list[Case], reply: Revision, now: datetime, store: Store, queue: Queue) -> None:
    revisions = {event_hash(reply.event): reply}
    arrivals = [Arrival(c.id, c.platform, c.account, c.message, revisions, None, now) for c in cases]
    if arrivals:
        store.merge(arrivals, [])
        queue.publish(TOPIC, [Notice({"case": arrival.case}) for arrival in arrivals])


def _settle(tx: Transaction, record_id: str) -> None:
    record = tx.case(record_id)
    if record is not None:
        tx.put_case(replace(record, pending_since=None, sweep_at=None))
