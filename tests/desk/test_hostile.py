"""Whatever strangers write stays text: no element, no attribute, no address, no invisible character comes from it."""

import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from werkzeug.test import Client

from shared.domain.case import Case
from shared.service.desk import progress
from tests.desk.pages import Page
from tests.desk.seeds import MORGAN, NOW, WORDS, Seeds, body, console, finding

ALLOWED = frozenset(
    re.findall(
        r"\w+",
        "html head meta title link body a header div span nav ul ol li p main section h1 h2 h3 strong mark sup "
        "bdi br details summary blockquote dl dt dd time form input label fieldset legend textarea button select "
        "option footer",
    )
)
UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\U000e0001]")
CANARY = "canary"
HOSTILE = {
    "script": "<script>alert('canary')</script>",
    "picture": "<img src=x onerror=canary()> <svg/onload=canary()>",
    "attribute": '" onmouseover="canary()" \' autofocus onfocus=\'canary()',
    "ends an element": "</textarea></p></bdi></mark></title></details><iframe src=//canary.invalid>",
    "template": "{{ 7 * 7 }}{% raw %}{0}{name}%s canary",
    "entities": "&lt;script&gt; &amp;canary &#x3C;b&#x3E;",
    "address": "javascript:canary() https://canary.invalid/?a=b data:text/html,<b>canary",
    "bidi": "canary \u202etxt.exe\u2066\u2069\u061c\u200f\u200e",
    "controls": "canary\x00\x07\x1b[31m\x7f\x85\ufeff\U000e0001",
    "comment": "<!-- canary --><![CDATA[<b>canary</b>]]>",
    "surrogate": "canary \ud800",
    "long": "<b>canary " * 6500,
    "combining": "canary" + "\u0300" * 60_000,
}


def pages_with(seeds: Seeds, text: str) -> list[str]:
    """Every page on which a stranger's text, name or delivered fragment, or a colleague's note, is shown."""
    harsh = finding("abusive", (0, 9), (3, 40), clause="abusive", eased_by=((0, 20),))
    shown = seeds.message(text, finding("question", (2, 30), (5, 12)), name=text)
    folded = seeds.message(text, harsh, name=text, taken=False)
    ended = seeds.message(text, finding("question"), name=text)
    note = text[: progress.NOTE_LIMIT]
    progress.close(seeds.store, ended.id, MORGAN, WORDS.outcomes[0], note, ended.version, NOW)
    if "\ud800" not in text:
        seeds.fragment(text)
    client = Client(console(seeds))
    paths = ("/", "/reading", "/pending", "/closed", "/sort-out", *(f"/cases/{c.id}" for c in (shown, folded, ended)))
    return [body(client.get(path)) for path in paths]


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_text_is_inert(seeds: Seeds, name: str) -> None:
    text = HOSTILE[name].replace("\ud800", "\ufffd")  # no delivery gets a lone surrogate past the parser
    for html in pages_with(seeds, text):
        page = Page(html)
        assert {tag for tag, _ in page.elements} <= ALLOWED
        attributes = "".join(f"{key}={value}" for _, values in page.elements for key, value in values.items())
        assert CANARY not in attributes
        assert not UNSEEN.search(html)
        assert page.unbalanced == []
        assert "49" not in page.text


def test_what_was_written_can_be_read(seeds: Seeds) -> None:
    text = HOSTILE["script"] + HOSTILE["attribute"]
    case = seeds.message(text, finding("question"))
    page = Page(body(Client(console(seeds)).get(f"/cases/{case.id}")))
    assert text in page.text


@given(st.text(st.characters(codec="utf-8"), max_size=80))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_text_is_inert(seeds: Seeds, text: str) -> None:
    case = seeds.message(text, finding("question", (0, 5), (3, 9)), name=text)
    html = body(Client(console(seeds)).get(f"/cases/{case.id}"))
    assert {tag for tag, _ in Page(html).elements} <= ALLOWED
    assert not UNSEEN.search(html)


def test_what_a_form_sends_back_is_inert(seeds: Seeds) -> None:
    client = Client(console(seeds))
    case: Case = seeds.message("When?", finding("question"))
    at = f"/cases/{case.id}"
    form = next(form for form in Page(body(client.get(at))).forms if form.action == f"{at}/close")
    for note in HOSTILE.values():
        typed = note.encode("utf-8", "replace").decode()[:1900]
        for outcome in ("", typed):
            html = body(client.post(form.action, data={**form.fields, "outcome": outcome, "note": typed}))
            page = Page(html)
            assert {tag for tag, _ in page.elements} <= ALLOWED
            assert page.unbalanced == []
    assert "said" not in body(client.get("/?said=%3Cscript%3E"))
