"""The part of `ports.Store` about channels, alerts and heartbeats, on SQLite."""

import json
from collections.abc import Collection
from datetime import datetime

from shared.adapters import codec
from shared.adapters.keeping import kept_channel, some_of
from shared.adapters.sqlite.database import Database, stamp, unstamp
from shared.domain.alert import Alert
from shared.domain.channel import Channel
from shared.domain.message import Platform

MOST = 1000  # no organisation has as many accounts
KEEP = """
INSERT INTO channels (platform, account, body) VALUES (?, ?, ?)
ON CONFLICT (platform, account) DO UPDATE SET body = json_patch(body, excluded.body)
"""
OPEN = "SELECT body FROM alerts WHERE open_since IS NOT NULL ORDER BY open_since, id LIMIT ?"
BEAT = "INSERT INTO beats (name, at) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET at = excluded.at"


class SqliteChannels:
    """One row a channel; a patch of its JSON leaves the fields alone that it does not name."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def channels(self) -> list[Channel]:
        """See `ports.Store`."""
        rows = self._database.read("SELECT body FROM channels ORDER BY platform, account LIMIT ?", MOST)
        return [kept_channel(row["body"]) for row in rows]

    def channel(self, platform: Platform, account: str) -> Channel | None:
        """See `ports.Store`."""
        sql = "SELECT body FROM channels WHERE platform = ? AND account = ?"
        rows = self._database.read(sql, platform, account)
        return kept_channel(rows[0]["body"]) if rows else None

    def keep_channel(self, channel: Channel, fields: Collection[str]) -> None:
        """See `ports.Store`."""
        row = (channel.platform, channel.account, json.dumps(some_of(channel, fields)))
        self._database.write(lambda connection: connection.execute(KEEP, row))

    def open_alerts(self, limit: int) -> list[Alert]:
        """See `ports.Store`."""
        return [codec.alert.validate_json(row["body"]) for row in self._database.read(OPEN, limit)]

    def beat(self, name: str, at: datetime) -> None:
        """See `ports.Store`."""
        self._database.write(lambda connection: connection.execute(BEAT, (name, stamp(at))))

    def last_beat(self, name: str) -> datetime | None:
        """See `ports.Store`."""
        rows = self._database.read("SELECT at FROM beats WHERE name = ?", name)
        return unstamp(rows[0]["at"]) if rows else None
