"""The public page: one address for each thing to read, and nothing that writes."""

import json
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import jinja2
from werkzeug.exceptions import MethodNotAllowed, NotFound
from werkzeug.routing import Map, Rule
from werkzeug.wrappers import Request, Response

from functions.principles.feed import atom
from functions.principles.standing import Standing, standings
from shared.principles.loading import Library, words
from shared.web import assets, pages

TEMPLATES = Path(__file__).parent / "templates"
PUBLISHED = {"version", "effective_from", "summary", "title", "sections", "hours", "holidays", "links"}
INNER = {"sections": {"__all__": {"blocks": {"__all__": {"clauses": {"__all__": {"promise", "manual"}}}}}}}


@dataclass(frozen=True, slots=True)
class _Visit:
    """One request for something to read. `root` is the path that the page is mounted at."""

    root: str
    library: Library
    now: datetime

    def index(self) -> Response:
        current = self.library.in_force(self.now)
        return self.html("principles.html", shown=self._standing(current.version))

    def version(self, version: str) -> Response:
        return self.html("principles.html", shown=self._standing(version))

    def changes(self) -> Response:
        return self.html("changes.html", standings=self._standings())

    def data(self) -> Response:
        current = self.library.in_force(self.now)
        body = current.model_dump(mode="json", include=PUBLISHED, exclude=INNER, exclude_none=True)
        return Response(json.dumps(body, ensure_ascii=False, indent=1), content_type="application/json")

    def feed(self) -> Response:
        known = self._standings()
        shown = [standing for standing in known if standing.state != "coming"] or known[-1:]
        return Response(atom(shown, self.root, _words()), content_type="application/atom+xml; charset=utf-8")

    def asset(self, path: str) -> Response:
        found = assets.respond(path)
        if found is None:
            raise NotFound
        return found

    def _standings(self) -> list[Standing]:
        return standings(self.library, self.now, _words())

    def _standing(self, version: str) -> Standing:
        found = next((standing for standing in self._standings() if standing.principles.version == version), None)
        if found is None:
            raise NotFound
        return found

    def html(self, template: str, status: int = 200, **values: Any) -> Response:
        body = _templates().get_template(template).render(root=self.root, **values)
        return Response(body, status, content_type="text/html; charset=utf-8")


URLS = Map(
    [
        Rule(rule, endpoint=view, methods=["GET"])
        for rule, view in {
            "/": _Visit.index,
            "/versions/<version>": _Visit.version,
            "/changes": _Visit.changes,
            "/principles.json": _Visit.data,
            "/feed.atom": _Visit.feed,
            "/assets/<path:path>": _Visit.asset,
        }.items()
    ],
    strict_slashes=False,
    merge_slashes=False,
)


def respond(request: Request, library: Library, now: datetime) -> Response:
    """Answer a GET or HEAD at `now` (aware); 404 and 405 are plain pages that repeat nothing of the request."""
    visit = _Visit(request.script_root, library, now)
    try:
        view, values = URLS.bind("").match(request.path, request.method)
        response: Response = view(visit, **values)
    except NotFound:
        return _kept_off(visit.html("message.html", 404, said="missing"))
    except MethodNotAllowed:
        refusal = _kept_off(visit.html("message.html", 405, said="method"))
        refusal.headers["Allow"] = "GET, HEAD"
        return refusal
    response.headers.setdefault("Cache-Control", "public, max-age=300")
    response.add_etag()
    return pages.headers(response.make_conditional(request))


def failed() -> Response:
    """What is said when the page cannot be made: plain text, without templates, which may be what failed."""
    said = _words()["failed"]
    return _kept_off(Response(f"{said['title']}\n\n{said['text']}\n", 500, content_type="text/plain; charset=utf-8"))


def _kept_off(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-store"
    return pages.headers(response)


@cache
def _words() -> dict[str, Any]:
    return words("page")


@cache
def _templates() -> jinja2.Environment:
    return pages.environment(TEMPLATES, words=_words())
