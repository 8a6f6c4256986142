"""Entry point `console`: the desk of the staff."""

from functools import cache
from typing import TYPE_CHECKING

import functions_framework
from flask import Flask, Request
from werkzeug.wrappers import Response

from shared import bootstrap, log
from shared.domain.message import Platform
from shared.webhooks.body import discard

if TYPE_CHECKING:
    from functions.console.identity import Identify


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
    from functions.console import app, desk, identity, words

    staff = words.load()
    local = bootstrap.settings().local
    key = next(iter(bootstrap.secret("console-key")), b"").decode("ascii")
    people = staff.people if local else ()
    identify = identity.demo(people) if people else _verified()
    accounts = [(platform, account) for platform in Platform for account in bootstrap.accounts(platform)]
    reach = desk.Reach(accounts, bootstrap.coverage(), bootstrap.take_in)
    store, library = bootstrap.store(), bootstrap.library()
    return app.create(store, library, bootstrap.clock, identify, key, staff, reach, people=people)


def _verified() -> "Identify":
    """Whom Identity-Aware Proxy let in; nobody where no audience is set."""
    from functions.console import identity, proxy

    audience = bootstrap.settings().iap_audience
    keys = proxy.Keys(proxy.fetch, bootstrap.clock)
    return proxy.verified(audience, keys, bootstrap.clock) if audience else identity.nobody
