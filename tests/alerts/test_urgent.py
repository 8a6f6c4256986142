"""Crisis and threats are told at once, at any hour, to whoever the principles name: nobody, until they do."""

from dataclasses import dataclass, field

import pytest

from shared.domain.alert import Alert, Mail
from shared.domain.case import State
from shared.principles.loading import Library
from shared.service import alerting, inbox, intake
from tests.alerts.conftest import Desk
from tests.rig import LIBRARY, NIGHT, OPEN, Rig, comment, page

CRISIS = "I want to kill myself tonight"
THREAT = "I know which car is yours and I will stab you in the car park"


def naming(*groups: str) -> Library:
    """The principles as they are, with these groups told of what cannot wait."""
    first = LIBRARY.versions[0]
    return Library((first.model_copy(update={"alerts": first.alerts.model_copy(update={"urgent": groups})}),))


@dataclass
class Night:
    """A rig at night, and mails sent as `inbox` asks for them."""

    rig: Rig
    desk: Desk
    asked: list[Alert] = field(default_factory=list)

    def write(self, text: str, **more: str) -> None:
        self.rig.deliver(page(comment(text, at=self.rig.now, **more)))
        self.take()

    def take(self) -> None:
        for lease in self.rig.queue.lease(intake.TOPIC, 100):
            inbox.take_case(
                lease.data["case"], self.rig.now, store=self.rig.store, queue=self.rig.queue,
                library=self.rig.library, tell=self.tell,
            )  # fmt: skip
            self.rig.queue.acknowledge(lease)

    def tell(self, alert: Alert) -> None:
        self.asked.append(alert)
        alerting.tell_urgent(alert, self.rig.now, store=self.rig.store, post=self.desk.post())


@pytest.fixture
def night(rig: Rig) -> Night:
    rig.now = NIGHT
    rig.library = naming("night", "lead")
    return Night(rig, Desk(rig.store))


@pytest.mark.parametrize("text", [CRISIS, THREAT])
def test_what_cannot_wait_is_told_at_once(night: Night, text: str) -> None:
    night.write(text)
    assert [to for to, _ in night.desk.told.subjects] == ["n", "lead"]
    for letter in night.desk.told.letters:
        assert letter.subject == "Signpost: an urgent message is waiting"
        assert f"https://desk.example.org/cases/{night.rig.case().id}" in letter.body
        assert "kill" not in letter.body
        assert "stab" not in letter.body


@pytest.mark.parametrize("text", ["When do you open?", "This waiting list is a disgrace and you should be ashamed"])
def test_what_can_wait_is_not(night: Night, text: str) -> None:
    night.write(text)
    assert night.desk.told.letters == []


def test_nobody_is_told_until_the_principles_name_somebody(night: Night) -> None:
    night.rig.library = LIBRARY
    night.write(CRISIS)
    assert night.asked == []
    assert night.rig.case().state is State.WAITING


def test_the_same_message_again_is_not_told_again(night: Night) -> None:
    for _ in range(3):
        night.write(CRISIS)
    assert len(night.desk.told.letters) == 2


def test_an_edit_that_turns_into_crisis_is_told(night: Night) -> None:
    night.write("When do you open?")
    assert night.desk.told.letters == []
    night.rig.later(minutes=5)
    night.write(CRISIS, verb="edited")
    assert len(night.desk.told.letters) == 2


def test_a_mail_that_failed_is_owed_and_sent_by_the_next_run_at_any_hour(night: Night) -> None:
    night.desk.told.broken = True
    night.write(CRISIS)
    assert {alert.mail for alert in night.rig.store.open_alerts(5)} == {Mail.FAILED}
    night.desk.told.broken = False
    night.rig.later(minutes=15)
    assert night.desk.run(night.rig.now) == 2
    assert night.rig.store.open_alerts(5) == []
    assert night.desk.run(night.rig.now) == 0


def test_a_process_that_died_after_the_commit_still_owes_the_mail(night: Night) -> None:
    night.rig.deliver(page(comment(CRISIS, at=NIGHT)))
    for lease in night.rig.queue.lease(intake.TOPIC, 10):
        inbox.take_case(
            lease.data["case"], NIGHT, store=night.rig.store, queue=night.rig.queue, library=night.rig.library
        )
    assert {alert.mail for alert in night.rig.store.open_alerts(5)} == {Mail.OWED}
    assert night.desk.run(NIGHT) == 2


def test_in_hours_it_is_told_as_well(night: Night) -> None:
    night.rig.now = OPEN
    night.write(CRISIS)
    assert len(night.desk.told.letters) == 2
