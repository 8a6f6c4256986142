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
    Notice,
    Quarantine,
    Queue,
    QueueUnavailable,
    Store,
    StoreUnavailable,
    Transaction,
)

__all__ = [
    "PATIENCE",
    "Arrival",
    "AuditEntry",
    "ChannelTrouble",
    "Clock",
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
    "Transaction",
]
