"""The embedded store and queue: one SQLite file, one process, no account."""

from shared.adapters.sqlite.database import Database
from shared.adapters.sqlite.queue import Lease, SqliteQueue
from shared.adapters.sqlite.store import SqliteStore

__all__ = ["Database", "Lease", "SqliteQueue", "SqliteStore"]
