"""Channels: whether what people write to each account still reaches us, and one alert where it does not."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from shared import log
from shared.domain.alert import Alert, AlertKind, alert_id
from shared.domain.case import Case
from shared.domain.channel import BY_HAND, Channel, Trouble
from shared.domain.message import Platform
from shared.ports import Store
from shared.principles.coverage import Coverage
from shared.service import incidents

_OFTEN_ENOUGH = timedelta(minutes=1)  # between two notes of when an account was last heard
_AT_ONCE = frozenset({Trouble.ACCESS, Trouble.SUBSCRIPTION})  # does not pass by itself
_MOST = 100  # alerts that may be open


class Standing(StrEnum):
    """How a channel is."""

    NOTHING = "nothing"  # nobody has ever written there, as far as we know
    FINE = "fine"
    QUIET = "quiet"
    BROKEN = "broken"


_KINDS: Mapping[Standing, AlertKind] = {Standing.QUIET: AlertKind.QUIET, Standing.BROKEN: AlertKind.BROKEN}


@dataclass(frozen=True, slots=True)
class Watched:
    """A channel, how it is, since when and why: a `Trouble`, `silent` or `unasked`."""

    channel: Channel
    standing: Standing
    why: str = ""
    since: datetime | None = None


def watched(channel: Channel, now: datetime, coverage: Coverage) -> Watched:
    """How a channel is at `now` (UTC). Trouble that has only begun is named and not yet broken (principles 2.1)."""
    if channel.trouble and channel.trouble_since:
        lasts = now - channel.trouble_since >= coverage.watch.grace
        broken = lasts or channel.trouble in _AT_ONCE
        return Watched(channel, Standing.BROKEN if broken else Standing.FINE, channel.trouble, channel.trouble_since)
    if channel.last_poll and now - channel.last_poll >= coverage.watch.poll_quiet_after:
        return Watched(channel, Standing.QUIET, "unasked", channel.last_poll)
    if channel.last_event is None:
        return Watched(channel, Standing.NOTHING)
    if now - channel.last_event >= coverage.quiet_after(channel.platform):
        return Watched(channel, Standing.QUIET, "silent", channel.last_event)
    return Watched(channel, Standing.FINE)


def look(accounts: Iterable[tuple[Platform, str]], now: datetime, *, store: Store, coverage: Coverage) -> list[Watched]:
    """Each configured account in its order, with one read. Raises `StoreUnavailable`."""
    known = {(channel.platform, channel.account): channel for channel in store.channels()}
    return [watched(known.get(place) or Channel(*place), now, coverage) for place in accounts]


def watch(
    platform: Platform, accounts: Iterable[str], now: datetime, *, store: Store, coverage: Coverage
) -> list[Alert]:
    """Raise an alert for each account of a platform that is not fine, once an incident, and end those that are over.

    Returns what was raised now. Runs as often as it is asked with one effect. Raises `StoreUnavailable`.
    """
    seen = look([(platform, account) for account in accounts], now, store=store, coverage=coverage)
    alerts = [_alert(one, _KINDS[one.standing], now) for one in seen if one.standing in _KINDS]
    begun = [_alert(one, AlertKind.BROKEN, now) for one in seen if one.channel.trouble]
    lasting = {alert.id for alert in [*alerts, *begun]}  # trouble that has changed its name is not over
    known = [a for a in store.open_alerts(_MOST) if a.kind in _KINDS.values() and a.platform is platform]
    for over in known:
        if over.id not in lasting:
            incidents.end(over.id, now, store=store)
    told = {alert.id for alert in known}
    return [alert for alert in alerts if alert.id not in told and incidents.begin(alert, store=store)]


class Heard:
    """Notes when an account was last heard, at most once a minute, and never at the cost of what was heard."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._noted: dict[tuple[Platform, str], datetime] = {}

    def note(self, case: Case) -> None:
        """Note the newest part of a case that `inbox` has not taken before. What was entered by hand says nothing."""
        fresh = [r for key, r in case.revisions.items() if key not in case.taken and r.event.no_ack != BY_HAND]
        at = max((revision.received_at for revision in fresh), default=None)
        place = (case.platform, case.account)
        known = self._noted.get(place)
        if at is None or (known is not None and at - known < _OFTEN_ENOUGH):
            return
        try:
            self._store.keep_channel(Channel(*place, last_event=at), ("last_event",))
        except Exception as error:  # noqa: BLE001 - the case matters, this note does not
            log.event("channel not noted", severity="WARNING", platform=case.platform, error=error)
            return
        self._noted[place] = at


def _alert(one: Watched, kind: AlertKind, now: datetime) -> Alert:
    channel, since = one.channel, one.since or now
    id_ = alert_id(kind, channel.platform, channel.account, since.isoformat())
    return Alert(id_, kind, now, channel.platform, channel.account, one.why, open_since=since)
