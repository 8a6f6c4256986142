"""Overdue alerts: once a slot and group, in working hours, at least once, and never a word of anybody's."""

from datetime import UTC, datetime, timedelta

import pytest

from shared.domain.alert import AlertKind, Mail
from shared.domain.case import State
from tests.alerts.conftest import CANARY, Desk

TUESDAY = datetime(2026, 11, 24, tzinfo=UTC)  # winter: the desk's wall shows UTC
CLOSING = TUESDAY.replace(hour=17)


def at(hour: int, minute: int = 0, *, day: int = 24) -> datetime:
    return TUESDAY.replace(hour=hour, minute=minute, day=day)


def quarters(start: datetime, end: datetime) -> list[datetime]:
    """Every run of the scheduler from start to before end."""
    return [start + timedelta(minutes=15) * n for n in range(int((end - start) / timedelta(minutes=15)))]


def test_a_day_with_three_due_and_one_overdue(desk: Desk) -> None:
    for _ in range(3):
        desk.waiting(CLOSING)
    desk.waiting(at(17, day=23))
    desk.waiting(at(17, day=25))
    for now in quarters(at(0), at(23, 59)):
        desk.run(now)
    assert desk.told.subjects == [
        ("team", "Signpost: 1 overdue"),
        ("lead", "Signpost: 1 overdue"),
        ("team", "Signpost: 3 due today by 17:00"),
        ("team", "Signpost: 3 due today by 17:00"),
        ("team", "Signpost: 3 due today by 17:00"),
    ]


def test_the_lead_hears_of_what_the_team_has_not_done_in_its_first_hour(desk: Desk) -> None:
    desk.waiting(at(17, day=23))
    desk.run(at(9))
    assert [to for to, _ in desk.told.subjects] == ["team"]
    desk.run(at(9, 45))
    assert [to for to, _ in desk.told.subjects] == ["team"]
    desk.run(at(10))
    assert [to for to, _ in desk.told.subjects] == ["team", "lead"]


@pytest.mark.parametrize(
    "now",
    [at(8, 59), at(17), at(23), at(12, day=28), at(12, day=29), datetime(2026, 12, 25, 12, tzinfo=UTC)],
    ids=["before opening", "at closing", "at night", "Saturday", "Sunday", "Christmas"],
)
def test_nobody_is_told_outside_working_hours(desk: Desk, now: datetime) -> None:
    desk.waiting(at(17, day=20))
    assert desk.run(now) == 0
    assert desk.told.letters == []


def test_slots_are_times_on_the_wall_in_summer_too(desk: Desk) -> None:
    desk.waiting(datetime(2026, 7, 14, 16, tzinfo=UTC))  # 17:00 on the wall
    assert desk.run(datetime(2026, 7, 14, 10, 59, tzinfo=UTC)) == 0
    assert desk.run(datetime(2026, 7, 14, 11, 0, tzinfo=UTC)) == 1
    assert "2026-07-14 17:00" in desk.told.letters[0].body


def test_however_often_the_scheduler_calls_a_slot_is_told_once(desk: Desk) -> None:
    desk.waiting(CLOSING)
    assert [desk.run(at(12)) for _ in range(5)] == [1, 0, 0, 0, 0]


def test_two_runs_at_once_tell_it_once(desk: Desk) -> None:
    desk.waiting(CLOSING)
    seen: list[int] = []
    desk.told.meanwhile = lambda: seen.append(desk.run(at(12)))
    assert desk.run(at(12)) == 1
    assert seen == [0]
    assert len(desk.told.letters) == 1


def test_a_slot_that_was_missed_is_made_good_by_the_next_run_and_older_ones_are_not_told_beside_it(desk: Desk) -> None:
    desk.waiting(CLOSING)
    assert desk.run(at(15, 20)) == 1
    assert desk.run(at(15, 35)) == 0
    assert desk.run(at(16, 45)) == 1


def test_a_mail_that_was_refused_is_sent_by_the_next_run_and_the_desk_says_so_until_then(desk: Desk) -> None:
    desk.waiting(CLOSING)
    desk.told.broken = True
    assert desk.run(at(12)) == 0
    [failed] = desk.store.open_alerts(5)
    assert (failed.kind, failed.mail, failed.group) == (AlertKind.DUE, Mail.FAILED, "team")
    assert desk.run(at(12, 15)) == 0
    desk.told.broken = False
    assert desk.run(at(12, 30)) == 1
    assert desk.store.open_alerts(5) == []


def test_a_later_mail_to_the_group_ends_what_failed_before(desk: Desk) -> None:
    desk.waiting(CLOSING)
    desk.told.broken = True
    desk.run(at(12))
    desk.told.broken = False
    assert desk.run(at(15)) == 1
    assert desk.store.open_alerts(5) == []


def test_a_run_that_died_while_sending_is_made_good_once_its_lease_is_over(desk: Desk) -> None:
    desk.waiting(CLOSING)
    desk.told.meanwhile = die
    with pytest.raises(SystemExit):
        desk.run(at(12))
    assert desk.run(at(12, 1)) == 0
    assert desk.run(at(12, 15)) == 1


def test_a_mail_whose_run_died_is_seen_until_it_or_a_later_one_is_out(desk: Desk) -> None:
    desk.waiting(CLOSING)
    desk.told.meanwhile = die
    with pytest.raises(SystemExit):
        desk.run(at(12))
    [sending] = desk.store.open_alerts(5)
    assert (sending.mail, sending.at, sending.open_since) == (Mail.SENDING, at(12), at(12))
    desk.run(at(15))
    assert desk.store.open_alerts(5) == []


def die() -> None:
    raise SystemExit


def test_a_group_without_an_address_is_a_failure_that_the_desk_shows(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tests.alerts.conftest.ADDRESSES", {})
    desk.waiting(CLOSING)
    assert desk.run(at(12)) == 0
    assert [alert.mail for alert in desk.store.open_alerts(5)] == [Mail.FAILED]


def test_nothing_due_is_no_mail(desk: Desk) -> None:
    desk.waiting(at(17, day=25))
    desk.waiting(CLOSING, state=State.READING)
    desk.waiting(CLOSING, state=State.CLOSED)
    assert [desk.run(now) for now in quarters(at(9), at(17))] == [0] * 32
    assert desk.store.open_alerts(5) == []


def test_a_mail_holds_counts_times_and_links_and_nothing_else(desk: Desk) -> None:
    made = [desk.waiting(at(17, day=23)), desk.waiting(CLOSING)]
    desk.run(at(12))
    [letter] = [one for one in desk.told.letters if "due today" in one.subject]
    assert letter.to == ["team@example.org", "desk@example.org"]
    for case in made:
        assert f"https://desk.example.org/cases/{case.id}" in letter.body
    assert "Overdue: 1" in letter.body
    assert "due 2026-11-23 17:00" in letter.body
    for one in desk.told.letters:
        assert CANARY not in one.subject + one.body
        assert "{" not in one.subject + one.body
