"""The pages about our accounts, and the warning on every page while one fails."""

from dataclasses import replace
from datetime import timedelta

import pytest
from werkzeug.test import Client

from shared.domain.channel import Channel, Trouble
from shared.domain.message import Platform
from tests.desk.pages import Page
from tests.desk.seeds import ACCOUNT, COVERAGE, NOW, WORDS, Seeds, body

PAGES = ("/", "/reading", "/pending", "/closed", "/sort-out", "/channels", "/coverage", "/enter", "/alerts")
ALARM = WORDS.text["channels"]["alarm"]
FINE = Channel(Platform.FACEBOOK, ACCOUNT, NOW - timedelta(minutes=5), NOW - timedelta(minutes=1))
FIELDS = ("last_event", "last_poll", "cursor", "session", "trouble", "trouble_since")


def text(client: Client, path: str) -> str:
    return Page(body(client.get(path))).text


def test_every_configured_account_is_shown_in_plain_words(seeds: Seeds, client: Client) -> None:
    seeds.store.keep_channel(FINE, FIELDS)
    seeds.store.keep_channel(Channel(Platform.BLUESKY, "did:plc:not-ours", NOW), FIELDS)
    page = text(client, "/channels")
    assert f"Working Facebook, account {ACCOUNT} Messages reach us." in page
    assert "Last message today 09:55 Last check that worked today 09:59" in page
    assert "Nothing yet X, account 3000000001" in page
    assert "Last message none yet Last check that worked none yet" in page
    assert "not-ours" not in page


@pytest.mark.parametrize("trouble", [*Trouble, None])
def test_a_channel_that_fails_says_why_since_when_and_what_to_do(
    seeds: Seeds, client: Client, trouble: Trouble | None
) -> None:
    since = NOW - timedelta(hours=1)
    seeds.store.keep_channel(
        replace(
            FINE, last_poll=since, trouble=trouble, trouble_since=since if trouble else None, session="canary-session"
        ),
        FIELDS,
    )
    page, code = text(client, "/channels"), trouble or "unasked"
    assert page.index("Facebook, account") < page.index("X, account"), "what fails comes first"
    assert f"{WORDS.text['trouble'][code]} Since today 09:00." in page
    assert WORDS.text["remedy"][code] in page
    assert "canary" not in body(client.get("/channels"))


def test_every_page_warns_while_a_channel_fails_and_only_then(seeds: Seeds, client: Client) -> None:
    case = seeds.message("When?")
    pages = (*PAGES, f"/cases/{case.id}")
    seeds.store.keep_channel(FINE, FIELDS)
    assert [path for path in pages if ALARM in text(client, path)] == []
    seeds.store.keep_channel(replace(FINE, trouble=Trouble.ACCESS, trouble_since=NOW), FIELDS)
    for path in pages:
        page = text(client, path)
        assert page.count(ALARM) == 1, path
        assert f"{ALARM} Facebook, account {ACCOUNT}." in page


def test_trouble_that_has_only_begun_is_no_alarm(seeds: Seeds, client: Client) -> None:
    just = NOW - timedelta(minutes=5)
    seeds.store.keep_channel(replace(FINE, trouble=Trouble.UNREACHABLE, trouble_since=just), FIELDS)
    assert ALARM not in text(client, "/")
    assert f"Working Facebook, account {ACCOUNT} {WORDS.text['trouble']['unreachable']}" in text(client, "/channels")


def test_what_cannot_be_seen_is_said_for_the_platforms_we_are_on(client: Client) -> None:
    page = text(client, "/coverage")
    for platform, seen in COVERAGE.platforms.items():
        for gap in seen.gaps:
            assert (gap.what in page and gap.do in page) == (platform in (Platform.FACEBOOK, Platform.X)), gap.what
    assert all(gap.do in page for gap in COVERAGE.everywhere)
