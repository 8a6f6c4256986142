"""All functions in one process on one port, each wrapped by functions-framework as in production."""

from collections.abc import Callable, Mapping
from typing import Any

import functions_framework
from flask import Flask, Response, redirect
from werkzeug.middleware.dispatcher import DispatcherMiddleware

from infra.local import mails
from infra.local.defaults import ACCESS_TOKEN, ACCOUNTS
from infra.local.fakes import fake
from infra.manifests import entry_points
from shared import bootstrap, log
from shared.ports import StoreUnavailable

Wsgi = Callable[..., Any]


def build() -> Wsgi:
    """The WSGI application: `/<function>`, `/fake/<platform>`, `/health`."""
    mounts: dict[str, Wsgi] = {
        f"/{entry_point.name}": functions_framework.create_app(entry_point.name, str(source), "http")
        for source, entry_point in entry_points()
    }
    mounts.update({f"/fake/{name}": app for name, app in _fakes().items()})
    return DispatcherMiddleware(_front(), {path: _at_root(app) for path, app in mounts.items()})


def _at_root(app: Wsgi) -> Wsgi:
    """`/facebook` is the function's root, as its own address is on Google Cloud: never a redirect to `/facebook/`."""

    def serve(environ: dict[str, Any], start_response: Any) -> Any:
        environ["PATH_INFO"] = environ.get("PATH_INFO") or "/"
        return app(environ, start_response)

    return serve


def _fakes() -> Mapping[str, Wsgi]:
    return {platform: fake(platform, ACCESS_TOKEN, bootstrap.clock) for platform in ACCOUNTS}


def _front() -> Flask:
    front = Flask("signpost")

    @front.get("/")
    def home() -> Any:
        return redirect("/console")

    @front.get("/health")
    def health() -> Response:
        try:
            bootstrap.store().ping()
        except StoreUnavailable as error:
            log.event("not healthy", severity="ERROR", error=error)
            return Response("store unavailable\n", 503, content_type="text/plain")
        return Response("ok\n", 200, content_type="text/plain")

    @front.get("/mail")
    def mail() -> Response:
        return Response(mails.text(bootstrap.data() / "mail"), content_type="text/plain; charset=utf-8")

    return front
