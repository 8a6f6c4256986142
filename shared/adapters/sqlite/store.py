"""`ports.Store` on SQLite."""

import sqlite3
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import TypeVar

from shared.adapters import codec
from shared.adapters.sqlite.channels import SqliteChannels
from shared.adapters.sqlite.database import stamp
from shared.adapters.sqlite.surroundings import SqliteSurroundings
from shared.adapters.sqlite.transaction import SqliteTransaction
from shared.domain.action import Action, ActionState
from shared.domain.case import Case, State
from shared.ports import Arrival, AuditEntry, Quarantine, Transaction

T = TypeVar("T")

MERGE_CASE = """
INSERT INTO cases (id, platform, account, message, removed_at, pending_since, sweep_at) VALUES (?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (id) DO UPDATE SET
    removed_at = COALESCE(excluded.removed_at, removed_at),
    pending_since = excluded.pending_since, sweep_at = excluded.sweep_at
"""
POSTPONE = "UPDATE {} SET sweep_at = ? WHERE id = ? AND sweep_at IS NOT NULL"
ADD_REVISION = "INSERT OR IGNORE INTO revisions (case_id, hash, body) VALUES (?, ?, ?)"
ADD_TRACE = """
INSERT INTO traces (case_id, said_at, fingerprint, reply_to) VALUES (?, ?, ?, ?)
ON CONFLICT (case_id) DO UPDATE SET
    said_at = excluded.said_at, fingerprint = COALESCE(excluded.fingerprint, fingerprint),
    reply_to = COALESCE(excluded.reply_to, reply_to)
"""
ADD_QUARANTINE = "INSERT OR IGNORE INTO quarantine (id, at, body) VALUES (?, ?, ?)"


class SqliteStore(SqliteSurroundings, SqliteChannels):
    """Everything in one file."""

    def merge(self, arrivals: Sequence[Arrival], quarantined: Sequence[Quarantine]) -> None:
        """One commit, no read: see `ports.Store`."""
        cases = [
            (
                a.case,
                a.platform,
                a.account,
                a.message,
                stamp(a.removed_at),
                stamp(a.pending_since),
                stamp(a.sweep_at),
            )
            for a in arrivals
        ]
        revisions = [
            (a.case, key, codec.revision.dump_json(revision).decode())
            for a in arrivals
            for key, revision in a.revisions.items()
        ]
        traces = [(a.case, stamp(a.trace.said_at), a.trace.fingerprint, a.trace.reply_to) for a in arrivals if a.trace]
        fragments = [(q.id, stamp(q.received_at), codec.quarantine.dump_json(q).decode()) for q in quarantined]

        def work(connection: sqlite3.Connection) -> None:
            for sql, rows in (
                (MERGE_CASE, cases),
                (ADD_REVISION, revisions),
                (ADD_TRACE, traces),
                (ADD_QUARANTINE, fragments),
            ):
                if rows:
                    connection.executemany(sql, rows)

        self._database.write(work, repeatable=True)

    def transact(self, work: Callable[[Transaction], T]) -> T:
        """One `BEGIN IMMEDIATE` transaction: see `ports.Store`."""
        return self._database.write(lambda connection: work(SqliteTransaction(connection)))

    def case(self, case_id: str) -> Case | None:
        """See `ports.Store`."""
        found = self._cases("SELECT * FROM cases WHERE id = ?", case_id)
        return found[0] if found else None

    def queue(self, limit: int) -> list[Case]:
        """See `ports.Store`."""
        return self._cases("SELECT * FROM cases WHERE state = ? ORDER BY rank, due, id LIMIT ?", State.WAITING, limit)

    def reading(self, limit: int) -> list[Case]:
        """See `ports.Store`."""
        return self._cases("SELECT * FROM cases WHERE state = ? ORDER BY at, id LIMIT ?", State.READING, limit)

    def due_by(self, until: datetime, limit: int) -> list[Case]:
        """See `ports.Store`."""
        sql = "SELECT * FROM cases WHERE state = ? AND due <= ? ORDER BY due, id LIMIT ?"
        return self._cases(sql, State.WAITING, stamp(until), limit)

    def pending(self, limit: int) -> list[Case]:
        """See `ports.Store`."""
        return self._cases(
            "SELECT * FROM cases WHERE pending_since IS NOT NULL ORDER BY pending_since, id LIMIT ?", limit
        )

    def stuck_cases(self, now: datetime, limit: int) -> list[Case]:
        """See `ports.Store`."""
        return self._cases("SELECT * FROM cases WHERE sweep_at <= ? ORDER BY sweep_at, id LIMIT ?", stamp(now), limit)

    def stuck_actions(self, now: datetime, limit: int) -> list[Action]:
        """See `ports.Store`."""
        sql = "SELECT body FROM actions WHERE sweep_at <= ? ORDER BY sweep_at, id LIMIT ?"
        return _actions(self._database.read(sql, stamp(now), limit))

    def postpone(self, cases: Mapping[str, datetime], actions: Mapping[str, datetime]) -> None:
        """See `ports.Store`."""

        def work(connection: sqlite3.Connection) -> None:
            for table, until in (("cases", cases), ("actions", actions)):
                rows = [(stamp(at), id_) for id_, at in until.items()]
                connection.executemany(POSTPONE.format(table), rows)

        self._database.write(work)

    def closed(self, limit: int) -> list[Case]:
        """See `ports.Store`."""
        return self._cases("SELECT * FROM cases WHERE state = ? ORDER BY at DESC, id DESC LIMIT ?", State.CLOSED, limit)

    def actions_of(self, case_id: str) -> list[Action]:
        """See `ports.Store`."""
        return _actions(self._database.read("SELECT body FROM actions WHERE case_id = ? ORDER BY at, id", case_id))

    def unsettled(self, limit: int) -> list[Action]:
        """See `ports.Store`."""
        sql = "SELECT body FROM actions WHERE state = ? ORDER BY at, id LIMIT ?"
        return _actions(self._database.read(sql, ActionState.UNKNOWN, limit))

    def audit_of(self, case_id: str) -> list[AuditEntry]:
        """See `ports.Store`."""
        rows = self._database.read("SELECT body FROM audit WHERE case_id = ? ORDER BY at, id", case_id)
        return [codec.audit_entry.validate_json(row["body"]) for row in rows]

    def quarantined(self, limit: int) -> list[Quarantine]:
        """See `ports.Store`."""
        rows = self._database.read("SELECT body FROM quarantine ORDER BY at, id LIMIT ?", limit)
        return [codec.quarantine.validate_json(row["body"]) for row in rows]

    def ping(self) -> None:
        """See `ports.Store`."""
        beat = "INSERT INTO health (id, beats) VALUES (1, 1) ON CONFLICT (id) DO UPDATE SET beats = beats + 1"
        self._database.write(lambda connection: connection.execute(beat))


def _actions(rows: Iterable[sqlite3.Row]) -> list[Action]:
    return [codec.action.validate_json(row["body"]) for row in rows]
