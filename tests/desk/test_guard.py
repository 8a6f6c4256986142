"""Who gets in, and which forms count."""

from datetime import timedelta

import pytest
from flask import Flask
from werkzeug.datastructures import Headers
from werkzeug.test import Client, EnvironBuilder
from werkzeug.wrappers import Request

from functions.console import app, forms, identity
from functions.console.app import ROUTES
from shared.ports import StoreUnavailable
from shared.web import assets
from tests.desk.pages import Page
from tests.desk.seeds import KEY, LIBRARY, MORGAN, NOW, ROWAN, WORDS, Seeds, body, console, finding, reach, send


def addresses(case_id: str) -> list[tuple[str, str]]:
    routes = [(method, rule.replace("<case_id>", case_id)) for method, rule, _ in ROUTES]
    return [*routes, ("GET", f"/{assets.url('signpost.css')}"), ("GET", "/nowhere"), ("PUT", "/"), ("OPTIONS", "/")]


def state(seeds: Seeds, *cases: str) -> list[object]:
    return [seeds.case(case) for case in cases]


def test_nobody_gets_in_where_nobody_can_be_verified(seeds: Seeds) -> None:
    case = seeds.message("secret words", finding("question"))
    client = Client(console(seeds, people=()))
    client.set_cookie(identity.COOKIE, MORGAN.id)
    for method, path in addresses(case.id):
        response = client.open(path, method=method, headers={"X-Goog-Authenticated-User-Email": "accounts:a@b.invalid"})
        assert response.status_code == 401, (method, path)
        assert "secret words" not in body(response)
        assert Page(body(response)).named("nav") == []
    assert seeds.store.audit_of(case.id) == []


def test_looking_never_changes_a_case(seeds: Seeds, client: Client) -> None:
    cases = [case.id for case in seeds.full().values()]
    before = state(seeds, *cases)
    for method in ("GET", "HEAD"):
        for case in cases:
            for _, path in addresses(case):
                client.open(path, method=method)
    assert state(seeds, *cases) == before
    assert {entry.what for case in cases for entry in seeds.store.audit_of(case)} == {"viewed"}


def test_head_shows_nothing_and_records_no_look(seeds: Seeds, client: Client) -> None:
    case = seeds.message("When?", finding("question"))
    assert client.head(f"/cases/{case.id}").status_code == 200
    assert seeds.store.audit_of(case.id) == []


@pytest.mark.parametrize("what", ["claim", "release", "close"])
def test_a_form_needs_a_method_that_changes(seeds: Seeds, client: Client, what: str) -> None:
    case = seeds.message("When?", finding("question"))
    response = client.get(f"/cases/{case.id}/{what}")
    assert response.status_code == 405
    assert response.headers["Allow"] == "POST"
    assert WORDS.text["error405"]["title"] in body(response)


def post(client: Client, path: str, headers: dict[str, str] | None = None, **data: str) -> int:
    return client.post(path, data=data, headers=headers or {}).status_code


def test_a_form_from_elsewhere_is_refused(seeds: Seeds, client: Client) -> None:
    case, other = seeds.message("When?", finding("question")), seeds.message("Who?", finding("question"))
    path = f"/cases/{case.id}/claim"
    ours = forms.token(KEY, MORGAN, path, NOW)
    version = str(case.version)
    refused = {
        "no token": post(client, path, version=version),
        "garbage": post(client, path, token="garbage", version=version),
        "another key": post(client, path, token=forms.token("other", MORGAN, path, NOW), version=version),
        "another person": post(client, path, token=forms.token(KEY, ROWAN, path, NOW), version=version),
        "another case": post(
            client, path, token=forms.token(KEY, MORGAN, f"/cases/{other.id}/claim", NOW), version=version
        ),
        "another act": post(
            client, path, token=forms.token(KEY, MORGAN, f"/cases/{case.id}/close", NOW), version=version
        ),
        "too old": post(
            client,
            path,
            token=forms.token(KEY, MORGAN, path, NOW - forms.LIFETIME - timedelta(seconds=1)),
            version=version,
        ),
        "another site": post(client, path, {"Sec-Fetch-Site": "cross-site"}, token=ours, version=version),
        "a sibling": post(client, path, {"Sec-Fetch-Site": "same-site"}, token=ours, version=version),
        "another origin": post(client, path, {"Origin": "https://evil.invalid"}, token=ours, version=version),
        "hidden origin": post(client, path, {"Origin": "null"}, token=ours, version=version),
        "wrong shape": post(client, path, token=forms._serializer(KEY).dumps({"a": 1}), version=version),
        "wrong types": post(client, path, token=forms._serializer(KEY).dumps([MORGAN.id, path, "x"]), version=version),
        "wrong time": post(
            client, path, token=forms._serializer(KEY).dumps([MORGAN.id, path, 10**30]), version=version
        ),
    }
    assert set(refused.values()) == {403}, refused
    assert seeds.case(case.id) == case
    assert post(client, path, {"Sec-Fetch-Site": "same-origin", "Origin": "null"}, token=ours, version=version) == 303


