"""What every page says while the desk's own work fails, and the page that says who is told."""

from datetime import timedelta

import pytest
from werkzeug.test import Client

from functions.console import app
from shared.domain.alert import Alert, AlertKind, Mail
from shared.domain.assessment import Priority
from shared.principles.alerts import Alerts, Slot
from shared.principles.loading import Library
from shared.service.desk.alarms import MOST, Alarm
from tests.desk.pages import Page
from tests.desk.seeds import KEY, LIBRARY, MORGAN, NOW, WORDS, Seeds, body, console, finding, reach

PAGES = ("/", "/reading", "/pending", "/closed", "/sort-out", "/channels", "/coverage", "/enter", "/alerts")
TITLE = WORDS.text["alarms"]["title"]
SAID = WORDS.text["alarm"]
MINUTE = timedelta(minutes=1)


def page(client: Client, path: str = "/") -> Page:
    return Page(body(client.get(path)))


def said(client: Client, path: str = "/") -> set[str]:
    text = page(client, path).text
    return {alarm for alarm in Alarm if SAID[alarm] in text}


def raise_alert(seeds: Seeds, kind: AlertKind = AlertKind.URGENT, number: int = 0, **more: object) -> None:
    at = more.pop("at", seeds.now - 20 * MINUTE)
    alert = Alert(f"alert-{number:03}", kind, at, open_since=at, **more)  # type: ignore[arg-type]
    seeds.store.transact(lambda tx: tx.put_alert(alert))


def cloud(seeds: Seeds) -> Client:
    """The console as where nobody can be chosen, with one person verified."""
    return Client(
        app.create(seeds.store, LIBRARY, lambda: seeds.now, lambda _: MORGAN, KEY, WORDS, reach(seeds), people=())
    )


def test_a_desk_that_works_says_nothing(seeds: Seeds, client: Client) -> None:
    seeds.store.beat("sweep", NOW)
    assert [path for path in PAGES if TITLE in page(client, path).text] == []


def test_every_page_says_what_fails(seeds: Seeds, client: Client) -> None:
    case = seeds.message("Hello?", taken=False)
    raise_alert(seeds, mail=Mail.FAILED, group="team")
    raise_alert(seeds, AlertKind.DEAD_LETTER, 1, case=case.id)
    seeds.store.beat("sweep", NOW - 6 * MINUTE)
    for path in (*PAGES, f"/cases/{case.id}"):
        assert page(client, path).text.count(TITLE) == 1
        assert said(client, path) == set(Alarm), path


@pytest.mark.parametrize(
    ("mail", "minutes", "is_said"),
    [
        (Mail.FAILED, 0, True),
        (Mail.OWED, 10, False),
        (Mail.OWED, 11, True),
        (Mail.SENDING, 10, False),
        (Mail.SENDING, 11, True),
        (Mail.SENT, 60, False),
        (Mail.NOTHING, 60, False),
        (None, 60, False),
    ],
)
def test_a_mail_that_failed_or_is_owed_too_long(
    seeds: Seeds, client: Client, mail: Mail | None, minutes: int, is_said: bool
) -> None:
    raise_alert(seeds, mail=mail, group="team", at=NOW - minutes * MINUTE)
    assert said(client) == ({Alarm.MAIL} if is_said else set())


def test_since_when_is_that_of_the_oldest_mail_and_where_to_see_who_is_told(seeds: Seeds, client: Client) -> None:
    for number, minutes in enumerate((15, 60, 30)):
        raise_alert(seeds, number=number, mail=Mail.FAILED, at=NOW - minutes * MINUTE)
    assert f"{SAID['mail']} Since today 09:00. Who is told" in page(client).text


def test_a_mail_that_went_out_after_all_is_said_no_more(seeds: Seeds, client: Client) -> None:
    raise_alert(seeds, mail=Mail.FAILED)
    assert said(client) == {Alarm.MAIL}
    over = Alert("alert-000", AlertKind.URGENT, NOW, mail=Mail.SENT, over_at=NOW)
    seeds.store.transact(lambda tx: tx.put_alert(over))
    assert said(client) == set()


