"""How the tests of the public page ask for it and read it."""

import json
from datetime import UTC, datetime
from html.parser import HTMLParser
from typing import Any

from werkzeug.datastructures import Headers
from werkzeug.test import EnvironBuilder
from werkzeug.wrappers import Request, Response

from functions.principles import page
from shared.principles.loading import FOLDER, Library, load

SHIPPED = load()
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
BEFORE = datetime(2027, 3, 31, 22, 59, 59, 999999, UTC)
AFTER = datetime(2027, 3, 31, 23, tzinfo=UTC)


def ask(
    path: str = "/",
    *,
    root: str = "",
    method: str = "GET",
    library: Library = SHIPPED,
    now: datetime = NOW,
    **headers: str,
) -> Response:
    builder = EnvironBuilder(path=path, base_url=f"http://localhost{root}", method=method, headers=Headers(headers))
    response = page.respond(Request(builder.get_environ()), library, now)
    return Response.from_app(response, builder.get_environ())


class Reader(HTMLParser):
    """The words inside an element, the links with theirs, the identifiers and the elements."""

    def __init__(self, within: str) -> None:
        super().__init__()
        self.within, self.depth, self.words = within, 0, ""
        self.links: dict[str, str] = {}
        self.ids: list[str] = []
        self.tags: list[str] = []
        self.href: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.depth += tag == self.within
        self.ids += [value for name, value in attrs if name == "id" and value]
        self.href = dict(attrs).get("href") if tag == "a" else self.href
        self.words += "" if tag in ("span", "a") else " "

    def handle_endtag(self, tag: str) -> None:
        self.depth -= tag == self.within
        self.href = None if tag == "a" else self.href

    def handle_data(self, data: str) -> None:
        self.words += data if self.depth else ""
        if self.href:
            self.links[self.href] = self.links.get(self.href, "") + data


def read(response: Response, within: str = "main") -> Reader:
    reader = Reader(within)
    reader.feed(response.get_data(as_text=True))
    return reader


def data(library: Library = SHIPPED, now: datetime = NOW) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(ask("/principles.json", library=library, now=now).get_data())
    return found


def two_versions() -> dict[str, str]:
    """The shipped file, and a made-up one that comes into force on 1 April 2027, each by its name."""
    text = (FOLDER / "data" / "2026-11-22.toml").read_text(encoding="utf-8")
    later = text.replace("2026-11-22T00:00:00+00:00", "2027-03-31T23:00:00+00:00")
    later = later.replace('version = "2026-11-22"', 'version = "2027-04-01"')
    later = later.replace("First version kept here", "Made up for a test")
    later = later.replace("Contain advertising", "Sell & <b>buy")
    return {"2026-11-22.toml": text, "2027-04-01.toml": later}
