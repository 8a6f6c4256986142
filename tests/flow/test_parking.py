"""Dead letters: what was given up stands on the desk with an alert, whatever was wrong with it."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from shared.domain.action import ActionState
from shared.domain.alert import AlertKind
from shared.domain.case import State
from shared.ports import StoreUnavailable
from shared.service import parking
from tests.rig import NIGHT, OPEN, Rig, comment, page

CRISIS = "I want to kill myself tonight"


def park(rig: Rig, **ids: str) -> bool:
    return parking.park(ids, rig.now, store=rig.store)


def alerts(rig: Rig) -> list[tuple[AlertKind, str | None]]:
    return [(alert.kind, alert.case) for alert in rig.store.open_alerts(10)]


def test_a_case_that_inbox_could_not_take_stands_in_the_queue(rig: Rig) -> None:
    rig.deliver(page(comment(CRISIS, at=OPEN)))
    rig.later(hours=1)
    assert park(rig, case=rig.case().id, need="response")
    case = rig.case()
    assert (case.state, case.rank, case.pending_since, case.sweep_at) == (State.WAITING, 0, None, None)
    assert case.due is not None
    assert alerts(rig) == [(AlertKind.DEAD_LETTER, case.id)]
    assert [entry.what for entry in rig.store.audit_of(case.id)] == ["parked"]
    assert [one.id for one in rig.store.queue(5)] == [case.id]


def test_parking_twice_is_parking_once(rig: Rig) -> None:
    rig.deliver(page(comment("Hello", at=OPEN)))
    assert park(rig, case=rig.case().id)
    before = rig.case()
    assert not park(rig, case=rig.case().id)
    assert rig.case() == before
    assert len(alerts(rig)) == 1


def test_what_inbox_has_taken_meanwhile_is_left_alone(rig: Rig) -> None:
    rig.run(page(comment("Hello", at=OPEN)))
    before = rig.case()
    assert not park(rig, case=before.id)
    assert rig.case() == before
    assert alerts(rig) == []


def test_an_attempt_that_went_silent_is_put_before_a_person(waiting: Rig) -> None:
    def die() -> Any:
        raise SystemExit

    waiting.client.answers = [die]
    [lease] = waiting.queue.lease("actions-facebook", 1)
    with pytest.raises(SystemExit):
        waiting.send_one(lease.data["action"])
    waiting.later(minutes=2)
    assert park(waiting, action=lease.data["action"])
    assert waiting.action().state is ActionState.UNKNOWN
    assert [action.id for action in waiting.store.unsettled(5)] == [lease.data["action"]]
    assert alerts(waiting) == [(AlertKind.DEAD_LETTER, waiting.case().id)]


def test_an_action_that_was_never_begun_stays_reserved_for_the_sweep(waiting: Rig) -> None:
    action = waiting.action()
    assert park(waiting, action=action.id)
    assert waiting.action() == action


@pytest.mark.parametrize("ids", [{}, {"need": "response"}, {"case": "nobody"}, {"action": "none"}])
def test_a_letter_about_nothing_is_done_with(rig: Rig, ids: dict[str, str]) -> None:
    assert not park(rig, **ids)
    assert alerts(rig) == []


def test_a_case_that_cannot_even_be_read_is_an_alert(rig: Rig) -> None:
    rig.deliver(page(comment("Hello", at=OPEN)))
    id_ = rig.case().id
    spoil = "UPDATE revisions SET body = '{}'"
    rig.store._database.write(lambda connection: connection.execute(spoil))
    assert park(rig, case=id_)
    assert alerts(rig) == [(AlertKind.DEAD_LETTER, id_)]


def test_a_store_that_is_down_keeps_the_letter(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    def down(*_: Any) -> Any:
        raise StoreUnavailable("down")

    monkeypatch.setattr(rig.store, "transact", down)
    with pytest.raises(StoreUnavailable):
        park(rig, case="any")


def test_an_alert_is_over_when_a_person_has_closed_the_case(rig: Rig) -> None:
    rig.deliver(page(comment("Hello", at=NIGHT - timedelta(hours=8))))
    park(rig, case=rig.case().id)
    [alert] = rig.store.open_alerts(5)
    assert not parking.over(alert, store=rig.store)
    rig.store.transact(lambda tx: tx.put_case(replace(rig.case(), state=State.CLOSED)))
    assert parking.over(alert, store=rig.store)
