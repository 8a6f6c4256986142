"""The public page: the published text, and every version at its address."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from shared.principles.loading import Library
from tests.principles.reading import AFTER, BEFORE, SHIPPED, ask, data, read

PUBLISHED = Path(__file__).parents[1] / "fixtures" / "principles" / "published.txt"


def folded(text: str) -> str:
    return " ".join(text.replace("•", " ").split())


def test_the_page_is_the_published_text() -> None:
    assert folded(read(ask(), "article").words) == folded(PUBLISHED.read_text(encoding="utf-8"))


def test_the_page_says_since_when_and_that_bank_holidays_are_days_off() -> None:
    beside = folded(read(ask(), "aside").words)
    assert "In force since 22 November 2026." in beside
    assert "away on bank holidays" in beside


def test_only_links_with_an_address_are_links() -> None:
    article = read(ask(), "article")
    outside = {href: text for href, text in article.links.items() if href.startswith("http")}
    assert outside == {"https://www.cntw.nhs.uk/need-help-now": "‘Need Help Now’ page"}
    assert not [href for href in article.links if not href or href.startswith("mailto")]


def test_every_clause_can_be_pointed_to() -> None:
    ids = read(ask()).ids
    assert len(ids) == len(set(ids))
    assert {f"clause-{clause.id}" for clause in SHIPPED.versions[0].clauses} <= set(ids)


@pytest.mark.parametrize("path", ["/", "/changes", "/versions/2026-11-22", "/nowhere"])
def test_a_page_is_whole(path: str) -> None:
    response = ask(path)
    html, reader = response.get_data(as_text=True), read(response, "title")
    assert html.startswith('<!doctype html>\n<html lang="en"')
    assert reader.words.strip()
    assert [reader.tags.count(tag) for tag in ("h1", "main", "title", "header", "footer")] == [1, 1, 1, 1, 1]
    assert next(iter(reader.links)) == "#maincontent"
    assert not {"script", "style", "img", "iframe"} & set(reader.tags)
    assert "style=" not in html


@pytest.mark.parametrize("root", ["", "/principles"])
def test_every_link_leads_somewhere_wherever_it_is_mounted(root: str) -> None:
    found = set()
    for path in ("", "/", "/changes", "/versions/2026-11-22"):
        html = ask(path, root=root).get_data(as_text=True)
        found |= {part.split('"')[0] for part in html.split('href="')[1:]}
    own = {href for href in found if not href.startswith(("https://", "#"))}
    assert len(own) >= 8
    for href in own:
        assert href.startswith(f"{root}/")
        assert ask(href.removeprefix(root), root=root).status_code == 200, href


def test_a_version_to_come_is_not_in_force(two: Library) -> None:
    assert "Contain advertising" in read(ask(library=two, now=BEFORE), "article").words
    assert "In force since 22 November 2026." in read(ask(library=two, now=BEFORE), "aside").words
    coming = read(ask("/versions/2027-04-01", library=two, now=BEFORE)).words
    assert "Not in force yet. It applies from 1 April 2027." in coming
    assert "2027-04-01" not in ask("/feed.atom", library=two, now=BEFORE).get_data(as_text=True)
    assert data(two, BEFORE)["version"] == "2026-11-22"


def test_a_version_comes_into_force_at_its_moment_and_the_old_one_stays(two: Library) -> None:
    assert "Sell & <b>buy" in read(ask(library=two, now=AFTER), "article").words
    assert "In force since 1 April 2027." in read(ask(library=two, now=AFTER), "aside").words
    old = read(ask("/versions/2026-11-22", library=two, now=AFTER))
    assert "In force from 22 November 2026 to 31 March 2027. There is a newer version." in old.words
    assert "Contain advertising" in old.words
    assert data(two, AFTER)["version"] == "2027-04-01"


def test_the_first_version_is_shown_before_its_time_but_not_as_in_force() -> None:
    early = ask(now=datetime(2026, 7, 1, tzinfo=UTC))
    assert "We want our social media platforms" in read(early).words
    assert "In force" not in read(early).words.replace("principles in force now", "")
    assert "applies from 22 November 2026" in read(early).words


def test_the_change_log_is_newest_first(two: Library) -> None:
    text = folded(read(ask("/changes", library=two, now=AFTER)).words)
    assert text.index("Version 2027-04-01") < text.index("Made up for a test") < text.index("Version 2026-11-22")


def test_what_is_in_the_data_stays_text(two: Library) -> None:
    assert "Sell &amp; &lt;b&gt;buy" in ask(library=two, now=AFTER).get_data(as_text=True)
