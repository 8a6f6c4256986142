"""The public page as machines see it: data, feed, methods, caches, headers, failures."""

from datetime import datetime
from uuid import UUID
from xml.etree import ElementTree as ET

import flask
import pytest
from werkzeug.test import EnvironBuilder
from werkzeug.wrappers import Response

from functions.principles import main, page
from shared import bootstrap
from shared.principles.loading import Library, words
from tests.principles.reading import AFTER, NOW, SHIPPED, ask, data, read

ATOM = "{http://www.w3.org/2005/Atom}"


def call() -> Response:
    response = main.principles(flask.Request(EnvironBuilder().get_environ()))
    assert isinstance(response, Response)
    return response


def test_the_data_hold_every_clause_and_no_inner_matters() -> None:
    assert ask("/principles.json").content_type == "application/json"
    found = data()
    clauses = [clause for section in found["sections"] for block in section["blocks"] for clause in block["clauses"]]
    assert [(one["id"], one["text"]) for one in clauses] == [
        (clause.id, clause.text) for clause in SHIPPED.versions[0].clauses
    ]
    assert not {"wording", "limits", "promises", "help"} & found.keys()
    assert {key for one in clauses for key in one} == {"id", "text", "slug", "link", "anchor"}


def test_the_feed_is_atom(two: Library) -> None:
    response = ask("/feed.atom", root="/principles", library=two, now=AFTER)
    assert response.content_type == "application/atom+xml; charset=utf-8"
    feed = ET.fromstring(response.get_data())  # noqa: S314 - our own words
    assert feed.tag == f"{ATOM}feed"
    entries = feed.findall(f"{ATOM}entry")
    assert [entry.findtext(f"{ATOM}title") for entry in entries] == ["Version 2027-04-01", "Version 2026-11-22"]
    ids = [element.findtext(f"{ATOM}id") or "" for element in (feed, *entries)]
    assert len({UUID(one) for one in ids}) == 3
    assert all(one.startswith("urn:uuid:") for one in ids)
    for element in (feed, *entries):
        assert datetime.fromisoformat(element.findtext(f"{ATOM}updated") or "").tzinfo
        assert element.findtext(f"{ATOM}title")
    assert feed.findtext(f"{ATOM}updated") == "2027-03-31T23:00:00+00:00"
    assert feed.findtext(f"{ATOM}author/{ATOM}name") == words("page")["base"]["organisation"]
    hrefs = [link.get("href") or "" for link in feed.iter(f"{ATOM}link")]
    assert all(ask(href.removeprefix("/principles"), library=two, now=AFTER).status_code == 200 for href in hrefs)


def test_the_identities_in_the_feed_never_change() -> None:
    text = ask("/feed.atom").get_data(as_text=True)
    assert "urn:uuid:7b20eb31-9bfe-49d8-9045-2bda50a5a700" in text
    assert "urn:uuid:5cf06d87-b847-589a-893a-91de8c6d8e05" in text


@pytest.mark.parametrize(
    "path", ["/nowhere", "/versions/<script>", "/versions/", "/assets/none.css", "/assets/../page.py"]
)
def test_what_is_not_there_is_a_plain_404_that_repeats_nothing(path: str) -> None:
    response = ask(path)
    assert response.status_code == 404
    assert response.headers["Cache-Control"] == "no-store"
    assert "<script" not in response.get_data(as_text=True)
    assert "nowhere" not in response.get_data(as_text=True)


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"])
@pytest.mark.parametrize("path", ["/", "/versions/2026-11-22", "/changes", "/principles.json", "/feed.atom"])
def test_nothing_can_be_sent(path: str, method: str) -> None:
    response = ask(path, method=method)
    assert response.status_code == 405
    assert response.headers["Allow"] == "GET, HEAD"


@pytest.mark.parametrize("path", ["/", "/versions/2026-11-22", "/changes", "/principles.json", "/feed.atom"])
def test_an_answer_may_be_kept_five_minutes_and_asked_for_again(path: str) -> None:
    first = ask(path)
    assert first.headers["Cache-Control"] == "public, max-age=300"
    again = ask(path, If_None_Match=first.headers["ETag"])
    assert again.status_code == 304
    assert not again.get_data()
    assert ask(path, If_None_Match='"other"').status_code == 200
    head = ask(path, method="HEAD")
    assert (head.status_code, head.get_data(), head.headers["ETag"]) == (200, b"", first.headers["ETag"])


@pytest.mark.parametrize("path", ["/", "/nowhere", "/feed.atom", "/principles.json"])
def test_every_answer_carries_the_security_headers(path: str) -> None:
    headers = ask(path).headers
    assert headers["Content-Security-Policy"].startswith("default-src 'none';")
    assert headers["X-Content-Type-Options"] == "nosniff"


def test_the_entry_point_answers_with_the_clock_and_the_library(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bootstrap, "library", lambda: SHIPPED)
    monkeypatch.setattr(bootstrap, "clock", lambda: NOW)
    assert "In force since" in read(call(), "aside").words


def test_a_failure_is_logged_without_its_words(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken() -> Library:
        raise ValueError("canary")

    monkeypatch.setattr(bootstrap, "library", broken)
    response = call()
    assert response.status_code == 500
    written = capsys.readouterr()
    assert "ValueError at test_public_page_http.py" in written.out
    assert "canary" not in written.out + written.err + response.get_data(as_text=True)


def test_a_failure_says_nothing_about_itself() -> None:
    response = page.failed()
    assert response.status_code == 500
    assert response.content_type == "text/plain; charset=utf-8"
    assert words("page")["failed"]["title"] in response.get_data(as_text=True)
