"""The console as a Flask application: routes, who gets in, and the headers of every answer."""

from collections.abc import Callable, Sequence
from typing import Any

from flask import Flask, Response, abort, g, request
from werkzeug.wrappers import Response as Answer

from functions.console import errors
from functions.console.desk import Desk, Reach
from functions.console.identity import Identify
from functions.console.views import alerts, case, channels, entering, lists, person
from functions.console.words import Words
from shared.ports import Clock, Store
from shared.principles.loading import Library
from shared.service.desk.model import Person
from shared.web import assets, pages

ROUTES: Sequence[tuple[str, str, Callable[..., Answer]]] = (
    ("GET", "/", lists.queue),
    ("GET", "/reading", lists.reading),
    ("GET", "/pending", lists.pending),
    ("GET", "/closed", lists.closed),
    ("GET", "/sort-out", lists.sort_out),
    ("GET", "/channels", channels.channels),
    ("GET", "/coverage", channels.coverage),
    ("GET", "/alerts", alerts.alerts),
    ("GET", "/enter", entering.enter),
    ("POST", "/enter", entering.take_in),
    ("GET", "/cases/<case_id>", case.case),
    ("POST", "/cases/<case_id>/claim", case.claim),
    ("POST", "/cases/<case_id>/release", case.release),
    ("POST", "/cases/<case_id>/close", case.close),
    ("POST", "/person", person.choose),
)
BODY_LIMIT = 64 * 1024


def create(
    store: Store,
    library: Library,
    clock: Clock,
    identify: Identify,
    key: str,
    words: Words,
    reach: Reach,
    *,
    people: Sequence[Person] = (),
) -> Flask:
    """The console over a store. `key` signs the forms; `people` may be chosen from, so only locally.

    Nobody whom `identify` does not know gets any page (design, promise 11). Raises `ValueError` for an empty key.
    """
    if not key:
        raise ValueError("the console needs a key to sign its forms")
    desk = Desk(store, library, clock, key, words, reach, people)
    app = Flask(__name__, static_folder=None, template_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = BODY_LIMIT
    errors.register(app, desk)
    _guard(app, identify)
    for method, rule, view in ROUTES:
        app.add_url_rule(
            rule, view.__name__, _for_person(view, desk), methods=[method], provide_automatic_options=False
        )
    app.add_url_rule("/assets/<path:path>", "asset", _asset, provide_automatic_options=False)
    return app


def _guard(app: Flask, identify: Identify) -> None:
    @app.before_request
    def who() -> None:
        g.person = identify(request)
        if g.person is None:
            abort(401)

    @app.after_request
    def private(response: Response) -> Response:
        response.headers.setdefault("Cache-Control", "no-store")
        pages.headers(response)
        return response


def _for_person(view: Callable[..., Answer], desk: Desk) -> Callable[..., Answer]:
    def answer(**place: Any) -> Answer:
        return view(desk, g.person, **place)

    return answer


def _asset(path: str) -> Answer:
    return assets.respond(path) or abort(404)
