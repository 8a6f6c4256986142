"""Who is told away from the desk, and when: said plainly, above all where nobody is."""

from collections.abc import Iterator
from datetime import timedelta

from flask import Response

from functions.console.desk import Desk
from functions.console.speech import Speech
from shared.principles.alerts import Slot
from shared.service.desk.model import Person

MINUTE = timedelta(minutes=1)


def alerts(desk: Desk, person: Person) -> Response:  # noqa: ARG001 - a view like the others
    """The groups of the principles in force: who hears of crisis at once, and who of what is due (principles 2.3)."""
    now = desk.clock()
    speech, rules = desk.speech(now), desk.library.in_force(now).alerts
    urgent = [_group(name, speech) for name in rules.urgent]
    return desk.page("alerts.html", now, urgent=urgent, slots=list(_rows(rules.slots, speech)))


def _rows(slots: tuple[Slot, ...], speech: Speech) -> Iterator[tuple[str, str, str]]:
    for slot in slots:
        yield speech.look_up("told", slot.what), _group(slot.group, speech), _when(slot, speech)


def _when(slot: Slot, speech: Speech) -> str:
    words = speech.text["alerts"]
    if slot.at:
        return f"{slot.at:%H:%M}"
    later = (slot.after_opening or timedelta()) // MINUTE
    return words["after"].format(minutes=later) if later else words["opening"]


def _group(name: str, speech: Speech) -> str:
    return speech.look_up("group", name, name)
