"""Entering a message that was seen elsewhere."""

from collections.abc import Mapping

from flask import Response, abort, redirect, request, url_for
from werkzeug.wrappers import Response as Answer

from functions.console import entry
from functions.console.desk import Desk
from functions.console.entry import Wrong
from shared.domain.message import Kind
from shared.service.desk import entering
from shared.service.desk.entering import Entry
from shared.service.desk.model import Person

UNPROCESSABLE = 422


def enter(desk: Desk, person: Person) -> Response:  # noqa: ARG001 - a view like the others
    """The form, empty."""
    return _page(desk, {})


def take_in(desk: Desk, person: Person) -> Answer:
    """Take it in like everything that is delivered; then to its case. What is not in order is asked for again."""
    if not desk.is_ours(request, person):
        abort(403)
    now = desk.clock()
    found = entry.read(request.form, desk.reach.accounts, desk.speech(now).phrases.zone, now)
    if not isinstance(found, Entry):
        return _page(desk, found, UNPROCESSABLE)
    form, reach = request.form["token"], desk.reach
    case = entering.enter(found, person, form, now, store=desk.store, take_in=reach.take_in)
    address = url_for("case", case_id=case, said="entered") if case else url_for("sort_out")
    return redirect(address, 303)


def _page(desk: Desk, wrong: Mapping[str, Wrong], status: int = 200) -> Response:
    return desk.page(
        "enter.html",
        desk.clock(),
        status,
        wrong=wrong,
        typed={field: request.form.get(field, "") for field in entry.FIELDS},
        places=[(" ".join(place), desk.place(*place)) for place in desk.reach.accounts],
        kinds=[(kind.value, desk.words.text["kind"][kind]) for kind in Kind],
        text_limit=entry.TEXT_LIMIT,
    )
