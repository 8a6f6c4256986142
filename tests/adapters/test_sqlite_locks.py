"""A transaction on SQLite holds the file from its first read on: what it has read is still so when it writes."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from shared.adapters.sqlite import Database, SqliteStore
from shared.domain.message import Platform
from shared.ports import Quarantine, StoreUnavailable, Transaction

NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
KEPT = Quarantine("q1", Platform.FACEBOOK, None, "unknown verb", "{}", NOW)


def test_nobody_writes_between_a_transactions_read_and_its_write(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shared.adapters.sqlite.database.BUSY_SECONDS", 0.05)
    here, other = (SqliteStore(Database(tmp_path / "s.sqlite3")) for _ in range(2))

    def work(tx: Transaction) -> None:
        tx.case("c1")
        with pytest.raises(StoreUnavailable):
            other.merge([], [KEPT])

    here.transact(work)
    assert other.quarantined(1) == []
    other.merge([], [KEPT])
    assert here.quarantined(1) == [KEPT]
