"""What a run of `alert_overdue` costs: it reads what it tells and what it owes, and nothing else."""

from datetime import timedelta

from tests.alerts.conftest import Desk
from tests.counts.conftest import Cloud, Note
from tests.rig import OPEN

NOON = OPEN.replace(hour=12)


def test_a_run_with_ten_overdue(cloud: Cloud, note: Note) -> None:
    desk = Desk(cloud.store)
    for number in range(30):
        desk.waiting(OPEN - timedelta(days=1) if number < 10 else OPEN + timedelta(days=3))
    for what, reads, slots in (("first", 33, 3), ("again", 3, 0)):
        cloud.meter.reset()
        told = desk.run(NOON)
        note(f"alert_overdue, 10 overdue, {what}", {**cloud.meter.calls, "documents read": cloud.meter.read.total()})
        assert told == slots
        assert cloud.meter.read.total() == reads, "ten and its own for each slot, then only whether it was told"
        assert cloud.meter.calls["Publish"] == 0
        assert all(not name.startswith("cases/") for name in cloud.meter.written)


def test_a_run_while_the_desk_is_closed_asks_only_what_is_owed(cloud: Cloud, note: Note) -> None:
    desk = Desk(cloud.store)
    desk.waiting(OPEN)
    cloud.meter.reset()
    assert desk.run(OPEN.replace(hour=22)) == 0
    note("alert_overdue, closed", {**cloud.meter.calls, "documents read": cloud.meter.read.total()})
    assert cloud.meter.calls == {"RunQuery": 1}
    assert cloud.meter.read.total() == 0
