"""A quiet or broken channel is one alert, not a hundred, and it ends."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from shared import bootstrap
from shared.adapters.sqlite import Database, SqliteStore
from shared.domain.alert import Alert, AlertKind
from shared.domain.channel import Channel, Trouble
from shared.domain.message import Platform
from shared.ports import ChannelTrouble, Page, Store
from shared.principles import coverage
from shared.service.channels import Standing, look, watch, watched
from tests.hostile.whole import forget

NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
COVERAGE = coverage.load()
QUIET, POLLS, GRACE = COVERAGE.watch.quiet_after, COVERAGE.watch.poll_quiet_after, COVERAGE.watch.grace
ALMOST = timedelta(microseconds=1)
ACCOUNT = "3000000001"
X = Channel(Platform.X, ACCOUNT, last_event=NOW, last_poll=NOW)


@pytest.fixture
def store(tmp_path: Path) -> SqliteStore:
    return SqliteStore(Database(tmp_path / "s.sqlite3"))


def keep(store: Store, channel: Channel) -> None:
    store.keep_channel(channel, ("last_event", "last_poll", "cursor", "session", "trouble", "trouble_since"))


def run(store: Store, now: datetime) -> list[Alert]:
    return watch(Platform.X, [ACCOUNT], now, store=store, coverage=COVERAGE)


@pytest.mark.parametrize(
    ("channel", "standing", "why"),
    [
        (Channel(Platform.X, ACCOUNT), Standing.NOTHING, ""),
        (replace(X, last_event=None), Standing.NOTHING, ""),
        (X, Standing.FINE, ""),
        (replace(X, last_poll=None), Standing.FINE, ""),
        (replace(X, last_event=NOW - QUIET + ALMOST), Standing.FINE, ""),
        (replace(X, last_event=NOW - QUIET), Standing.QUIET, "silent"),
        (replace(X, last_event=NOW - QUIET, last_poll=None), Standing.QUIET, "silent"),
        (replace(X, platform=Platform.YOUTUBE, last_event=NOW - QUIET), Standing.FINE, ""),
        (replace(X, last_poll=NOW - POLLS + ALMOST), Standing.FINE, ""),
        (replace(X, last_poll=NOW - POLLS), Standing.QUIET, "unasked"),
        (replace(X, last_event=None, last_poll=NOW - POLLS), Standing.QUIET, "unasked"),
        (replace(X, trouble=Trouble.UNREACHABLE, trouble_since=NOW - GRACE + ALMOST), Standing.FINE, "unreachable"),
        (replace(X, trouble=Trouble.UNREACHABLE, trouble_since=NOW - GRACE), Standing.BROKEN, "unreachable"),
        (replace(X, trouble=Trouble.QUOTA, trouble_since=NOW - GRACE), Standing.BROKEN, "quota"),
        (replace(X, trouble=Trouble.ACCESS, trouble_since=NOW), Standing.BROKEN, "access"),
        (replace(X, trouble=Trouble.SUBSCRIPTION, trouble_since=NOW), Standing.BROKEN, "subscription"),
    ],
)
def test_how_a_channel_is(channel: Channel, standing: Standing, why: str) -> None:
    found = watched(channel, NOW, COVERAGE)
    assert (found.standing, found.why) == (standing, why)
    assert (found.since is None) == (why == "")


def test_a_configured_account_nobody_noted_is_shown_and_one_that_is_not_configured_is_not(store: SqliteStore) -> None:
    keep(store, X)
    keep(store, replace(X, account="left"))
    places = [(Platform.FACEBOOK, "100000000000001"), (Platform.X, ACCOUNT)]
    seen = look(places, NOW, store=store, coverage=COVERAGE)
    assert [(one.channel.platform, one.channel.account, one.standing) for one in seen] == [
        (Platform.FACEBOOK, "100000000000001", Standing.NOTHING),
        (Platform.X, ACCOUNT, Standing.FINE),
    ]


def test_an_incident_is_one_alert_however_often_it_is_seen(store: SqliteStore) -> None:
    keep(store, replace(X, trouble=Trouble.ACCESS, trouble_since=NOW))
    raised = [alert for minute in range(100) for alert in run(store, NOW + timedelta(minutes=minute))]
    assert [(a.kind, a.platform, a.account, a.why, a.at) for a in raised] == [
        (AlertKind.BROKEN, Platform.X, ACCOUNT, "access", NOW)
    ]
    assert store.open_alerts(10) == raised


def test_another_name_for_the_same_trouble_is_no_other_incident(store: SqliteStore) -> None:
    for trouble in (Trouble.ACCESS, Trouble.UNREACHABLE, Trouble.QUOTA):
        keep(store, replace(X, trouble=trouble, trouble_since=NOW))
        run(store, NOW + GRACE)
    assert [alert.why for alert in store.open_alerts(10)] == ["access"]


def test_an_incident_ends_and_the_next_one_is_another_alert(store: SqliteStore) -> None:
    broken = replace(X, trouble=Trouble.ACCESS, trouble_since=NOW)
    keep(store, broken)
    [first] = run(store, NOW)
    keep(store, X)
    assert run(store, NOW + timedelta(minutes=5)) == []
    assert store.open_alerts(10) == []
    over = store.transact(lambda tx: tx.alert(first.id))
    assert over is not None
    assert over.over_at == NOW + timedelta(minutes=5)
    keep(store, replace(broken, trouble_since=NOW + timedelta(minutes=9)))
    [second] = run(store, NOW + timedelta(minutes=9))
    assert second.id != first.id
    assert store.open_alerts(10) == [second]


def test_quiet_that_turns_out_broken_is_told_as_broken(store: SqliteStore) -> None:
    quiet = replace(X, last_event=NOW - QUIET)
    keep(store, quiet)
    assert [alert.kind for alert in run(store, NOW)] == [AlertKind.QUIET]
    keep(store, replace(quiet, trouble=Trouble.ACCESS, trouble_since=NOW))
    assert [alert.kind for alert in run(store, NOW)] == [AlertKind.BROKEN]
    assert [alert.kind for alert in store.open_alerts(10)] == [AlertKind.BROKEN]


def test_one_platform_does_not_end_what_another_raised(store: SqliteStore) -> None:
    keep(store, replace(X, trouble=Trouble.ACCESS, trouble_since=NOW))
    [raised] = run(store, NOW)
    assert watch(Platform.FACEBOOK, ["100000000000001"], NOW, store=store, coverage=COVERAGE) == []
    assert store.open_alerts(10) == [raised]


def test_an_account_that_is_no_longer_ours_is_no_longer_an_incident(store: SqliteStore) -> None:
    keep(store, replace(X, trouble=Trouble.ACCESS, trouble_since=NOW))
    run(store, NOW)
    assert watch(Platform.X, [], NOW, store=store, coverage=COVERAGE) == []
    assert store.open_alerts(10) == []
    assert run(store, NOW) == [], "set up again it is still the same incident, and that was told"


def test_two_polls_that_see_it_at_once_tell_it_once(store: SqliteStore, monkeypatch: pytest.MonkeyPatch) -> None:
    keep(store, replace(X, trouble=Trouble.ACCESS, trouble_since=NOW))
    monkeypatch.setattr(store, "open_alerts", lambda _: [])  # what both saw before either wrote
    assert [len(run(store, NOW)), len(run(store, NOW))] == [1, 0]


class Poller:
    """A platform that answers, or does not."""

    def __init__(self, trouble: Trouble | None) -> None:
        self._trouble = trouble

    def pages(self, channel: Channel, now: datetime) -> Iterator[Page]:
        if self._trouble:
            raise ChannelTrouble(self._trouble, "canary-fact")
        yield Page((), "cursor", "canary-session")


@pytest.fixture
def composed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The composition root with one account on X."""
    monkeypatch.setenv("SIGNPOST_DATA", str(tmp_path))
    monkeypatch.setenv("SIGNPOST_ACCOUNTS", json.dumps({"x": {ACCOUNT: "x"}}))
    forget()
    yield
    bootstrap.database().close()
    forget()


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_a_poll_ends_with_a_look_at_its_channels(composed: None, capsys: pytest.CaptureFixture[str]) -> None:
    for trouble in (None, Trouble.ACCESS, Trouble.UNREACHABLE, Trouble.ACCESS):
        bootstrap.poll(Platform.X, lambda _, trouble=trouble: Poller(trouble))  # type: ignore[misc]
    [alert] = bootstrap.store().open_alerts(5)
    assert (alert.kind, alert.account, alert.why) == (AlertKind.BROKEN, ACCOUNT, "access")
    said = lines(capsys)
    assert [(line["message"], line["platform"], line["why"]) for line in said] == [("channel broken", "x", "access")]
    assert "canary" not in json.dumps(said)
    bootstrap.poll(Platform.X, lambda _: Poller(None))
    assert bootstrap.store().open_alerts(5) == []
    assert lines(capsys) == []


def test_trouble_that_changes_its_name_at_every_poll_still_lasts(composed: None) -> None:
    """Else a channel that fails in two ways in turn would always have only begun to fail."""
    bootstrap.poll(Platform.X, lambda _: Poller(Trouble.UNREACHABLE))
    first = bootstrap.store().channel(Platform.X, ACCOUNT)
    bootstrap.poll(Platform.X, lambda _: Poller(Trouble.QUOTA))
    then = bootstrap.store().channel(Platform.X, ACCOUNT)
    assert first is not None
    assert then is not None
    assert (then.trouble, then.trouble_since) == (Trouble.QUOTA, first.trouble_since)
