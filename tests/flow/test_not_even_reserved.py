"""What is not to be acknowledged is not even reserved: the sender's own look is a second safeguard, not the first."""

from datetime import UTC, datetime, timedelta

from tests.rig import LIBRARY, NIGHT, Rig, comment, direct, entries, page

SATURDAY = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


def test_what_is_too_old(rig: Rig) -> None:
    rig.now = SATURDAY + LIBRARY.in_force(SATURDAY).limits.ack_max_age + timedelta(seconds=1)
    rig.deliver(entries(direct("Can you help me?", at=SATURDAY, id="m_1", author="1")))
    rig.deliver(entries(direct("Can you help me?", at=SATURDAY + timedelta(seconds=1), id="m_2", author="2")))
    rig.inbox()
    assert rig.store.actions_of(rig.case("m_1").id) == []
    assert [action.author for action in rig.store.actions_of(rig.case("m_2").id)] == ["2"]


def test_what_was_removed_before_inbox_took_it(rig: Rig) -> None:
    rig.now = NIGHT
    rig.deliver(page(comment("When do you open?", at=NIGHT)))
    rig.deliver(page(comment(None, at=NIGHT, verb="remove")))
    rig.inbox()
    assert rig.store.actions_of(rig.case().id) == []
