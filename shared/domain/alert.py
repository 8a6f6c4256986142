"""An alert: something people must hear of, once. Counts and facts, never what anybody wrote. Pure."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from shared.domain.message import Platform, identity


class AlertKind(StrEnum):
    """What it is about."""

    QUIET = "quiet"  # nothing comes from an account any more, and nobody can say why
    BROKEN = "broken"  # an account cannot be read
    DUE = "due"  # what is due before the desk closes
    OVERDUE = "overdue"  # what was due before now
    URGENT = "urgent"  # somebody in crisis, or a threat
    DEAD_LETTER = "dead-letter"  # work that was tried again and again, and given up
    WAITING = "waiting"  # what came in and nobody has taken for too long


class Mail(StrEnum):
    """How far the mail is that an alert sends. Told twice does no harm, and not at all does: so it is tried again."""

    OWED = "owed"
    SENDING = "sending"  # past its lease it is owed again
    SENT = "sent"
    FAILED = "failed"  # owed, and the desk says so
    NOTHING = "nothing"  # there was nothing to tell


@dataclass(frozen=True, slots=True)
class Alert:
    """One incident. Its id says what makes it unique, so that raising it twice is one alert. Times are in UTC.

    `open_since` stands while it lasts and is absent once it is over, or where it is a single fact that never lasts.
    """

    id: str
    kind: AlertKind
    at: datetime  # when it was raised
    platform: Platform | None = None
    account: str | None = None
    why: str = ""  # a code of ours
    open_since: datetime | None = None
    over_at: datetime | None = None
    case: str | None = None
    group: str | None = None  # who is told by mail
    mail: Mail | None = None
    lease_until: datetime | None = None
    count: int = 0  # what the mail counted


def alert_id(kind: AlertKind, *what: str) -> str:
    """The id of an alert: its kind, what it is about, and since when or for which slot."""
    return identity("alert", kind, *what)
