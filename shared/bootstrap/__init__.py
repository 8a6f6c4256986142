"""The composition root. Everything is built on first use and once a process, so never before the server has forked,
and a handshake loads nothing but the standard library and Flask.

environment  settings, clock, chance: the only place that reads them
credentials  secrets
stores       the store, the queue, the principles
running      the use cases that functions call
telling      mail to staff
"""

from shared.bootstrap.credentials import secret, signing_secrets, token, verify_tokens
from shared.bootstrap.environment import accounts, ahead, api, attempt, clock, data, settings
from shared.bootstrap.running import deliver, look_up, park, poll, send, sweep, take_case, take_in
from shared.bootstrap.stores import coverage, database, heard, library, queue, store
from shared.bootstrap.telling import alert_overdue, tell

__all__ = [
    "accounts",
    "ahead",
    "alert_overdue",
    "api",
    "attempt",
    "clock",
    "coverage",
    "data",
    "database",
    "deliver",
    "heard",
    "library",
    "look_up",
    "park",
    "poll",
    "queue",
    "secret",
    "send",
    "settings",
    "signing_secrets",
    "store",
    "sweep",
    "take_case",
    "take_in",
    "tell",
    "token",
    "verify_tokens",
]
