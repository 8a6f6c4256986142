"""Locally one may choose whom to be."""

from flask import abort, redirect, request, url_for
from werkzeug.wrappers import Response as Answer

from functions.console.desk import Desk
from functions.console.identity import COOKIE
from shared.service.desk.model import Person


def choose(desk: Desk, person: Person) -> Answer:
    """Become another of the demo people. Where identities are verified there is no such page."""
    if not desk.people:
        abort(404)
    if not desk.is_ours(request, person):
        abort(403)
    chosen = request.form.get("person", "")
    if chosen not in {other.id for other in desk.people}:
        abort(400)
    answer = redirect(url_for("queue"), 303)
    answer.set_cookie(COOKIE, chosen, path=request.script_root or "/", httponly=True, samesite="Strict")
    return answer
