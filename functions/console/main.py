"""Entry point `console`: the desk of the staff."""

from functools import cache

import functions_framework
from flask import Flask, Request
from werkzeug.wrappers import Response

from shared import bootstrap, log
from shared.webhooks.body import discard


@functions_framework.http
def console(request: Request) -> Response:
    """One page or one form. Works at the root and mounted elsewhere."""
    try:
        return Response.from_app(_app(), request.environ)
    except Exception as error:  # noqa: BLE001 - the framework would log the words of the error
        log.event("console failed", severity="ERROR", error=error)
        return Response(status=500)
    finally:
        discard(request)


@cache
def _app() -> Flask:
    from functions.console import app, identity, words

    staff = words.load()
    local = bootstrap.settings().local
    key = next(iter(bootstrap.secret("console-key")), b"").decode("ascii")
    people = staff.people if local else ()
    # Until a verified identity is read, nobody gets in but the demo people of a laptop.
    identify = identity.demo(people) if people else identity.nobody
    return app.create(bootstrap.store(), bootstrap.library(), bootstrap.clock, identify, key, staff, people=people)
