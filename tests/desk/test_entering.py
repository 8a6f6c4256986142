"""A message seen elsewhere is entered by hand: once, by a named person, through the same intake."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from werkzeug.test import Client, TestResponse

from functions.console import forms
from shared.domain.assessment import Priority
from shared.domain.case import Case
from shared.domain.channel import BY_HAND
from shared.domain.message import Kind, Platform
from shared.service.acknowledging import acknowledgement
from shared.service.channels import Heard
from tests.desk.pages import Page
from tests.desk.seeds import ACCOUNT, KEY, LIBRARY, MORGAN, NOW, WORDS, Seeds, body, send

TYPED = {
    "account": f"facebook {ACCOUNT}",
    "kind": "comment",
    "text": "When does the café open?\r\nThank you",
    "name": "Sam Sample",
    "handle": "@made.up",
    "link": "https://social.example/post/1",
    "day": "23",
    "month": "11",
    "year": "2026",
    "time": "16:30",
}


def enter(client: Client, **change: str) -> TestResponse:
    return send(client, "/enter", "/enter", **{**TYPED, **change})


def only(seeds: Seeds) -> Case:
    [case] = seeds.store.pending(5)
    return case


def test_it_is_a_case_like_any_other(seeds: Seeds, client: Client) -> None:
    answer = enter(client)
    case = only(seeds)
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/cases/{case.id}?said=entered")
    assert case.latest is not None
    event, raw = case.latest.event, json.loads(case.latest.raw)
    assert (case.platform, case.account, event.kind, event.public) == (Platform.FACEBOOK, ACCOUNT, Kind.COMMENT, True)
    assert event.text == "When does the café open?\nThank you"
    assert event.author is not None
    assert (event.author.id, event.author.name, event.author.handle) == (None, "Sam Sample", "@made.up")
    assert (event.sent_at, event.no_ack) == (datetime(2026, 11, 23, 16, 30, tzinfo=UTC), BY_HAND)
    assert raw == {"entered_by": MORGAN.id, "link": "https://social.example/post/1"}
    assert case.latest.assessment is not None
    assert case.latest.assessment.due == datetime(2026, 11, 24, 17, 0, tzinfo=UTC)
    assert [(entry.who, entry.what) for entry in seeds.store.audit_of(case.id)] == [(MORGAN.id, "entered")]


def test_a_crisis_entered_by_hand_is_a_crisis(seeds: Seeds, client: Client) -> None:
    enter(client, text="I want to kill myself tonight")
    found = only(seeds).latest
    assert found is not None
    assert found.assessment is not None
    assert found.assessment.priority is Priority.CRISIS


def test_a_private_message_is_private_and_a_summer_time_is_local(seeds: Seeds, client: Client) -> None:
    enter(client, kind="direct", day="1", month="7", time="9.05", name="", handle="", link="")
    latest = only(seeds).latest
    assert latest is not None
    assert (latest.event.public, latest.event.author) == (False, None)
    assert latest.event.sent_at == datetime(2026, 7, 1, 8, 5, tzinfo=UTC)


def test_sent_twice_it_is_one_case_with_one_entry_in_the_audit(seeds: Seeds, client: Client) -> None:
    token = forms.token(KEY, MORGAN, "/enter", NOW)
    for _ in range(3):
        answer = client.post("/enter", data={**TYPED, "token": token}, headers={"Sec-Fetch-Site": "same-origin"})
        assert answer.status_code == 303
        seeds.now += timedelta(seconds=30)
    case = only(seeds)
    assert len(case.revisions) == 1
    assert [entry.what for entry in seeds.store.audit_of(case.id)] == ["entered"]
    again = {**TYPED, "text": "Another message, typed after going back", "token": token}
    client.post("/enter", data=again, headers={"Sec-Fetch-Site": "same-origin"})
    assert len(seeds.store.pending(5)) == 2, "going back to write another is another message, not an edit"


def test_nothing_is_acknowledged_and_the_channel_was_not_heard(seeds: Seeds, client: Client) -> None:
    seeds.now = datetime(2026, 11, 24, 22, 0, tzinfo=UTC)
    enter(client, kind="direct", day="24", time="21:55")
    Heard(seeds.store).note(only(seeds))
    case = seeds.take(only(seeds).id)
    assert acknowledgement(case, LIBRARY.in_force(seeds.now), seeds.now) is None
    assert seeds.store.channels() == []


def test_the_case_says_who_entered_it_and_where_it_was_seen(seeds: Seeds, client: Client) -> None:
    enter(client)
    case = seeds.take(only(seeds).id)
    page = Page(body(client.get(f"/cases/{case.id}")))
    assert "Entered by hand by Morgan Vale" in page.text
    assert "https://social.example/post/1" in page.text
    assert not any((link.get("href") or "").startswith("https://social") for link in page.named("a"))
    assert "Morgan Vale entered it by hand" in page.text
    assert "Entered by hand" in Page(body(client.get("/"))).text + Page(body(client.get("/reading"))).text
    assert "Arrived late" not in page.text


@pytest.mark.parametrize(
    ("change", "wrong"),
    [
        ({"account": ""}, {"account": "account"}),
        ({"account": "facebook 999"}, {"account": "account"}),
        ({"account": f"x {ACCOUNT}"}, {"account": "account"}),
        ({"kind": "letter"}, {"kind": "kind"}),
        ({"text": " \r\n "}, {"text": "text"}),
        ({"text": "x" * 8001}, {"text": "long"}),
        ({"name": "x" * 501}, {"name": "long"}),
        ({"handle": "x" * 501}, {"handle": "long"}),
        ({"link": "javascript:alert(1)"}, {"link": "link"}),
        ({"link": "https://a.example/ b"}, {"link": "link"}),
        ({"link": "https://" + "x" * 500}, {"link": "long"}),
        ({"day": "31"}, {"day": "day"}),
        ({"day": ""}, {"day": "day"}),
        ({"day": "²"}, {"day": "day"}),
        ({"year": "1999"}, {"day": "day"}),
        ({"year": "99999999999999999999"}, {"day": "day"}),
        ({"year": "1", "month": "1", "day": "1", "time": "0:00"}, {"day": "day"}),
        ({"time": "noon"}, {"time": "time"}),
        ({"time": "24:00"}, {"time": "time"}),
        ({"day": "x", "time": "x"}, {"day": "day", "time": "time"}),
        ({"day": "24", "time": "10:01"}, {"day": "future"}),
        ({"day": "25", "text": "", "kind": ""}, {"kind": "kind", "text": "text", "day": "future"}),
    ],
)
def test_what_is_not_in_order_is_asked_for_again_and_nothing_typed_is_lost(
    seeds: Seeds, client: Client, change: dict[str, str], wrong: dict[str, str]
) -> None:
    answer = enter(client, **change)
    page = Page(body(answer))
    assert answer.status_code == 422
    summary = [link["href"] for link in page.named("a") if (link["href"] or "").startswith("#")]
    assert summary == ["#maincontent", *(f"#{field}" for field in wrong)]
    for field, code in wrong.items():
        assert page.text.count(WORDS.text["wrong"][code]) == 2, "once above, once at its field"
        assert {"id": f"{field}-error", "class": "nhsuk-error-message"} in page.named("span")
    typed = {**TYPED, **change}
    shown = {v["name"] or "": v.get("value") for v in page.named("input") if v.get("type") == "text"}
    assert shown == {name: typed[name] for name in shown}
    assert "".join(page.inside("textarea")) == f"\n{typed['text']}"
    chosen = [v["value"] for v in page.named("input") if v.get("type") == "radio" and "checked" in v]
    assert chosen == [typed[name] for name in ("account", "kind") if name not in wrong]
    assert seeds.store.pending(5) == []


def test_a_form_from_elsewhere_enters_nothing(seeds: Seeds, client: Client) -> None:
    token = forms.token(KEY, MORGAN, "/enter", NOW)
    assert client.post("/enter", data=TYPED).status_code == 403
    away = client.post("/enter", data={**TYPED, "token": token}, headers={"Sec-Fetch-Site": "cross-site"})
    assert away.status_code == 403
    other = forms.token(KEY, MORGAN, "/person", NOW)
    assert client.post("/enter", data={**TYPED, "token": other}).status_code == 403
    assert seeds.store.pending(5) == []
