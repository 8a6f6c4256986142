"""Alerts: what is due and overdue, told at its slot, once, in working hours; and what cannot wait, at once."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from shared.domain.alert import Alert, AlertKind, Mail, alert_id
from shared.domain.assessment import Priority
from shared.domain.calendar import Calendar
from shared.domain.case import Case
from shared.ports import Letter, Notifier, NotTold, Store, Transaction
from shared.principles.alerts import Slot
from shared.principles.model import Principles
from shared.service import incidents, parking, untaken
from shared.service.letters import Writer

THREAT = "threat"  # the family of rules
LEASE = timedelta(minutes=5)
MOST = 200  # cases a mail counts; beyond, the desk is the place to look
DONE = frozenset({Mail.SENT, Mail.NOTHING})


@dataclass(frozen=True, slots=True)
class Post:
    """What telling needs: the notifier, the addresses of each group, and the words."""

    notifier: Notifier
    addresses: Mapping[str, Sequence[str]]
    writer: Writer


def alert_overdue(now: datetime, principles: Principles, *, store: Store, post: Post) -> int:
    """Tell what is due and overdue (principles 2.3) and what a mail still owes. Returns how many mails went out.

    Only the latest slot of each kind and group counts: one that was missed is made good by the next run, and is not
    told beside a newer one. However often it runs, and if two run at once, each slot is told once; a mail that may
    not have gone out is sent again. Raises `StoreUnavailable`.
    """
    known = store.open_alerts(MOST)
    for alert in known:
        if parking.over(alert, store=store) or untaken.over(alert, now, store=store):
            incidents.end(alert.id, now, store=store)
    told = sum(tell_urgent(alert, now, store=store, post=post) for alert in known if _is_owed(alert))
    calendar = principles.calendar()
    for slot, at in _latest(principles.alerts.slots, calendar, now):
        told += _tell_slot(slot, at, calendar, now, store, post)
    return told


def cannot_wait(case: Case) -> bool:
    """Whether staff hear of a case at any hour: somebody may be in crisis, or is threatened."""
    found = case.assessment
    return found is not None and (
        found.priority is Priority.CRISIS or any(f.rule.partition(".")[0] == THREAT for f in found.findings)
    )


def owed_urgent(case: Case, groups: Sequence[str], now: datetime) -> list[Alert]:
    """The alerts to be written in the commit that makes a case urgent: one a group, case and priority."""
    priority = str(case.assessment.priority) if case.assessment else ""
    return [
        Alert(
            alert_id(AlertKind.URGENT, case.id, group, priority),
            AlertKind.URGENT,
            now,
            why=priority,
            open_since=now,
            case=case.id,
            group=group,
            mail=Mail.OWED,
        )
        for group in groups
    ]


def tell_urgent(alert: Alert, now: datetime, *, store: Store, post: Post) -> bool:
    """Send what an urgent alert owes. True when a mail went out."""
    if not store.transact(lambda tx: _begin(tx, alert, now)):
        return False
    return _send(alert, post.writer.urgent(alert), now, store, post)


def _is_owed(alert: Alert) -> bool:
    return alert.kind is AlertKind.URGENT and alert.mail not in DONE


def _latest(slots: Sequence[Slot], calendar: Calendar, now: datetime) -> list[tuple[Slot, datetime]]:
    """The slot of each kind and group that was last reached today; none while the desk is closed."""
    opened = calendar.opened(now)
    if opened is None:
        return []
    reached: dict[tuple[str, str], tuple[Slot, datetime]] = {}
    for slot in slots:
        at = calendar.on_the_day(now, slot.at) if slot.at else opened + (slot.after_opening or timedelta())
        known = reached.get((slot.what, slot.group))
        if at <= now and (known is None or known[1] < at):
            reached[slot.what, slot.group] = slot, at
    return list(reached.values())


def _tell_slot(slot: Slot, at: datetime, calendar: Calendar, now: datetime, store: Store, post: Post) -> bool:
    alert = Alert(alert_id(slot.what, at.isoformat(), slot.group), slot.what, now, group=slot.group)
    if not store.transact(lambda tx: _begin(tx, alert, now)):
        return False
    closing = calendar.next_closing(now)
    until: Callable[[], datetime] = {AlertKind.DUE: lambda: closing, AlertKind.OVERDUE: lambda: now}[slot.what]
    cases = store.due_by(until(), MOST)
    alert = replace(alert, count=len(cases))
    if not cases:
        _finish(store, alert, Mail.NOTHING, now)
        return False
    return _send(alert, post.writer.due(alert, cases, now, closing), now, store, post)


def _begin(tx: Transaction, alert: Alert, now: datetime) -> bool:
    """Whether this run is the one that tells it. It is open from now on, so that a run that dies is seen."""
    known = tx.alert(alert.id)
    if known and (known.mail in DONE or (known.lease_until and known.lease_until > now)):
        return False
    begun = known or alert
    since = begun.open_since or now
    tx.put_alert(replace(begun, mail=Mail.SENDING, lease_until=now + LEASE, open_since=since))
    return True


def _send(alert: Alert, words: tuple[str, str], now: datetime, store: Store, post: Post) -> bool:
    subject, body = words
    letter = Letter(alert.id, post.addresses.get(alert.group or "", ()), subject, body)
    told = bool(letter.to) and _told(post.notifier, letter)
    _finish(store, alert, Mail.SENT if told else Mail.FAILED, now)
    return told


def _told(notifier: Notifier, letter: Letter) -> bool:
    try:
        notifier.tell(letter)
    except NotTold:
        return False
    return True


def _finish(store: Store, alert: Alert, mail: Mail, now: datetime) -> None:
    """Write how it ended. What failed stays open, so that the desk says so, until a later mail to the group is out."""
    failed = mail is Mail.FAILED
    ended = replace(
        alert,
        mail=mail,
        lease_until=None,
        open_since=(alert.open_since or now) if failed else None,
        over_at=None if failed else now,
    )
    older = [] if mail is not Mail.SENT else _superseded(store, alert)

    def write(tx: Transaction) -> None:
        tx.put_alert(ended)
        for one in older:
            tx.put_alert(replace(one, open_since=None, over_at=now))

    store.transact(write)


def _superseded(store: Store, alert: Alert) -> list[Alert]:
    """Slots not told before that this mail tells as well; what is urgent is told by itself alone."""
    return [
        one
        for one in store.open_alerts(MOST)
        if one.mail in (Mail.FAILED, Mail.SENDING)
        and one.kind is alert.kind is not AlertKind.URGENT
        and one.group == alert.group
        and one.id != alert.id
    ]
