"""What nobody takes is one alert an incident; a sweep that came to its end is a heartbeat."""

import json
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from shared import bootstrap
from shared.domain.alert import AlertKind
from shared.ports import Notice, QueueUnavailable, StoreUnavailable
from shared.service import alerting, sweeping
from tests.alerts.conftest import Desk
from tests.hostile.whole import forget
from tests.rig import OPEN, Rig, comment, page


class Down:
    """A queue that confirms nothing."""

    def publish(self, topic: str, notices: Sequence[Notice]) -> None:
        raise QueueUnavailable("down")


class Counting:
    """A store that counts what it is asked."""

    def __init__(self, store: Any) -> None:
        self._store = store
        self.calls: Counter[str] = Counter()

    def __getattr__(self, name: str) -> Callable[..., Any]:
        self.calls[name] += 1
        real: Callable[..., Any] = getattr(self._store, name)
        return real


def receive(rig: Rig, id: str = "1_1") -> None:
    """A message that is stored while the queue is down."""
    rig.deliver(page(comment("Hello?", at=rig.now, id=id)), queue=Down())


def sweep(rig: Rig, queue: Any = None) -> None:
    with suppress(QueueUnavailable):
        sweeping.sweep(rig.now, store=rig.store, queue=queue or rig.queue)


def minutes(rig: Rig, count: int, queue: Any = None) -> None:
    for _ in range(count):
        rig.later(minutes=1)
        sweep(rig, queue)


def alert_overdue(rig: Rig) -> None:
    alerting.alert_overdue(rig.now, rig.library.in_force(rig.now), store=rig.store, post=Desk(rig.store).post())


def since(rig: Rig) -> list[datetime | None]:
    """When each open alert about messages that wait began."""
    return [alert.open_since for alert in rig.store.open_alerts(50) if alert.kind is AlertKind.WAITING]


@pytest.mark.parametrize("queue", [None, Down()], ids=["inbox is away", "the queue is down"])
def test_what_nobody_takes_is_one_alert(rig: Rig, queue: Any) -> None:
    for number in range(5):
        receive(rig, f"1_{number}")
        rig.later(minutes=1)
    rig.now = OPEN
    minutes(rig, 10, queue)
    assert since(rig) == [], "ten minutes are not yet too long"
    minutes(rig, 60, queue)
    assert since(rig) == [OPEN]


def test_an_incident_is_one_alert_though_its_oldest_message_is_taken(rig: Rig) -> None:
    receive(rig, "1_1")
    rig.later(minutes=3)
    receive(rig, "1_2")
    minutes(rig, 15, Down())
    rig.store.transact(lambda tx: tx.put_case(_taken(tx.case(rig.case("1_1").id))))
    minutes(rig, 15, Down())
    assert since(rig) == [OPEN]


def _taken(case: Any) -> Any:
    return replace(case, pending_since=None, sweep_at=None)


def test_what_is_taken_in_time_is_no_alert(rig: Rig) -> None:
    for number in range(30):
        receive(rig, f"1_{number}")
        minutes(rig, 2)
        rig.inbox()
    assert since(rig) == []


def test_it_is_over_when_alert_overdue_finds_nothing_left(rig: Rig) -> None:
    receive(rig)
    minutes(rig, 20)
    alert_overdue(rig)
    assert since(rig) == [OPEN]
    rig.inbox()
    assert since(rig) == [OPEN], "until somebody looks"
    alert_overdue(rig)
    assert since(rig) == []


def test_a_new_message_does_not_prolong_it_and_a_second_incident_is_a_second_alert(rig: Rig) -> None:
    receive(rig)
    minutes(rig, 20)
    rig.inbox()
    again = rig.now
    receive(rig, "1_2")
    alert_overdue(rig)
    assert since(rig) == []
    minutes(rig, 20)
    assert since(rig) == [again]


def test_two_sweeps_at_once_are_one_alert(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    receive(rig)
    rig.later(minutes=20)
    monkeypatch.setattr(rig.store, "open_alerts", lambda _: [])  # what both saw before either wrote
    sweep(rig, Down())
    sweep(rig, Down())
    monkeypatch.undo()
    assert since(rig) == [OPEN]


def test_an_alert_that_cannot_be_written_does_not_keep_anything_from_being_told_again(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(_: int) -> Any:
        raise StoreUnavailable("DeadlineExceeded")

    receive(rig)
    rig.later(minutes=20)
    monkeypatch.setattr(rig.store, "open_alerts", away)
    with pytest.raises(StoreUnavailable):
        sweeping.sweep(rig.now, store=rig.store, queue=rig.queue)
    rig.inbox()
    assert rig.store.pending(5) == []


def test_a_sweep_and_a_run_of_alert_overdue_read_no_more_for_it_than_they_must(rig: Rig) -> None:
    store = Counting(rig.store)
    scan = {"stuck_cases": 1, "stuck_actions": 1}
    sweeping.sweep(rig.now, store=store, queue=rig.queue)
    assert store.calls == scan
    receive(rig)
    for wait, more in ((2, {}), (11, {"open_alerts": 1, "transact": 1}), (60, {"open_alerts": 1})):
        rig.now = OPEN + timedelta(minutes=wait)
        store.calls.clear()
        sweeping.sweep(rig.now, store=store, queue=rig.queue)
        assert store.calls == {**scan, "postpone": 1, **more}
    assert rig.store.open_alerts(5) != []


@pytest.fixture
def composed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The composition root over an empty folder, at `OPEN`."""
    monkeypatch.setenv("SIGNPOST_DATA", str(tmp_path))
    monkeypatch.setenv("SIGNPOST_LOCAL", "1")
    monkeypatch.setenv("SIGNPOST_CLOCK", OPEN.isoformat())
    forget()
    yield
    bootstrap.database().close()
    forget()


def test_a_sweep_that_found_nothing_is_a_heartbeat(composed: None) -> None:
    assert bootstrap.store().last_beat(sweeping.BEAT) is None
    assert bootstrap.sweep() == 0
    first = bootstrap.store().last_beat(sweeping.BEAT)
    assert first is not None
    assert first >= OPEN
    bootstrap.sweep()
    second = bootstrap.store().last_beat(sweeping.BEAT)
    assert second is not None
    assert second > first


def test_a_sweep_that_failed_is_none(composed: None, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_: object, **__: object) -> Any:
        raise QueueUnavailable("down")

    monkeypatch.setattr("shared.service.sweeping.sweep", away)
    with pytest.raises(QueueUnavailable):
        bootstrap.sweep()
    assert bootstrap.store().last_beat(sweeping.BEAT) is None


def test_an_alert_is_logged_once_and_says_nothing_of_the_message(rig: Rig, capsys: pytest.CaptureFixture[str]) -> None:
    receive(rig)
    capsys.readouterr()
    minutes(rig, 60)
    [alert] = rig.store.open_alerts(5)
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert lines == [{"severity": "ERROR", "message": "messages wait", "id": alert.id}]
