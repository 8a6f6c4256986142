"""A real browser at a real server, both on loopback."""

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, sync_playwright
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server
from werkzeug.wrappers import Request, Response

from functions.principles import page as public
from shared.domain.case import Case
from tests.desk.seeds import LIBRARY, NOW, Seeds, console

CHROMIUM = shutil.which("chromium")
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
MOUNT = "/console"


class Quiet(WSGIRequestHandler):
    """Says nothing about each request."""

    def log(self, type: str, message: str, *args: Any) -> None:
        """Nothing."""


@dataclass
class Site:
    """A served console with its seeds, and what the browser complained about."""

    base: str
    seeds: Seeds
    cases: dict[str, Case]
    complaints: list[str] = field(default_factory=list)

    def url(self, path: str = "/") -> str:
        """The address of one of the console's pages."""
        return f"{self.base}{MOUNT}{path}"

    def case(self, name: str) -> str:
        """The address of a seeded case."""
        return self.url(f"/cases/{self.cases[name].id}")


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The system's Chromium; without one these tests skip, except in CI, where they fail."""
    if CHROMIUM is None:
        (pytest.fail if os.environ.get("CI") else pytest.skip)("there is no Chromium here (apt-get install chromium)")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    """The console with one of everything, mounted below the root as on a laptop."""
    seeds = Seeds(tmp_path)
    server = make_server("127.0.0.1", 0, _mounted(console(seeds)), threaded=True, request_handler=Quiet)
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield Site(f"http://127.0.0.1:{server.port}", seeds, seeds.full())
    finally:
        _stop(server, thread)


@pytest.fixture
def page(chromium: Browser, site: Site) -> Iterator[Page]:
    """A fresh tab that may only talk to the site."""
    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    yield _watched(context, site)
    context.close()
    assert site.complaints == []


def _mounted(app: Any) -> Any:
    """The console below `MOUNT`, the public page beside it."""

    @Request.application
    def serve(request: Request) -> Response:
        mount = "/" + request.path.split("/")[1]
        environ = {**request.environ, "SCRIPT_NAME": mount, "PATH_INFO": request.path.removeprefix(mount)}
        if mount == MOUNT:
            return Response.from_app(app, environ)
        return public.respond(Request(environ), LIBRARY, NOW)

    return serve


def _watched(context: BrowserContext, site: Site) -> Page:
    def only_ours(route: Route) -> None:
        if route.request.url.startswith(site.base):
            route.continue_()
        else:
            site.complaints.append(f"asked for {route.request.url}")
            route.abort()

    context.route("**/*", only_ours)
    page = context.new_page()
    page.set_default_timeout(15_000)
    page.on("console", lambda said: site.complaints.append(f"{said.type}: {said.text}"))
    page.on("pageerror", lambda error: site.complaints.append(str(error)))
    return page


def _stop(server: BaseWSGIServer, thread: Thread) -> None:
    server.shutdown()
    thread.join(10)
    server.server_close()