def test_work_that_was_given_up_leads_to_its_case(seeds: Seeds, client: Client) -> None:
    case = seeds.message("Is there parking?", finding("question"))
    raise_alert(seeds, AlertKind.DEAD_LETTER, case=case.id)
    links = [link["href"] for link in page(client, "/reading").named("a")]
    assert links.count(f"/cases/{case.id}") == 1
    assert f"{SAID['parked']} Open the case given up today 09:40." in page(client).text
    assert "Is there parking?" not in page(client, "/reading").text


def test_much_that_was_given_up_is_counted(seeds: Seeds, client: Client) -> None:
    for number in range(MOST - 1):
        raise_alert(seeds, AlertKind.DEAD_LETTER, number, case=f"case-{number}")
    text = page(client).text
    assert text.count("Open the case given up") == 5
    assert "Open the case given up today 09:40; Open the case" in text
    assert "today 09:40. And 44 more, shown as these are closed." in text


@pytest.mark.parametrize(("minutes", "is_said"), [(-60, False), (0, False), (5, False), (6, True), (6000, True)])
def test_a_scheduler_that_is_silent(seeds: Seeds, client: Client, minutes: int, is_said: bool) -> None:
    seeds.store.beat("sweep", NOW - minutes * MINUTE)
    assert said(client) == said(cloud(seeds)) == ({Alarm.SILENT} if is_said else set())


def test_one_that_never_ran_is_said_on_the_cloud_and_not_on_a_laptop(seeds: Seeds, client: Client) -> None:
    assert said(client) == set()
    assert said(cloud(seeds)) == {Alarm.SILENT}
    assert f"{SAID['silent']} Since" not in page(cloud(seeds)).text


@pytest.mark.parametrize(("minutes", "is_said"), [(0, False), (10, False), (11, True)])
def test_messages_that_nobody_takes(seeds: Seeds, client: Client, minutes: int, is_said: bool) -> None:
    late = timedelta()
    seeds.message("A new one", at=NOW, late=late, taken=False)
    case = seeds.message("An old one", at=NOW - minutes * MINUTE, late=late, taken=False)
    assert said(client) == ({Alarm.UNTAKEN} if is_said else set())
    assert ("Since today 09:49. Arriving" in page(client).text) == is_said
    seeds.take(case.id)
    assert said(client) == set()


def test_the_oldest_counts_behind_a_crisis_that_has_just_come(seeds: Seeds, client: Client) -> None:
    seeds.message("Hello?", at=NOW - 20 * MINUTE, late=timedelta(), taken=False)
    crisis = finding("crisis", clause="crisis", priority=Priority.CRISIS)
    seeds.message("Help", crisis, at=NOW, late=timedelta(), taken=False)
    assert f"{SAID['untaken']} Since today 09:40." in page(client, "/pending").text


def test_a_stranger_learns_nothing(seeds: Seeds) -> None:
    raise_alert(seeds, mail=Mail.FAILED)
    refused = Client(console(seeds, people=())).get("/")
    assert refused.status_code == 401
    assert TITLE not in body(refused)


def told(seeds: Seeds, alerts: Alerts) -> str:
    """The page, where the principles say so."""
    versions = [version.model_copy(update={"alerts": alerts}) for version in LIBRARY.versions]
    return page(Client(console(seeds, library=Library(tuple(versions)))), "/alerts").text


def test_who_is_told_is_what_the_principles_in_force_say(seeds: Seeds, client: Client) -> None:
    text = page(client, "/alerts").text
    assert "Nobody is told at night of a message in crisis. It waits on the desk, first in the queue." in text
    assert "12:00 What is due today: a mail to the team" in text
    assert "16:45 What is due today: a mail to the team" in text
    assert "When the desk opens What is overdue: a mail to the team" in text
    assert "60 minutes after the desk opens What is overdue: a mail to the lead" in text


def test_who_is_told_at_once_is_named(seeds: Seeds) -> None:
    text = told(seeds, Alerts(urgent=("team", "night-desk")))
    assert WORDS.text["alerts"]["nobody"] not in text
    assert "At once, at any hour, a mail goes to: the team night-desk" in text
    assert WORDS.text["alerts"]["slots_none"] in text


def test_a_time_of_the_day_is_that_on_the_wall(seeds: Seeds) -> None:
    slot = Slot.model_validate({"what": "due", "group": "team", "at": "08:05"})
    assert "08:05 What is due today: a mail to the team" in told(seeds, Alerts(slots=(slot,)))
