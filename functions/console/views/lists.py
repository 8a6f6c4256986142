"""The lists: the queue, what is to be read, what is arriving, what is closed, what is to be sorted out."""

from collections.abc import Sequence
from datetime import datetime

from flask import Response, request

from functions.console.cards import Card, card
from functions.console.desk import LIMIT, Desk
from functions.console.passages import segments
from functions.console.speech import Speech
from shared.domain.case import Case
from shared.service.desk import lists
from shared.service.desk.model import Person
from shared.service.desk.waiting import Few, Overview


def queue(desk: Desk, person: Person) -> Response:
    """Crisis first, then by due time (principles 2.3)."""
    now = desk.clock()
    waits = lists.overview(desk.store, LIMIT)
    speech = desk.speech(now)
    return desk.page(
        "queue.html",
        now,
        waits=waits,
        crisis=_cards(waits.queue.crisis, speech, person),
        others=_cards(waits.queue.others, speech, person),
        more=waits.queue.more,
        as_at=speech.phrases.clock(now),
        said=desk.words.text["said"].get(request.args.get("said", "")),
    )


def reading(desk: Desk, person: Person) -> Response:
    """What needs no reply and is still read (principles 2.2)."""
    return _list(desk, person, desk.clock(), "reading", lists.reading(desk.store, LIMIT))


def pending(desk: Desk, person: Person) -> Response:
    """What is durable and not in the queue yet."""
    now = desk.clock()
    waits = lists.overview(desk.store, LIMIT)
    return _list(desk, person, now, "pending", waits.pending, waits)


def closed(desk: Desk, person: Person) -> Response:
    """What was closed."""
    return _list(desk, person, desk.clock(), "closed", lists.closed(desk.store, LIMIT))


def sort_out(desk: Desk, person: Person) -> Response:  # noqa: ARG001 - a view like the others
    """What the desk could not settle by itself."""
    now = desk.clock()
    speech = desk.speech(now)
    waits = lists.overview(desk.store, LIMIT)
    fragments = [
        {
            "platform": speech.look_up("platform", fragment.platform),
            "received": speech.moment(fragment.received_at),
            "why": fragment.why,
            "raw": segments(fragment.fragment, (), speech.text["invisible"]),
        }
        for fragment in waits.unsettled.fragments
    ]
    actions = [
        {
            "title": speech.text["sort"]["action"].format(
                action=speech.look_up("action", action.kind), platform=speech.look_up("platform", action.platform)
            ),
            "case": action.case,
            "attempts": action.attempts,
            "why": action.why or speech.text["sort"]["unknown"],
        }
        for action in waits.unsettled.actions
    ]
    return desk.page("sort_out.html", now, waits=waits, fragments=fragments, actions=actions, more=waits.unsettled.more)


def _list(desk: Desk, person: Person, now: datetime, name: str, few: Few, waits: Overview | None = None) -> Response:
    cards = _cards(few.cases, desk.speech(now), person)
    return desk.page("list.html", now, name=name, cards=cards, more=few.more, waits=waits)


def _cards(cases: Sequence[Case], speech: Speech, person: Person) -> list[Card]:
    return [card(case, speech, person.id) for case in cases]
