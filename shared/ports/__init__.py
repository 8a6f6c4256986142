"""What the use cases need from the world: small Protocols."""

from shared.ports.notifier import Letter, Notifier, NotTold
from shared.ports.platform import (
    ChannelTrouble,
    NotPosted,
    OutcomeUnknown,
    Page,
    PlatformClient,
    Poller,
    Reader,
    Receipt,
    Refused,
)
from shared.ports.store import (
    PATIENCE,
    Arrival,
    AuditEntry,
    Clock,
    Intake,
    Notice,
    Quarantine,
    Queue,
    QueueUnavailable,
    Store,
    StoreUnavailable,
    Transaction,
)
from shared.ports.surroundings import Surroundings

__all__ = [
    "PATIENCE",
    "Arrival",
    "AuditEntry",
    "ChannelTrouble",
    "Clock",
    "Intake",
    "Letter",
    "NotPosted",
    "NotTold",
    "Notice",
    "Notifier",
    "OutcomeUnknown",
    "Page",
    "PlatformClient",
    "Poller",
    "Quarantine",
    "Queue",
    "QueueUnavailable",
    "Reader",
    "Receipt",
    "Refused",
    "Store",
    "StoreUnavailable",
    "Surroundings",
    "Transaction",
]
