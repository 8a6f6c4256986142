"""Every page of the console in Chromium: axe finds nothing, nothing scrolls sideways, the keyboard is enough."""

from datetime import timedelta
from functools import cache
from importlib.resources import files
from typing import Any

import pytest
from playwright.sync_api import Page

from shared.domain.alert import Alert, AlertKind, Mail
from shared.domain.channel import Channel, Trouble
from shared.domain.message import Platform
from shared.service.desk import progress
from shared.service.desk.alarms import Alarm
from tests.browser.conftest import Site
from tests.desk.seeds import ACCOUNT, MORGAN, ROWAN, WORDS

STANDARDS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
LISTS = ("/", "/reading", "/pending", "/closed", "/sort-out", "/channels", "/coverage", "/enter", "/alerts")
CASES = ("crisis", "abusive", "overdue", "complaint", "claimed", "sticker", "pending", "edited", "removed", "noteonly")


@cache
def axe_source() -> str:
    return files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")


def violations(page: Page) -> list[Any]:
    """What axe objects to: the rule and where."""
    page.evaluate(axe_source())
    run = "async (tags) => (await axe.run(document, {runOnly: {type: 'tag', values: tags}})).violations"
    return [(one["id"], [node["target"] for node in one["nodes"]]) for one in page.evaluate(run, STANDARDS)]


def overflow(page: Page) -> int:
    return int(page.evaluate("document.documentElement.scrollWidth - window.innerWidth"))


def addresses(site: Site) -> list[str]:
    return [*map(site.url, LISTS), *map(site.case, CASES)]


def test_axe_finds_nothing_on_any_page(site: Site, page: Page) -> None:
    case = site.cases["claimed"]
    progress.claim(site.seeds.store, case.id, ROWAN, case.version, site.seeds.now)
    case = site.cases["complaint"]
    progress.claim(site.seeds.store, case.id, MORGAN, case.version, site.seeds.now)
    for address in addresses(site):
        page.goto(address)
        assert violations(page) == [], address


def test_axe_finds_nothing_where_something_is_opened_or_refused(site: Site, page: Page) -> None:
    page.goto(site.case("abusive"))
    page.locator("summary").click()
    assert page.locator(".desk-message mark").is_visible()
    assert violations(page) == []
    page.get_by_role("button", name="Close this case").click()
    assert page.get_by_role("alert").is_visible()
    assert violations(page) == []
    site.complaints[:] = [
        one for one in site.complaints if "422" not in one
    ]  # the refusal itself, as the console says it


def test_axe_finds_nothing_while_channels_fail_and_in_a_form_that_is_sent_back(site: Site, page: Page) -> None:
    since = site.seeds.now
    broken = Channel(Platform.FACEBOOK, ACCOUNT, since, since, trouble=Trouble.ACCESS, trouble_since=since)
    site.seeds.store.keep_channel(broken, ("last_event", "last_poll", "trouble", "trouble_since"))
    page.set_viewport_size({"width": 320, "height": 640})
    for address in addresses(site):
        page.goto(address)
        assert page.get_by_role("region", name="Messages may be missing").is_visible()
        assert violations(page) == [], address
        assert overflow(page) <= 0, address
    page.goto(site.url("/enter"))
    page.get_by_role("button", name="Enter this message").click()
    assert page.get_by_role("alert").is_visible()
    assert violations(page) == []
    assert overflow(page) <= 0
    site.complaints[:] = [one for one in site.complaints if "422" not in one]


def test_axe_finds_nothing_while_the_desk_itself_fails(site: Site, page: Page) -> None:
    since, case = site.seeds.now - timedelta(hours=1), site.cases["overdue"].id
    for id, kind, mail in (("1", AlertKind.URGENT, Mail.FAILED), ("2", AlertKind.DEAD_LETTER, None)):
        alert = Alert(id, kind, since, open_since=since, case=case, mail=mail)
        site.seeds.store.transact(lambda tx, alert=alert: tx.put_alert(alert))  # type: ignore[misc]
    site.seeds.store.beat("sweep", since)
    page.set_viewport_size({"width": 320, "height": 640})
    for address in addresses(site):
        page.goto(address)
        region = page.get_by_role("region", name=WORDS.text["alarms"]["title"])
        assert region.get_by_role("listitem").count() == len(Alarm)
        assert violations(page) == [], address
        assert overflow(page) <= 0, address
    page.get_by_role("link", name="Open the case given up").click()
    page.wait_for_url(f"**/cases/{case}")


