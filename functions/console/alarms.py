"""An alarm as every page shows it: what is wrong, since when, what to do, and which cases to open."""

from collections.abc import Sequence
from dataclasses import dataclass

from functions.console.speech import Moment, Speech
from shared.service.desk.alarms import Raised

SHOWN = 5  # cases; the others follow as these are closed


@dataclass(frozen=True, slots=True)
class AlarmCard:
    """One alarm in words. `more`: so many cases are not shown."""

    alarm: str
    text: str
    since: Moment | None
    cases: Sequence[tuple[str, Moment]]
    more: int


def alarm_card(raised: Raised, speech: Speech) -> AlarmCard:
    """What every page says of one. Nothing anybody wrote is in it."""
    return AlarmCard(
        alarm=raised.alarm,
        text=speech.text["alarm"][raised.alarm],
        since=speech.moment(raised.since) if raised.since else None,
        cases=[(case, speech.moment(at)) for case, at in raised.cases[:SHOWN]],
        more=max(0, len(raised.cases) - SHOWN),
    )
