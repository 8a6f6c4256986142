"""Incidents: an alert is raised once while something lasts, and ended when it is over."""

from dataclasses import replace
from datetime import datetime

from shared.domain.alert import Alert
from shared.ports import Store, Transaction


def begin(alert: Alert, *, store: Store) -> bool:
    """Write an alert that is not there yet. True when it was written now. Raises `StoreUnavailable`."""

    def work(tx: Transaction) -> bool:
        if tx.alert(alert.id) is not None:
            return False
        tx.put_alert(alert)
        return True

    return store.transact(work)


def end(alert: str, now: datetime, *, store: Store) -> None:
    """Note that the alert with this id is over, at `now` (UTC), if it is still open. Raises `StoreUnavailable`."""

    def work(tx: Transaction) -> None:
        known = tx.alert(alert)
        if known is not None and known.open_since is not None:
            tx.put_alert(replace(known, open_since=None, over_at=now))

    store.transact(work)