def test_a_message_is_entered_by_a_real_browser_and_again_with_the_same_form_is_one_case(
    site: Site, page: Page
) -> None:
    page.goto(site.url("/enter"))
    for group in ("#account", "#kind"):
        page.locator(group).check()
    typed = {"text": "When does it open?", "day": "23", "month": "11", "year": "2026", "time": "16:30"}
    before = len(site.seeds.store.pending(10))
    for _ in range(2):
        for name, value in typed.items():
            page.fill(f"#{name}", value)
        page.get_by_role("button", name="Enter this message").click()
        page.wait_for_url("**/cases/*")
        assert page.get_by_text("Entered by hand by Morgan Vale").is_visible()
        page.go_back()
        page.locator("#account").check()
        page.locator("#kind").check()
    assert len(site.seeds.store.pending(10)) - before == 1


def test_axe_sees_what_is_wrong(site: Site, page: Page) -> None:
    """The check can fail."""
    page.goto(site.url())
    page.evaluate("document.querySelector('select').removeAttribute('id')")
    assert [rule for rule, _ in violations(page)] == ["select-name"]


@pytest.mark.parametrize("forced", ["none", "active"])
def test_nothing_scrolls_sideways_on_a_narrow_screen(site: Site, page: Page, forced: Any) -> None:
    page.emulate_media(forced_colors=forced)
    page.set_viewport_size({"width": 320, "height": 640})
    site.seeds.message("longwordwithoutend" * 100, name="n" * 300)
    for address in addresses(site):
        page.goto(address)
        assert overflow(page) <= 0, address


def test_words_stay_in_their_box(site: Site, page: Page) -> None:
    case = site.seeds.message("z" + "\u0335\u0300" * 2000 + " end")
    page.goto(site.url(f"/cases/{case.id}"))
    box = page.locator(".desk-message .desk-words").first
    assert box.evaluate("one => getComputedStyle(one).overflow") == "hidden"


def test_a_case_is_claimed_and_closed_by_keyboard_alone(site: Site, page: Page) -> None:
    page.goto(site.url())
    page.keyboard.press("Tab")
    assert focused(page) == "Skip to main content"
    page.keyboard.press("Enter")
    page.wait_for_url("**#maincontent")
    reach(page, "Comment on Facebook from Sam Sample")
    page.keyboard.press("Enter")
    page.wait_for_url("**/cases/*")
    case_id = page.url.rsplit("/", 1)[1]
    reach(page, "I’ll take this")
    page.keyboard.press("Enter")
    page.wait_for_url("**?said=claimed")
    reach(page, "help-given")
    page.keyboard.press("Space")
    reach(page, "note")
    page.keyboard.type("Told the duty lead.")
    reach(page, "Close this case")
    page.keyboard.press("Enter")
    page.wait_for_url("**/?said=closed")
    outcome = site.seeds.case(case_id).outcome
    assert outcome is not None
    assert (outcome.outcome, outcome.by, outcome.note) == ("help-given", MORGAN.id, "Told the duty lead.")


def test_what_has_focus_can_be_seen(site: Site, page: Page) -> None:
    page.goto(site.case("overdue"))
    for _ in range(20):
        page.keyboard.press("Tab")
        look = page.evaluate(
            "() => { const s = getComputedStyle(document.activeElement);"
            " return s.outlineStyle !== 'none' || s.boxShadow !== 'none' || s.backgroundColor === 'rgb(255, 235, 59)'"
            " || getComputedStyle(document.activeElement.nextElementSibling || document.body, '::before').boxShadow"
            " !== 'none' }"
        )
        assert look, focused(page)


def test_a_form_of_the_page_counts_for_the_server(site: Site, page: Page) -> None:
    """What a real browser sends with a form, without a referrer, passes the check; another site's does not."""
    page.goto(site.case("overdue"))
    page.get_by_role("button", name="I’ll take this").click()
    assert page.get_by_text("This is yours now.").is_visible()
    assert page.get_by_text(f"You are {WORDS.people[0].name}").is_visible()


def focused(page: Page) -> str:
    """What has focus: its name, else its value, else its id."""
    told = "() => { const e = document.activeElement; return e.textContent.trim() || e.value || e.id }"
    name = "() => { const e = document.activeElement; return e.tagName === 'TEXTAREA' ? e.id : null }"
    return " ".join(str(page.evaluate(name) or page.evaluate(told)).split())


def reach(page: Page, name: str) -> None:
    """Press Tab, and arrows inside a group of choices, until what is called `name` has focus."""
    for _ in range(80):
        if focused(page) == name:
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{name} cannot be reached")


@pytest.mark.parametrize("path", ["/", "/changes", "/nowhere"])
def test_the_public_page_is_as_accessible(site: Site, page: Page, path: str) -> None:
    page.goto(f"{site.base}/principles{path}")
    assert violations(page) == []
    page.set_viewport_size({"width": 320, "height": 640})
    assert overflow(page) <= 0
    site.complaints[:] = [one for one in site.complaints if path != "/nowhere" or "404" not in one]
