"""Alarms: what fails in the desk's own work and must be said on every page, because no mail may say it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from shared.domain.alert import Alert, AlertKind, Mail
from shared.ports import Store
from shared.service import untaken
from shared.service.desk.waiting import Overview
from shared.service.sweeping import BEAT

SILENT_AFTER = timedelta(minutes=5)  # the scheduler calls every minute
MAIL_TAKES = timedelta(minutes=10)
MOST = 50  # open alerts that a page reads


class Alarm(StrEnum):
    """What is wrong."""

    MAIL = "mail"  # staff were not told
    PARKED = "parked"  # work was given up
    SILENT = "silent"  # nothing runs by itself any more
    UNTAKEN = "untaken"  # messages do not reach the queue


@dataclass(frozen=True, slots=True)
class Raised:
    """One alarm: since when (UTC), where that is known, and when work on which case was given up."""

    alarm: Alarm
    since: datetime | None = None
    cases: Sequence[tuple[str, datetime]] = ()


def alarms(now: datetime, waits: Overview, *, store: Store, may_be_new: bool) -> list[Raised]:
    """What is wrong at `now` (UTC), with two reads (principles 2.1). `may_be_new`: never to have run is no alarm yet.

    Raises `StoreUnavailable`.
    """
    known = store.open_alerts(MOST)
    silent = _silent(store.last_beat(BEAT), now, may_be_new=may_be_new)
    found = (_mail(known, now), _parked(known), silent, _untaken(waits, now))
    return [raised for raised in found if raised is not None]


def _mail(known: Sequence[Alert], now: datetime) -> Raised | None:
    late = [alert.at for alert in known if _is_untold(alert, now)]
    return Raised(Alarm.MAIL, min(late)) if late else None


def _is_untold(alert: Alert, now: datetime) -> bool:
    """Failed, or owed for longer than a mail takes: then nobody is left who sends it."""
    waits = alert.mail in (Mail.OWED, Mail.SENDING)
    return alert.mail is Mail.FAILED or (waits and now - alert.at > MAIL_TAKES)


def _parked(known: Sequence[Alert]) -> Raised | None:
    cases = [(alert.case, alert.at) for alert in known if alert.kind is AlertKind.DEAD_LETTER and alert.case]
    return Raised(Alarm.PARKED, cases=cases) if cases else None


def _silent(last: datetime | None, now: datetime, *, may_be_new: bool) -> Raised | None:
    runs = may_be_new if last is None else now - last <= SILENT_AFTER
    return None if runs else Raised(Alarm.SILENT, last)


def _untaken(waits: Overview, now: datetime) -> Raised | None:
    since = untaken.since(waits.pending.cases, now)
    return Raised(Alarm.UNTAKEN, since) if since else None
