"""What the desk says of a message that was answered elsewhere, came without its words, or was found by a check."""

from dataclasses import replace
from datetime import datetime, timedelta

from werkzeug.test import Client

from shared.domain.case import Case, Revision, State
from shared.domain.message import Author, Event, EventKind, Kind, Platform, case_id, event_hash
from shared.ports import Arrival
from shared.service.desk import progress
from tests.desk.pages import Page
from tests.desk.seeds import ACCOUNT, MORGAN, NOW, WORDS, Seeds, body, finding

WAITS = WORDS.text["case"]["answered"].format(platform="Facebook", moment="today 09:50")


def put(seeds: Seeds, event: Event, message: str, at: datetime = NOW) -> Case:
    assessment = seeds.assess((finding("question"),), at) if event.event is EventKind.POSTED else None
    revision = Revision(event, at, "0" * 64, "{}", assessment)
    key = case_id(event.platform, event.account, message)
    seeds.store.merge([Arrival(key, event.platform, ACCOUNT, message, {event_hash(event): revision}, None, at)], [])
    return seeds.take(key)


def posted(**more: object) -> Event:
    made = Event(
        EventKind.POSTED,
        Platform.FACEBOOK,
        ACCOUNT,
        "m1",
        Kind.COMMENT,
        "When?",
        Author("900", "Sam"),
        "post_1",
        sent_at=NOW - timedelta(minutes=30),
    )
    return replace(made, **more)  # type: ignore[arg-type]


def reply(text: str | None, minutes: int = 10) -> Event:
    at = NOW - timedelta(minutes=minutes)
    return Event(EventKind.ECHO, Platform.FACEBOOK, ACCOUNT, f"r{minutes}", Kind.REPLY, text, parent="m1", sent_at=at)


def show(client: Client, case: Case) -> str:
    return Page(body(client.get(f"/cases/{case.id}"))).text


def test_a_reply_on_the_platform_is_shown_and_the_case_waits_to_be_closed(seeds: Seeds, client: Client) -> None:
    assert WAITS not in show(client, put(seeds, posted(), "m1"))
    case = put(seeds, reply("We open at nine, \u202eSam."), "m1")
    page = show(client, case)
    assert WAITS in page
    assert "Our replies on the platform Reply of today 09:50 We open at nine, [right-to-left override]Sam." in page
    assert WORDS.text["card"]["answered"] in Page(body(client.get("/reading"))).text
    progress.close(seeds.store, case.id, MORGAN, WORDS.outcomes[0], "", case.version, NOW)
    assert seeds.case(case.id).state is State.CLOSED
    closed = show(client, case)
    assert WAITS not in closed
    assert "We open at nine" in closed


def test_a_reply_without_words_says_so(seeds: Seeds, client: Client) -> None:
    put(seeds, posted(), "m1")
    assert WORDS.text["case"]["reply_unseen"] in show(client, put(seeds, reply(None), "m1"))


def test_words_that_have_not_arrived_are_not_called_a_picture(seeds: Seeds, client: Client) -> None:
    case = put(seeds, posted(text=None, incomplete=True), "m1")
    page = show(client, case)
    assert "The words have not arrived yet. Open it on Facebook." in page
    assert "nothing that can be shown here" not in page
    assert WORDS.text["card"]["incomplete"] in Page(body(client.get("/"))).text
    put(seeds, posted(text="When?"), "m1")
    assert "not arrived" not in show(client, case)


def test_what_a_check_found_says_so_and_is_not_called_late_as_well(seeds: Seeds, client: Client) -> None:
    case = put(seeds, posted(no_ack="backfill"), "m1")
    page = show(client, case)
    assert WORDS.text["card"]["backfill"] in page
    assert WORDS.text["card"]["late"] not in page
