"""Untaken: what came in and `inbox` has not taken for too long is one alert, until none of it is left."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from shared.domain.alert import Alert, AlertKind, alert_id
from shared.domain.case import Case
from shared.ports import Store
from shared.service import incidents

TOO_LONG = timedelta(minutes=10)
_MOST = 100  # alerts that may be open


def since(cases: Iterable[Case], now: datetime) -> datetime | None:
    """Since when the oldest of them waits, in UTC, where that is too long (principles 2.2); otherwise None."""
    oldest = min((case.pending_since for case in cases if case.pending_since), default=None)
    return oldest if oldest and now - oldest > TOO_LONG else None


def watch(cases: Iterable[Case], now: datetime, *, store: Store) -> Alert | None:
    """Raise one alert an incident where some of them wait too long, and return it where it was raised now.

    Nothing is read where none does. Raises `StoreUnavailable`.
    """
    began = since(cases, now)
    if began is None or any(alert.kind is AlertKind.WAITING for alert in store.open_alerts(_MOST)):
        return None
    alert = Alert(alert_id(AlertKind.WAITING, began.isoformat()), AlertKind.WAITING, now, open_since=began)
    return alert if incidents.begin(alert, store=store) else None


def over(alert: Alert, now: datetime, *, store: Store) -> bool:
    """Whether nothing waits too long any more. Reads one case, and only for such an alert."""
    return alert.kind is AlertKind.WAITING and since(store.pending(1), now) is None
