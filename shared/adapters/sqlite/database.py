"""One connection, one writer at a time. WAL with `synchronous=FULL`: what was committed survives the process."""

import sqlite3
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from threading import RLock
from typing import TypeVar

from shared.ports import StoreUnavailable

T = TypeVar("T")
BUSY_SECONDS = 4.0  # under the webhook's own limit, so that a locked file is a 503 and not a hang

SCHEMA = """
CREATE TABLE IF NOT EXISTS cases (
    id TEXT PRIMARY KEY, platform TEXT NOT NULL, account TEXT NOT NULL, message TEXT NOT NULL,
    removed_at TEXT, pending_since TEXT, sweep_at TEXT,
    decided TEXT, state TEXT, rank INTEGER, due TEXT, at TEXT, conversation TEXT
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS cases_queue ON cases (state, rank, due);
CREATE INDEX IF NOT EXISTS cases_at ON cases (state, at);
CREATE INDEX IF NOT EXISTS cases_pending ON cases (pending_since) WHERE pending_since IS NOT NULL;
CREATE INDEX IF NOT EXISTS cases_sweep ON cases (sweep_at) WHERE sweep_at IS NOT NULL;
CREATE INDEX IF NOT EXISTS cases_conversation ON cases (conversation, at) WHERE conversation IS NOT NULL;
CREATE TABLE IF NOT EXISTS revisions (
    case_id TEXT NOT NULL, hash TEXT NOT NULL, body TEXT NOT NULL, PRIMARY KEY (case_id, hash)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS actions (
    id TEXT PRIMARY KEY, case_id TEXT NOT NULL, grp TEXT NOT NULL, state TEXT NOT NULL, at TEXT NOT NULL,
    sweep_at TEXT, body TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS actions_case ON actions (case_id, at);
CREATE INDEX IF NOT EXISTS actions_group ON actions (grp);
CREATE INDEX IF NOT EXISTS actions_sweep ON actions (sweep_at) WHERE sweep_at IS NOT NULL;
CREATE INDEX IF NOT EXISTS actions_state ON actions (state, at);
CREATE TABLE IF NOT EXISTS audit (
    id TEXT PRIMARY KEY, case_id TEXT NOT NULL, at TEXT NOT NULL, body TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS audit_case ON audit (case_id, at);
CREATE TABLE IF NOT EXISTS quarantine (id TEXT PRIMARY KEY, at TEXT NOT NULL, body TEXT NOT NULL) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS quarantine_at ON quarantine (at);
CREATE TABLE IF NOT EXISTS messages (
    id INTEGER PRIMARY KEY AUTOINCREMENT, topic TEXT NOT NULL, data TEXT NOT NULL,
    available_at TEXT NOT NULL, attempts INTEGER NOT NULL DEFAULT 0, dead INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX IF NOT EXISTS messages_topic ON messages (topic, dead, available_at);
CREATE TABLE IF NOT EXISTS health (id INTEGER PRIMARY KEY CHECK (id = 1), beats INTEGER NOT NULL);
"""


class Database:
    """A SQLite file. Every failure is `StoreUnavailable`, with no words of SQLite's: they may quote a value."""

    def __init__(self, path: Path | str) -> None:
        self._lock = RLock()
        try:
            self._connection = sqlite3.connect(
                path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False
            )
            self._connection.row_factory = sqlite3.Row
            for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
                self._connection.execute(f"PRAGMA {pragma}")
            self._connection.executescript(SCHEMA)
        except sqlite3.Error as error:
            raise StoreUnavailable(type(error).__name__) from None

    def read(self, sql: str, *values: object) -> list[sqlite3.Row]:
        """The rows of a query."""
        try:
            with self._lock:
                return self._connection.execute(sql, values).fetchall()
        except sqlite3.Error as error:
            raise StoreUnavailable(type(error).__name__) from None

    def write(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Run `work` in one transaction: all of it, durable on return, or nothing and an exception."""
        try:
            with self._lock:
                self._connection.execute("BEGIN IMMEDIATE")
                try:
                    result = work(self._connection)
                    self._connection.execute("COMMIT")
                except BaseException:
                    if self._connection.in_transaction:
                        self._connection.execute("ROLLBACK")
                    raise
                return result
        except sqlite3.Error as error:
            raise StoreUnavailable(type(error).__name__) from None

    def close(self) -> None:
        """Let go of the file."""
        with self._lock:
            self._connection.close()


def stamp(at: datetime | None) -> str | None:
    """A time as text that sorts: UTC, always with microseconds."""
    return None if at is None else at.astimezone(UTC).isoformat(timespec="microseconds")


def unstamp(text: str | None) -> datetime | None:
    """The time that `stamp` wrote."""
    return None if text is None else datetime.fromisoformat(text)
