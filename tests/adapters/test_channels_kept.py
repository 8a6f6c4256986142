"""What every store must do for channels, alerts and heartbeats."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from shared.adapters.keeping import kept_channel, some_of
from shared.adapters.sqlite import Database, SqliteStore
from shared.domain.alert import Alert, AlertKind, alert_id
from shared.domain.channel import Channel, Trouble
from shared.domain.message import Platform
from shared.ports import Store, Transaction

NOW = datetime(2026, 11, 24, 10, 0, 0, 123456, tzinfo=UTC)
CREDENTIAL = "canary-session-credential"
WHOLE = Channel(
    Platform.X,
    "3000000001",
    NOW,
    NOW + timedelta(minutes=1),
    '{"after": "\\u0000 🙂"}',
    CREDENTIAL,
    Trouble.QUOTA,
    NOW,
)  # fmt: skip
FIELDS = ("last_event", "last_poll", "cursor", "session", "trouble", "trouble_since")


@pytest.fixture(params=("sqlite", "firestore"))
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    if request.param == "sqlite":
        return SqliteStore(Database(tmp_path / "s.sqlite3"))
    made: Store = request.getfixturevalue("firestore_store")
    return made


def alert(since: datetime = NOW, **change: object) -> Alert:
    id_ = alert_id(AlertKind.BROKEN, "x", "3000000001", since.isoformat())
    made = Alert(id_, AlertKind.BROKEN, NOW, Platform.X, "3000000001", "quota", since)
    return replace(made, **change)  # type: ignore[arg-type]


def put(store: Store, made: Alert) -> None:
    store.transact(lambda tx: tx.put_alert(made))


def test_a_channel_nobody_noted_is_none(store: Store) -> None:
    assert store.channel(Platform.X, "3000000001") is None
    assert store.channels() == []


def test_what_was_kept_is_read_back_as_it_was(store: Store) -> None:
    store.keep_channel(WHOLE, FIELDS)
    assert store.channel(Platform.X, "3000000001") == WHOLE
    assert store.channel(Platform.TIKTOK, "3000000001") is None
    assert store.channels() == [WHOLE]


@pytest.mark.parametrize("field", FIELDS)
def test_only_the_named_fields_are_written(store: Store, field: str) -> None:
    """A poll that began before an event was noted does not take the note back."""
    store.keep_channel(WHOLE, FIELDS)
    empty = Channel(WHOLE.platform, WHOLE.account)
    store.keep_channel(empty, (field,))
    assert store.channel(WHOLE.platform, WHOLE.account) == replace(WHOLE, **{field: getattr(empty, field)})


def test_one_field_of_a_channel_that_was_not_there_leaves_the_others_empty(store: Store) -> None:
    store.keep_channel(WHOLE, ("last_event",))
    assert store.channel(WHOLE.platform, WHOLE.account) == Channel(WHOLE.platform, WHOLE.account, NOW)


def test_a_field_that_does_not_exist_is_a_fault_of_ours(store: Store) -> None:
    with pytest.raises(AttributeError):
        store.keep_channel(WHOLE, ("last_evnt",))


def test_channels_come_by_platform_and_account(store: Store) -> None:
    for platform, account in ((Platform.X, "2"), (Platform.BLUESKY, "did:plc:a/b"), (Platform.X, "1")):
        store.keep_channel(Channel(platform, account), ())
    assert [(c.platform.value, c.account) for c in store.channels()] == [
        ("bluesky", "did:plc:a/b"), ("x", "1"), ("x", "2")
    ]  # fmt: skip


def test_a_session_is_never_in_what_is_printed() -> None:
    assert CREDENTIAL not in repr(WHOLE)
    assert CREDENTIAL not in str(WHOLE)
    assert some_of(WHOLE, ("session",))["session"] == CREDENTIAL


@pytest.mark.parametrize("wrong", [{"platform": None}, {"platform": "x", "account": "1", "trouble": "canary"}])
def test_a_channel_that_cannot_be_read_is_said_without_its_session(wrong: dict[str, Any]) -> None:
    kept = {**wrong, "session": CREDENTIAL}
    for form in (kept, json.dumps(kept)):
        with pytest.raises(ValueError, match=r"^a channel that cannot be read$") as caught:
            kept_channel(form)
        assert caught.value.__suppress_context__


def test_an_alert_is_read_back_and_is_open_until_it_is_over(store: Store) -> None:
    later = alert(NOW + timedelta(minutes=1))
    for made in (later, alert()):
        put(store, made)
    assert store.transact(lambda tx: (tx.alert(alert().id), tx.alert("none"))) == (alert(), None)
    assert store.open_alerts(5) == [alert(), later]
    assert store.open_alerts(1) == [alert()]
    over = alert(open_since=None, over_at=NOW)
    put(store, over)
    assert store.open_alerts(5) == [later]
    assert store.transact(lambda tx: tx.alert(over.id)) == over


def test_an_alert_of_an_aborted_transaction_is_not_there(store: Store) -> None:
    def work(tx: Transaction) -> None:
        tx.put_alert(alert())
        raise LookupError

    with pytest.raises(LookupError):
        store.transact(work)
    assert store.open_alerts(5) == []


def test_a_heartbeat_is_when_it_last_was(store: Store) -> None:
    assert store.last_beat("sweep") is None
    for at in (NOW, NOW + timedelta(minutes=1)):
        store.beat("sweep", at)
        assert store.last_beat("sweep") == at
    assert store.last_beat("digest") is None


def test_a_heartbeat_follows_a_clock_that_is_put_back(store: Store) -> None:
    for at in (NOW, NOW - timedelta(days=1)):
        store.beat("sweep", at)
    assert store.last_beat("sweep") == NOW - timedelta(days=1)


def test_a_heartbeat_and_a_ping_leave_each_other_alone(store: Store) -> None:
    store.beat("sweep", NOW)
    store.ping()
    assert store.last_beat("sweep") == NOW
