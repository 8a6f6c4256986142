"""The pages: what they show, in what order, and that each is a whole page."""

from collections.abc import Iterator

from werkzeug.test import Client, TestResponse

from shared.domain.case import Case
from shared.service.desk import progress
from tests.desk.pages import Page
from tests.desk.seeds import MORGAN, NOW, ROWAN, WORDS, Seeds, body, console, finding, send

LISTS = ("/", "/reading", "/pending", "/closed", "/sort-out")


def show(client: Client, path: str) -> Page:
    response = client.get(path)
    assert response.status_code == 200
    return Page(body(response))


def everything(client: Client, cases: dict[str, Case]) -> Iterator[TestResponse]:
    for path in (
        *LISTS,
        "/channels",
        "/coverage",
        "/enter",
        "/alerts",
        "/nowhere",
        *(f"/cases/{case.id}" for case in cases.values()),
    ):
        yield client.get(path)
    yield client.post("/person")


def test_every_page_is_a_whole_page(seeds: Seeds, client: Client) -> None:
    for response in everything(client, seeds.full()):
        page = Page(body(response))
        assert page.named("html") == [{"lang": "en", "class": "nhsuk-template"}]
        assert len(page.named("h1")) == len(page.named("main")) == len(page.named("header")) == 1
        assert len(page.named("nav")) == len(page.named("footer")) == 1
        assert page.inside("title")[0].endswith(f" – {WORDS.text['base']['service']}")
        assert page.unbalanced == []
        assert page.open == []
        ids = [values["id"] for _, values in page.elements if "id" in values]
        assert len(ids) == len(set(ids))
        labelled = {values["for"] for values in page.named("label")}
        shown = [v for tag in ("input", "select", "textarea") for v in page.named(tag) if v.get("type") != "hidden"]
        assert {values["id"] for values in shown} <= labelled
        assert response.headers["Cache-Control"] == "no-store"
        assert response.headers["Content-Security-Policy"].startswith("default-src 'none'")
        assert page.named("script") == []


def test_the_queue_puts_crisis_apart_and_says_what_is_overdue(seeds: Seeds, client: Client) -> None:
    seeds.full()
    page = show(client, "/")
    assert (
        page.text.index("Crisis first") < page.text.index("I cannot go on") < page.text.index("Waiting for an answer")
    )
    assert page.text.index("Waiting for an answer") < page.text.index("Overdue since Friday 17:00")
    assert "As at 10:00." in page.text
    assert page.text.count("Due tomorrow by 17:00") == 8
    assert "1 arriving" in page.text
    assert "2 to sort out" in page.text


def test_the_navigation_counts_what_waits(seeds: Seeds, client: Client) -> None:
    seeds.full()
    for path in (*LISTS, f"/cases/{seeds.message('hi').id}"):
        assert "Queue 9 To read Arriving 1 To sort out 2 Closed" in show(client, path).text


def test_each_list_is_at_its_place(seeds: Seeds, client: Client) -> None:
    cases = seeds.full()
    progress.close(
        seeds.store, cases["closed"].id, ROWAN, WORDS.outcomes[0], "", seeds.case(cases["closed"].id).version, NOW
    )
    assert "you were kind to my mum" in show(client, "/reading").text
    assert "They sent a sticker." in show(client, "/reading").text
    assert "is anyone there?" in show(client, "/pending").text
    assert "Answered on the platform: Rowan Field, today 10:00" in show(client, "/closed").text
    assert "Only a notice, no message: The desk" in show(client, "/closed").text
    assert "Tried 2 times. Last word: timed out." in show(client, "/sort-out").text
    assert "unknown verb" in show(client, "/sort-out").text


def test_empty_lists_say_so(client: Client) -> None:
    for path, name in zip(LISTS, ("queue", "reading", "pending", "closed", "sort_out"), strict=True):
        assert WORDS.text["list"][f"{name}_empty"] in show(client, path).text


def test_who_has_a_case_is_said(seeds: Seeds, client: Client) -> None:
    mine, theirs = seeds.message("a", finding("question")), seeds.message("b", finding("question"))
    progress.claim(seeds.store, mine.id, MORGAN, mine.version, NOW)
    progress.claim(seeds.store, theirs.id, ROWAN, theirs.version, NOW)
    page = show(client, "/")
    assert page.text.count("You have this") == page.text.count("Rowan Field has this") == 1


def test_upsetting_words_wait_behind_a_warning(seeds: Seeds, client: Client) -> None:
    case = seeds.message("You utter nonsense people.", finding("abusive", (4, 9), clause="abusive"))
    for path in ("/", f"/cases/{case.id}"):
        page = body(client.get(path))
        folded = page[page.index("<details") : page.index("</details>")]
        assert WORDS.text["card"]["folded"] in folded
        assert "utter" in folded
        assert "utter" not in page.replace(folded, "")
        assert "<details open" not in page


def test_somebody_else_can_be_chosen_on_a_laptop(client: Client) -> None:
    chosen = send(client, "/", "/person", person=ROWAN.id)
    assert chosen.status_code == 303
    cookie = chosen.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie
    assert "You are Rowan Field, Communications officer" in show(client, "/").text
    assert send(client, "/", "/person", person="stranger").status_code == 400


def test_every_address_holds_below_a_mount(seeds: Seeds) -> None:
    cases = seeds.full()
    client = Client(console(seeds))
    for path in ("/", f"/cases/{cases['crisis'].id}", "/sort-out"):
        page = Page(body(client.get(path, base_url="http://localhost/console/")))
        links = [v.get("href") or v.get("action") or "" for tag in ("a", "link", "form") for v in page.named(tag)]
        assert all(link.startswith(("/console/", "#")) for link in links)
        sheet = next(v["href"] for v in page.named("link") if v["rel"] == "stylesheet")
        assert client.get(str(sheet).removeprefix("/console")).status_code == 200
