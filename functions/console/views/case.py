"""One case: looking at it, and working on it. Every form posts, is checked, and ends in a redirect."""

from collections.abc import Callable
from datetime import datetime

from flask import Response, abort, redirect, request, url_for
from werkzeug.wrappers import Response as Answer

from functions.console import forms
from functions.console.desk import Desk
from functions.console.detail import detail
from shared.domain.case import Case
from shared.service.desk import progress
from shared.service.desk.model import Person
from shared.service.desk.refusals import Changed, NotDone, Why
from shared.service.desk.viewing import open_case

FIELD = {Why.NOTE: "note", Why.LONG: "note", Why.OUTCOME: "outcome", Why.CRISIS: "outcome"}
CONFLICT, UNPROCESSABLE = 409, 422


def case(desk: Desk, person: Person, case_id: str) -> Response:
    """Everything about one case. Looking is recorded; HEAD looks at nothing."""
    return _page(desk, person, case_id, desk.clock())


def claim(desk: Desk, person: Person, case_id: str) -> Answer:
    """I'll take this."""
    return _do(
        desk, person, case_id, "claimed", lambda now: progress.claim(desk.store, case_id, person, _version(), now)
    )


def release(desk: Desk, person: Person, case_id: str) -> Answer:
    """Put it back."""
    return _do(
        desk, person, case_id, "released", lambda now: progress.release(desk.store, case_id, person, _version(), now)
    )


def close(desk: Desk, person: Person, case_id: str) -> Answer:
    """Close it with an outcome; back to the queue, where the next one is."""
    ending = desk.words.ending(request.form.get("outcome"))
    note = request.form.get("note", "")

    def work(now: datetime) -> Case:
        return progress.close(desk.store, case_id, person, ending, note, _version(), now)

    return _do(desk, person, case_id, "closed", work)


def _do(desk: Desk, person: Person, case_id: str, done: str, work: Callable[[datetime], Case]) -> Answer:
    if not desk.is_ours(request, person):
        abort(403)
    now = desk.clock()
    try:
        case = work(now)
    except Changed as refused:
        return _page(desk, person, case_id, now, CONFLICT, refused.why)
    except NotDone as refused:
        return _page(desk, person, case_id, now, UNPROCESSABLE, refused.why)
    address = url_for("queue", said=done) if case.outcome else url_for("case", case_id=case_id, said=done)
    return redirect(address, 303)


def _page(
    desk: Desk, person: Person, case_id: str, now: datetime, status: int = 200, why: Why | None = None
) -> Response:
    """The page of a case; after a refusal with what was typed, so that nothing is lost."""
    opened = open_case(desk.store, case_id, person, now, record=request.method != "HEAD")
    return desk.page(
        "case.html",
        now,
        status,
        case=detail(opened, desk.speech(now), person.id, desk.quote),
        said=desk.words.text["said"].get(request.args.get("said", "")),
        why=why,
        field=FIELD.get(why) if why else None,
        typed={"note": request.form.get("note", ""), "outcome": request.form.get("outcome", "")},
        note_limit=progress.NOTE_LIMIT,
    )


def _version() -> int:
    return forms.number(request.form.get("version"))
