"""`ports.Queue` on SQLite, behaving as Pub/Sub may: leases, redelivery, no order, now and then a repeat."""

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from shared.adapters.sqlite.database import Database, stamp
from shared.ports import Clock, Notice, QueueUnavailable, StoreUnavailable

LEASE = timedelta(seconds=30)
DEAD_LETTERS = "dead-letters"  # its own are never given up
MAX_ATTEMPTS = 10
WINDOW = 500  # how many due messages a shuffle looks at
BACKOFF = timedelta(seconds=1)
BACKOFF_MOST = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class Lease:
    """One delivery of one message: acknowledge it, or it comes again."""

    id: int
    topic: str
    data: dict[str, str]
    attempt: int


class SqliteQueue:
    """Topics in the store's file. `rng` shuffles; `repeats` is the share of messages delivered once more."""

    def __init__(self, database: Database, clock: Clock, rng: Random, repeats: float = 0.0) -> None:
        self._database = database
        self._clock = clock
        self._rng = rng
        self._repeats = repeats

    def publish(self, topic: str, notices: Sequence[Notice]) -> None:
        """All of them, durable on return. Raises `QueueUnavailable`."""
        now = stamp(self._clock())
        rows = [(topic, json.dumps(dict(notice.data)), now) for notice in notices]
        insert = "INSERT INTO messages (topic, data, available_at) VALUES (?, ?, ?)"
        try:
            self._database.write(lambda connection: connection.executemany(insert, rows), repeatable=True)
        except StoreUnavailable as error:
            raise QueueUnavailable(str(error)) from None

    def lease(self, topic: str, limit: int = 10) -> list[Lease]:
        """Up to `limit` messages that are due, in no order; each is away until it is acknowledged or its lease ends."""
        now = self._clock()

        def work(connection: sqlite3.Connection) -> list[Lease]:
            due = connection.execute(
                "SELECT * FROM messages WHERE topic = ? AND available_at <= ? LIMIT ?",
                (topic, stamp(now), WINDOW),
            ).fetchall()
            chosen = self._rng.sample(due, min(limit, len(due)))
            for row in chosen:
                connection.execute(
                    "UPDATE messages SET attempts = attempts + 1, available_at = ? WHERE id = ?",
                    (stamp(now + LEASE), row["id"]),
                )
            return [Lease(row["id"], topic, json.loads(row["data"]), row["attempts"] + 1) for row in chosen]

        return self._database.write(work)

    def acknowledge(self, lease: Lease) -> None:
        """Done. Now and then the message comes once more all the same, as the real queue's do."""
        sql, values = "DELETE FROM messages WHERE id = ?", (lease.id,)
        if lease.attempt == 1 and self._rng.random() < self._repeats:
            sql = "UPDATE messages SET available_at = '' WHERE id = ?"
        self._database.write(lambda connection: connection.execute(sql, values))

    def give_back(self, lease: Lease) -> None:
        """Failed: again after a growing pause; after `MAX_ATTEMPTS` it moves to the topic of dead letters."""
        again: datetime = self._clock() + min(BACKOFF * 2 ** min(lease.attempt - 1, 10), BACKOFF_MOST)
        sql, values = "UPDATE messages SET available_at = ? WHERE id = ?", (stamp(again), lease.id)
        if lease.attempt >= MAX_ATTEMPTS and lease.topic != DEAD_LETTERS:
            sql = f"UPDATE messages SET available_at = ?, attempts = 0, topic = '{DEAD_LETTERS}' WHERE id = ?"  # noqa: S608 - our own name
        self._database.write(lambda connection: connection.execute(sql, values))