@pytest.mark.parametrize("headers", [{}, {"Origin": "http://localhost"}, {"Sec-Fetch-Site": "same-origin"}])
def test_a_form_of_our_own_counts_until_it_is_too_old(seeds: Seeds, client: Client, headers: dict[str, str]) -> None:
    case = seeds.message("When?", finding("question"))
    path = f"/cases/{case.id}/claim"
    token = forms.token(KEY, MORGAN, path, NOW - forms.LIFETIME)
    assert post(client, path, headers, token=token, version=str(case.version)) == 303


@pytest.mark.parametrize("version", ["", "-1", "1e3", "²", "9" * 5000, "<b>", "١"])
def test_a_version_that_is_none_is_never_the_right_one(seeds: Seeds, client: Client, version: str) -> None:
    case = seeds.message("When?", finding("question"))
    response = send(client, f"/cases/{case.id}", f"/cases/{case.id}/claim", version=version)
    assert response.status_code == 409
    assert seeds.case(case.id).claim is None


def test_choosing_a_person_is_only_for_laptops(seeds: Seeds) -> None:
    made = app.create(seeds.store, LIBRARY, lambda: NOW, lambda _: MORGAN, KEY, WORDS, reach(seeds))
    client = Client(made)
    token = forms.token(KEY, MORGAN, "/person", NOW)
    assert post(client, "/person", token=token, person=ROWAN.id) == 404
    assert Page(body(client.get("/"))).forms == []


def test_nobody_else_s_page_chooses_a_person(client: Client) -> None:
    assert post(client, "/person", person=ROWAN.id) == 403
    assert client.get_cookie(identity.COOKIE) is None


def test_a_cookie_that_names_nobody_is_the_first_person() -> None:
    identify = identity.demo(WORDS.people)
    for cookie in ("", "nobody", "<script>", ROWAN.id):
        request = Request(EnvironBuilder(headers=Headers({"Cookie": f"{identity.COOKIE}={cookie}"})).get_environ())
        assert identify(request) == (ROWAN if cookie == ROWAN.id else MORGAN)  # type: ignore[arg-type]


def test_without_a_key_there_is_no_console(seeds: Seeds) -> None:
    with pytest.raises(ValueError, match="key"):
        app.create(seeds.store, LIBRARY, lambda: NOW, identity.nobody, "", WORDS, reach(seeds))


def broken(seeds: Seeds, monkeypatch: pytest.MonkeyPatch, error: Exception) -> Flask:
    def fail(_: int) -> None:
        raise error

    monkeypatch.setattr(seeds.store, "queue", fail)
    return console(seeds)


def test_a_store_that_is_away_is_said(seeds: Seeds, monkeypatch: pytest.MonkeyPatch) -> None:
    response = Client(broken(seeds, monkeypatch, StoreUnavailable("words"))).get("/")
    assert (response.status_code, response.headers["Retry-After"]) == (503, "30")
    assert WORDS.text["error503"]["title"] in body(response)
    assert response.headers["Cache-Control"] == "no-store"


def test_our_own_faults_say_nothing_and_log_no_words(
    seeds: Seeds,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    response = Client(broken(seeds, monkeypatch, KeyError("canary words of Sam Sample"))).get("/?q=canary")
    said = capsys.readouterr()
    assert response.status_code == 500
    assert WORDS.text["error500"]["body"] in body(response)
    assert '"error": "KeyError at test_guard.py:' in said.out
    assert "canary" not in said.out + said.err + caplog.text + body(response)


def test_nothing_that_is_shown_or_typed_is_logged(
    seeds: Seeds, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(0)
    case = seeds.message("canary words", finding("question"), name="Canary Name")
    at = f"/cases/{case.id}"
    client = Client(console(seeds))
    client.get("/")
    send(client, at, f"{at}/close", outcome="passed-on", note="")
    send(client, at, f"{at}/close", outcome="passed-on", note="canary note")
    client.post(f"{at}/close", data={"note": "canary note"})
    client.get("/canary")
    client.post(f"{at}/close", data={"note": "canary" * 20_000})
    said = capsys.readouterr()
    logged = (said.out + said.err + caplog.text).lower()
    assert "canary" not in logged
    assert MORGAN.name.lower() not in logged


def test_too_much_is_refused(seeds: Seeds, client: Client) -> None:
    case = seeds.message("When?", finding("question"))
    response = client.post(f"/cases/{case.id}/close", data={"note": "x" * 70_000})
    assert response.status_code == 413
    assert WORDS.text["error413"]["title"] in body(response)
