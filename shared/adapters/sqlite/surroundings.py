"""Lists of cases on SQLite, and the part of `ports.Store` about what stands around one."""

import json
import sqlite3
from datetime import datetime

from shared.adapters.sqlite.database import Database, stamp
from shared.adapters.sqlite.transaction import case_from
from shared.domain.case import Case

SAME_CONVERSATION = "SELECT * FROM cases WHERE conversation = ? AND platform = ? AND account = ? AND id != ?"
EARLIER = f"{SAME_CONVERSATION} AND at <= ? ORDER BY at DESC, id DESC LIMIT ?"
LATER = f"{SAME_CONVERSATION} AND at > ? ORDER BY at, id LIMIT ?"
TRACED = """
SELECT cases.* FROM traces CROSS JOIN cases ON cases.id = traces.case_id
WHERE traces.{} = ? AND traces.said_at BETWEEN ? AND ? ORDER BY traces.said_at, traces.case_id LIMIT ?
"""
SAME_WORDS, REPLIES_TO = TRACED.format("fingerprint"), TRACED.format("reply_to")
REVISIONS = "SELECT case_id, hash, body FROM revisions WHERE case_id IN (SELECT value FROM json_each(?))"


class SqliteSurroundings:
    """Two statements a list: the cases, then all their revisions."""

    _database: Database

    def same_words(self, fingerprint: str, since: datetime, until: datetime, limit: int) -> list[Case]:
        """See `ports.Surroundings`."""
        return self._cases(SAME_WORDS, fingerprint, stamp(since), stamp(until), limit)

    def replies_to(self, reply_to: str, since: datetime, until: datetime, limit: int) -> list[Case]:
        """See `ports.Surroundings`."""
        return self._cases(REPLIES_TO, reply_to, stamp(since), stamp(until), limit)

    def earlier(self, case: Case, limit: int) -> list[Case]:
        """See `ports.Surroundings`."""
        return self._cases(EARLIER, case.conversation, case.platform, case.account, case.id, stamp(case.at), limit)

    def conversation(self, case: Case, limit: int) -> list[Case]:
        """See `ports.Surroundings`."""
        those = (case.conversation, case.platform, case.account, case.id, stamp(case.at), limit)
        return [*reversed(self.earlier(case, limit)), *self._cases(LATER, *those)]

    def _cases(self, sql: str, *values: object) -> list[Case]:
        rows = self._database.read(sql, *values)
        if not rows:
            return []
        found: dict[str, list[sqlite3.Row]] = {row["id"]: [] for row in rows}
        for revision in self._database.read(REVISIONS, json.dumps(list(found))):
            found[revision["case_id"]].append(revision)
        return [case_from(row, found[row["id"]]) for row in rows]
