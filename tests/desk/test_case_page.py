"""The page of one case: everything about it, and what is done there."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from werkzeug.test import Client

from shared.domain.action import ActionState
from shared.domain.assessment import Priority
from shared.domain.message import EventKind, Kind
from shared.principles.loading import FOLDER, Library, load
from shared.service.desk import progress
from tests.desk.pages import Page
from tests.desk.seeds import LIBRARY, NOW, ROWAN, WORDS, Seeds, body, console, finding, send


def show(client: Client, path: str) -> Page:
    response = client.get(path)
    assert response.status_code == 200
    return Page(body(response))


def test_the_case_shows_why_and_quotes_the_principles_of_the_message_s_time(seeds: Seeds, client: Client) -> None:
    found = finding("complaint", (7, 14), (10, 26), clause="complaint", eased_by=((0, 1),))
    case = seeds.message("I want to make a complaint.", found)
    page = show(client, f"/cases/{case.id}")
    clause = LIBRARY.in_force(NOW).clause("complaint")
    assert f"Principles {clause.id}: {clause.text}" in page.text
    assert "why of complaint" in page.text
    assert "Softened by “I”" in page.text
    assert [text for text in page.inside("mark") if text.strip()] == ["to ", "make", " a complaint"]


def test_an_older_message_is_held_to_the_principles_of_its_day(seeds: Seeds, tmp_path: Path) -> None:
    old, turn = LIBRARY.versions[0], NOW - timedelta(hours=1)
    data = (FOLDER / "data" / f"{old.version}.toml").read_text(encoding="utf-8")
    data = data.replace(old.clause("complaint").text, "Words of a later day.")
    data = re.sub("(?m)^version = .*$", 'version = "later"', data)
    data = re.sub("(?m)^effective_from = .*$", f"effective_from = {turn.isoformat()}", data)
    (tmp_path / "later.toml").write_text(data, encoding="utf-8")
    client = Client(console(seeds, library=Library((*load(tmp_path).versions, old))))
    found = finding("complaint", clause="complaint")
    before, after = (seeds.message("Hm.", found, at=at) for at in (turn - timedelta(seconds=1), turn))
    assert old.clause("complaint").text in show(client, f"/cases/{before.id}").text
    assert "Words of a later day." in show(client, f"/cases/{after.id}").text


def test_earlier_words_and_what_was_found_in_them_stay_visible(seeds: Seeds, client: Client) -> None:
    crisis = finding("crisis", (0, 9), clause="crisis", priority=Priority.CRISIS)
    seeds.message("I give up on all of it.", crisis, id="one")
    case = seeds.message("Lovely day.", id="one", event=EventKind.EDITED, at=NOW - timedelta(minutes=1))
    page = show(client, f"/cases/{case.id}")
    assert page.text.index("Lovely day.") < page.text.index("Earlier versions") < page.text.index("I give up")
    assert "why of crisis Found in an earlier version of the message." in page.text
    assert page.inside("mark") == ["I give up"]
    assert "Sent today 09:30 Received today 09:30 Last edited today 09:59" in page.text
    assert "Edited" in page.text


def test_what_softens_upsetting_words_is_not_quoted_beside_them(seeds: Seeds, client: Client) -> None:
    found = finding("abusive", (4, 9), clause="abusive", eased_by=((0, 9),))
    case = seeds.message("You utter nonsense people.", found)
    html = body(client.get(f"/cases/{case.id}"))
    assert html.count("utter") == 1
    assert WORDS.text["case"]["eased_folded"] in html


def test_the_facts_are_in_words(seeds: Seeds, client: Client) -> None:
    case = seeds.message("Hi", finding("question"), kind=Kind.DIRECT, late=timedelta(minutes=6), name=None)
    seeds.action(case, ActionState.SENT)
    page = show(client, f"/cases/{case.id}")
    for said in (
        "The platform gave no name",
        "Only they and we",
        "Arrived late",
        "Sent.",
        "Private message on Facebook",
    ):
        assert said in page.text
    times = {values["datetime"] for values in page.named("time")}
    assert (NOW - timedelta(minutes=30)).isoformat() in times


@pytest.mark.parametrize(("minutes", "is_late"), [(5, False), (5.01, True)])
def test_late_is_more_than_five_minutes(seeds: Seeds, client: Client, minutes: float, is_late: bool) -> None:
    case = seeds.message("Hi", finding("question"), late=timedelta(minutes=minutes))
    assert ("Arrived late" in show(client, f"/cases/{case.id}").text) is is_late


def test_removed_and_hidden_are_said(seeds: Seeds, client: Client) -> None:
    seeds.message("Hi", finding("question"), id="one")
    seeds.message(None, id="one", event=EventKind.NOTICE, why="hidden", at=NOW)
    case = seeds.message(None, id="one", event=EventKind.REMOVED, at=NOW)
    page = show(client, f"/cases/{case.id}")
    assert "Removed by its author or by the platform" in page.text
    assert "Hidden on the platform" in page.text
    assert "The words are kept here until somebody has read them." in page.text


@pytest.mark.parametrize(
    ("text", "attachments", "said"),
    [
        (None, ("sticker",), "No words. They sent a sticker."),
        (None, ("audio", "photo", "photo"), "No words. They sent a voice note and a photo."),
        (None, ("hologram",), "No words. They sent something that can only be seen on the platform."),
        (None, (), "No words. They sent nothing that can be shown here."),
        ("Look", ("photo",), "They also sent a photo."),
    ],
)
def test_what_came_instead_of_words_is_said_and_never_fetched(
    seeds: Seeds, client: Client, text: str | None, attachments: tuple[str, ...], said: str
) -> None:
    case = seeds.message(text, attachments=attachments)
    response = client.get(f"/cases/{case.id}")
    assert said in Page(body(response)).text
    assert "tracker.invalid" not in body(response)


def test_the_conversation_is_shown_around_the_message(seeds: Seeds, client: Client) -> None:
    seeds.message("first words", at=NOW - timedelta(hours=3))
    case = seeds.message("these words", at=NOW - timedelta(hours=2))
    seeds.message("last words", at=NOW - timedelta(hours=1))
    seeds.message("elsewhere", conversation="post_2")
    text = show(client, f"/cases/{case.id}").text
    order = [text.index(words) for words in ("these words", "Earlier in this", "first words", "Later in this", "last")]
    assert order == sorted(order)
    assert "elsewhere" not in text


def test_a_case_that_is_still_arriving_can_be_read_and_not_worked_on(seeds: Seeds, client: Client) -> None:
    case = seeds.message("is anyone there?", finding("question"), taken=False)
    page = show(client, f"/cases/{case.id}")
    assert "is anyone there?" in page.text
    assert WORDS.text["work"]["unsorted"] in page.text
    assert [form.action for form in page.forms] == ["/person"]


def test_claim_close_and_what_happened(seeds: Seeds, client: Client) -> None:
    case = seeds.message("When?", finding("question"))
    at = f"/cases/{case.id}"
    taken = send(client, at, f"{at}/claim")
    assert (taken.status_code, taken.headers["Location"]) == (303, f"{at}?said=claimed")
    assert "This is yours now." in show(client, taken.headers["Location"]).text
    closed = send(client, at, f"{at}/close", outcome="passed-on", note="Estates, <b>Kim</b>")
    assert (closed.status_code, closed.headers["Location"]) == (303, "/?said=closed")
    assert "The case is closed." in show(client, "/?said=closed").text
    text = show(client, at).text
    assert "Passed on to a team: Morgan Vale, today 10:00" in text
    assert "Estates, <b>Kim</b>" in text
    for step in ("Morgan Vale looked at it", "Morgan Vale took it", "Morgan Vale closed it: Passed on to a team"):
        assert step in text


def test_somebody_else_s_case_is_taken_over_first(seeds: Seeds, client: Client) -> None:
    case = seeds.message("When?", finding("question"))
    progress.claim(seeds.store, case.id, ROWAN, case.version, NOW)
    at = f"/cases/{case.id}"
    page = show(client, at)
    assert {form.action for form in page.forms} == {f"{at}/claim", "/person"}
    assert "Rowan Field has this since today 10:00. Taking it over is recorded." in page.text
    send(client, at, f"{at}/claim")
    assert "Morgan Vale took it over from Rowan Field" in show(client, at).text


def test_an_older_form_is_refused_and_the_note_is_kept(seeds: Seeds, client: Client) -> None:
    case = seeds.message("When?", finding("question"))
    at = f"/cases/{case.id}"
    form = next(form for form in show(client, at).forms if form.action == f"{at}/close")
    progress.release(seeds.store, case.id, ROWAN, case.version, NOW)
    refused = client.post(form.action, data={**form.fields, "outcome": "answered", "note": "my <i>long</i> note"})
    page = Page(body(refused))
    assert refused.status_code == 409
    assert WORDS.text["why"]["changed"] in page.text
    assert "my <i>long</i> note" in "".join(page.inside("textarea"))
    assert [v["value"] for v in page.named("input") if "checked" in v] == ["answered"]
    assert seeds.case(case.id).outcome is None


def test_a_note_is_kept_even_where_there_is_no_form_left(seeds: Seeds, client: Client) -> None:
    case = seeds.message("When?", finding("question"))
    at = f"/cases/{case.id}"
    form = next(form for form in show(client, at).forms if form.action == f"{at}/close")
    progress.close(seeds.store, case.id, ROWAN, WORDS.outcomes[0], "", case.version, NOW)
    refused = client.post(form.action, data={**form.fields, "outcome": "answered", "note": "my long note"})
    page = Page(body(refused))
    assert refused.status_code == 409
    assert WORDS.text["why"]["closed"] in page.text
    assert "What you had written my long note" in page.text


def test_a_crisis_offers_only_what_is_fit_for_it(seeds: Seeds, client: Client) -> None:
    case = seeds.message("I give up.", finding("crisis", priority=Priority.CRISIS))
    at = f"/cases/{case.id}"
    offered = [v["value"] for v in show(client, at).named("input") if v.get("name") == "outcome"]
    assert offered == [ending.code for ending in WORDS.outcomes if ending.crisis]
    refused = send(client, at, f"{at}/close", outcome="help-given", note="")
    page = Page(body(refused))
    assert refused.status_code == 422
    assert page.text.count("Write a note") == 2
    assert ("a", {"href": "#note"}) in page.elements


def test_there_is_no_case_of_that_name(client: Client) -> None:
    assert client.get("/cases/nothing").status_code == 404
    assert client.get("/cases/%00%ff").status_code == 404
