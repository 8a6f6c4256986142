"""Counting in SQLite: every statement it runs, and the steps of its machine."""

import sqlite3
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from shared.adapters.sqlite import Database


class Traced:
    """A database that remembers its statements and counts the steps they took."""

    def __init__(self, path: Path, patch: pytest.MonkeyPatch) -> None:
        self.statements: list[str] = []
        self.steps = 0
        self._connections: list[sqlite3.Connection] = []
        self._connect = sqlite3.connect
        with patch.context() as during:
            during.setattr(sqlite3, "connect", self._watched)
            self.database = Database(path)

    def _watched(self, *arguments: Any, **options: Any) -> sqlite3.Connection:
        connection: sqlite3.Connection = self._connect(*arguments, **options)
        connection.set_trace_callback(self.statements.append)
        connection.set_progress_handler(self._step, 1)
        self._connections.append(connection)
        return connection

    def _step(self) -> int:
        self.steps += 1
        return 0

    def reset(self) -> None:
        self.statements.clear()
        self.steps = 0

    def counts(self) -> Counter[str]:
        """How often each kind of statement ran."""
        return Counter(statement.split()[0].upper() for statement in self.statements)

    def plan(self, statement: str) -> str:
        """How SQLite runs a statement."""
        rows = self._connections[-1].execute("EXPLAIN QUERY PLAN " + statement).fetchall()
        return " / ".join(row["detail"] for row in rows)
