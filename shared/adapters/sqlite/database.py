"""One connection, one commit at a time for all who wait. WAL, `synchronous=FULL`: what was committed survives."""

import sqlite3
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from threading import RLock
from typing import Any, Generic, TypeVar

from shared.adapters.sharing import Shared
from shared.ports import StoreUnavailable

T = TypeVar("T")
BUSY_SECONDS = 4.0  # under the webhook's own limit, so that a locked file is a 503 and not a hang

SCHEMA = """
CREATE TABLE IF NOT EXISTS cases (
    id TEXT PRIMARY KEY, platform TEXT NOT NULL, account TEXT NOT NULL, message TEXT NOT NULL,
    removed_at TEXT, pending_since TEXT, sweep_at TEXT,
    decided TEXT, state TEXT, rank INTEGER, due TEXT, at TEXT, conversation TEXT
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS cases_queue ON cases (state, rank, due) WHERE state IS NOT NULL;
CREATE INDEX IF NOT EXISTS cases_due ON cases (state, due) WHERE due IS NOT NULL;
CREATE INDEX IF NOT EXISTS cases_at ON cases (state, at) WHERE state IS NOT NULL;
CREATE INDEX IF NOT EXISTS cases_pending ON cases (pending_since) WHERE pending_since IS NOT NULL;
CREATE INDEX IF NOT EXISTS cases_sweep ON cases (sweep_at) WHERE sweep_at IS NOT NULL;
CREATE INDEX IF NOT EXISTS cases_conversation ON cases (conversation, at) WHERE conversation IS NOT NULL;
CREATE TABLE IF NOT EXISTS traces (
    case_id TEXT PRIMARY KEY, said_at TEXT NOT NULL, fingerprint TEXT, reply_to TEXT
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS traces_words ON traces (fingerprint, said_at) WHERE fingerprint IS NOT NULL;
CREATE INDEX IF NOT EXISTS traces_replies ON traces (reply_to, said_at) WHERE reply_to IS NOT NULL;
CREATE TABLE IF NOT EXISTS revisions (
    case_id TEXT NOT NULL, hash TEXT NOT NULL, body TEXT NOT NULL, PRIMARY KEY (case_id, hash)
);
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
CREATE TABLE IF NOT EXISTS channels (
    platform TEXT NOT NULL, account TEXT NOT NULL, body TEXT NOT NULL, PRIMARY KEY (platform, account)
);
CREATE TABLE IF NOT EXISTS alerts (id TEXT PRIMARY KEY, open_since TEXT, body TEXT NOT NULL) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS alerts_open ON alerts (open_since) WHERE open_since IS NOT NULL;
CREATE TABLE IF NOT EXISTS messages (
    id INTEGER PRIMARY KEY AUTOINCREMENT, topic TEXT NOT NULL, data TEXT NOT NULL,
    available_at TEXT NOT NULL, attempts INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX IF NOT EXISTS messages_topic ON messages (topic, available_at);
CREATE TABLE IF NOT EXISTS health (id INTEGER PRIMARY KEY CHECK (id = 1), beats INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS beats (name TEXT PRIMARY KEY, at TEXT NOT NULL) WITHOUT ROWID;
"""


class Database:
    """A SQLite file. Every failure is `StoreUnavailable`, with no words of SQLite's: they may quote a value."""

    def __init__(self, path: Path | str) -> None:
        self._lock = RLock()
        self._commits = Shared(self._commit, self._lock)
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

    def write(self, work: Callable[[sqlite3.Connection], T], *, repeatable: bool = False) -> T:
        """Run `work` in a transaction: all of it, durable on return, or nothing and its exception.

        Whoever holds the lock commits for everybody who queued meanwhile, so eight writers wait for one sync to disk
        and not for eight, and nobody waits for a timer. What is `repeatable` may run twice, and is cheaper.
        """
        job = _Job(work, repeatable=repeatable)
        try:
            self._commits.do(job)
            return job.outcome()
        except sqlite3.Error as error:
            raise StoreUnavailable(type(error).__name__) from None

    def _commit(self, jobs: "list[_Job[Any]]") -> None:
        """Savepoints are two more statements a job, at each of which its thread has to wait for the interpreter again.

        Who is alone needs none, and repeatable jobs only once one of them has failed.
        """
        if len(jobs) == 1 or all(job.repeatable for job in jobs):
            with suppress(_Failed):
                return self._transaction(jobs, _Job.run)
            if len(jobs) == 1:
                return None
        return self._transaction(jobs, _Job.run_apart)

    def _transaction(self, jobs: "list[_Job[Any]]", run: "Callable[[_Job[Any], sqlite3.Connection], None]") -> None:
        self._connection.execute("BEGIN IMMEDIATE")
        with self._connection:  # commits at its end, or rolls back
            for job in jobs:
                run(job, self._connection)

    def close(self) -> None:
        """Let go of the file."""
        with self._lock:
            self._connection.close()


class _Failed(Exception):
    """A job failed; `outcome` says how, to its own caller."""


class _Job(Generic[T]):
    """One caller's work inside a shared commit, and what came of it."""

    def __init__(self, work: Callable[[sqlite3.Connection], T], *, repeatable: bool) -> None:
        self._work = work
        self.repeatable = repeatable
        self._result: list[T] = []
        self._error: BaseException | None = None

    def run(self, connection: sqlite3.Connection) -> None:
        """Do the work. Raises `_Failed`."""
        self._error = None
        try:
            self._result = [self._work(connection)]
        except BaseException as error:  # noqa: BLE001 - raised again by `outcome`, to its own caller
            self._error = error
            raise _Failed from None

    def run_apart(self, connection: sqlite3.Connection) -> None:
        """Do the work in a savepoint, so that a failure costs the other jobs nothing."""
        connection.execute("SAVEPOINT job")
        try:
            self.run(connection)
        except _Failed:
            connection.execute("ROLLBACK TO job")
        connection.execute("RELEASE job")

    def outcome(self) -> T:
        """What the work returned, once the commit is over. Raises what the work raised."""
        if self._error is not None:
            raise self._error
        return self._result[0]


def stamp(at: datetime | None) -> str | None:
    """A time as text that sorts: UTC, always with microseconds."""
    return None if at is None else at.astimezone(UTC).isoformat(timespec="microseconds")


def unstamp(text: str | None) -> datetime | None:
    """The time that `stamp` wrote."""
    return None if text is None else datetime.fromisoformat(text)
