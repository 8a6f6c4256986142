"""`ports.Transaction` on SQLite, and how a case is put together from its rows."""

import sqlite3
from collections.abc import Iterable
from dataclasses import replace

from shared.adapters import codec
from shared.adapters.sqlite.database import stamp, unstamp
from shared.domain.action import Action
from shared.domain.alert import Alert
from shared.domain.case import Case
from shared.domain.message import Platform
from shared.ports import AuditEntry

PUT_CASE = """
UPDATE cases
SET pending_since = ?, sweep_at = ?, decided = ?, state = ?, rank = ?, due = ?, at = ?, conversation = ?
WHERE id = ?
"""
PUT_ACTION = """
INSERT INTO actions (id, case_id, grp, state, at, sweep_at, body) VALUES (?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (id) DO UPDATE SET state = excluded.state, sweep_at = excluded.sweep_at, body = excluded.body
"""
PUT_ALERT = """
INSERT INTO alerts (id, open_since, body) VALUES (?, ?, ?)
ON CONFLICT (id) DO UPDATE SET open_since = excluded.open_since, body = excluded.body
"""


class SqliteTransaction:
    """Reads and writes inside one open transaction."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def case(self, case_id: str) -> Case | None:
        """See `ports.Transaction`."""
        row = self._connection.execute("SELECT * FROM cases WHERE id = ?", (case_id,)).fetchone()
        if row is None:
            return None
        revisions = self._connection.execute("SELECT hash, body FROM revisions WHERE case_id = ?", (case_id,))
        return case_from(row, revisions)

    def action(self, action_id: str) -> Action | None:
        """See `ports.Transaction`."""
        row = self._connection.execute("SELECT body FROM actions WHERE id = ?", (action_id,)).fetchone()
        return None if row is None else codec.action.validate_json(row["body"])

    def actions_in(self, group: str) -> int:
        """See `ports.Transaction`."""
        row = self._connection.execute("SELECT COUNT(*) AS n FROM actions WHERE grp = ?", (group,)).fetchone()
        return int(row["n"])

    def alert(self, alert_id: str) -> Alert | None:
        """See `ports.Transaction`."""
        row = self._connection.execute("SELECT body FROM alerts WHERE id = ?", (alert_id,)).fetchone()
        return None if row is None else codec.alert.validate_json(row["body"])

    def put_case(self, case: Case) -> None:
        """See `ports.Transaction`. Revisions and the removal belong to intake and are not written here."""
        decided = codec.case.dump_json(replace(case, revisions={})).decode()
        self._connection.execute(
            PUT_CASE,
            (
                stamp(case.pending_since),
                stamp(case.sweep_at),
                decided,
                case.state,
                case.rank,
                stamp(case.due),
                stamp(case.at),
                case.conversation,
                case.id,
            ),
        )

    def put_action(self, action: Action) -> None:
        """See `ports.Transaction`."""
        body = codec.action.dump_json(action).decode()
        at, again = stamp(action.reserved_at), stamp(action.sweep_at)
        self._connection.execute(PUT_ACTION, (action.id, action.case, action.group, action.state, at, again, body))

    def put_alert(self, alert: Alert) -> None:
        """See `ports.Transaction`."""
        body = codec.alert.dump_json(alert).decode()
        self._connection.execute(PUT_ALERT, (alert.id, stamp(alert.open_since), body))

    def audit(self, entry: AuditEntry) -> None:
        """See `ports.Transaction`."""
        body = codec.audit_entry.dump_json(entry).decode()
        self._connection.execute(
            "INSERT INTO audit (id, case_id, at, body) VALUES (?, ?, ?, ?)",
            (entry.id, entry.case, stamp(entry.at), body),
        )


def case_from(row: sqlite3.Row, revisions: Iterable[sqlite3.Row]) -> Case:
    """A case from its row and its revisions: what intake wrote lies over what was decided."""
    decided = (
        codec.case.validate_json(row["decided"])
        if row["decided"]
        else Case(row["id"], Platform(row["platform"]), row["account"], row["message"])
    )
    return replace(
        decided,
        revisions={revision["hash"]: codec.revision.validate_json(revision["body"]) for revision in revisions},
        removed_at=unstamp(row["removed_at"]),
        pending_since=unstamp(row["pending_since"]),
        sweep_at=unstamp(row["sweep_at"]),
    )
