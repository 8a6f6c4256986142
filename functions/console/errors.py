"""What goes wrong, as a plain page. Nothing of the request is shown or logged, only what kind of error and where."""

from datetime import datetime

from flask import Flask, Response
from werkzeug.exceptions import HTTPException, MethodNotAllowed

from functions.console.desk import Desk
from shared import log
from shared.ports import StoreUnavailable
from shared.service.desk.refusals import NoSuchCase

RETRY_SECONDS = "30"


def register(app: Flask, desk: Desk) -> None:
    """Let the console answer every error itself."""

    def refused(error: HTTPException) -> Response:
        response = _page(desk, error.code or 500, desk.clock())
        if isinstance(error, MethodNotAllowed):
            response.headers["Allow"] = ", ".join(sorted(error.valid_methods or ()))
        return response

    def missing(_: NoSuchCase) -> Response:
        return _page(desk, 404, desk.clock())

    def away(error: StoreUnavailable) -> Response:
        log.event("store unavailable", severity="ERROR", error=error)
        response = _page(desk, 503, desk.clock())
        response.headers["Retry-After"] = RETRY_SECONDS
        return response

    def broken(error: Exception) -> Response:
        log.event("console failed", severity="ERROR", error=error)
        return _page(desk, 500, None)

    app.register_error_handler(HTTPException, refused)
    app.register_error_handler(NoSuchCase, missing)
    app.register_error_handler(StoreUnavailable, away)
    app.register_error_handler(Exception, broken)


def _page(desk: Desk, status: int, now: datetime | None) -> Response:
    words = desk.words.text.get(f"error{status}") or desk.words.text["error400"]
    return desk.render("error.html", now, status, error=words)
