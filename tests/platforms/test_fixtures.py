"""The contract of every platform: its recorded deliveries, read as the lines written beside them."""

import html
import importlib
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from shared.domain.calendar import EARLIEST, LATEST
from shared.domain.message import CONTENT, Event, EventKind, Part, Parts
from shared.service.reading import as_line
from shared.webhooks.json import loads

FIXTURES = Path(__file__).parents[1] / "fixtures"
FUNCTIONS = Path(__file__).parents[2] / "functions"
CASES = sorted(path for path in FIXTURES.glob("*/*.json") if (FUNCTIONS / path.parent.name / "inbound.py").is_file())
KEYS = "event platform account id kind text author conversation parent sent_at public attachments why".split()  # noqa: SIM905
WORDS = ("text", "message", "review_text")
SPOKEN = CONTENT | {EventKind.ECHO}

every_case = pytest.mark.parametrize("case", CASES, ids=lambda path: f"{path.parent.name}/{path.stem}")


def reader(platform: str) -> Callable[[Any], Parts]:
    parse: Callable[[Any], Parts] = importlib.import_module(f"functions.{platform}.inbound").parse
    return parse


def parts(case: Path) -> list[Part]:
    return list(reader(case.parent.name)(loads(case.read_bytes())))


def words(value: Any) -> Iterator[str]:
    """Everything in a delivery that somebody may have written."""
    if isinstance(value, dict):
        yield from (inner for key, inner in value.items() if key in WORDS and isinstance(inner, str) and inner)
        value = list(value.values())
    if isinstance(value, list):
        for inner in value:
            yield from words(inner)


def without_links(text: str) -> str:
    """The text without addresses, which a platform shortens on the way, and the mark of what is cut short."""
    return re.sub(r"https?://\S+", "", text).rstrip(" \u2026")


@every_case
def test_a_delivery_becomes_the_lines_written_beside_it(case: Path) -> None:
    expected = case.with_suffix(".expected.jsonl").read_text(encoding="utf-8").splitlines()
    assert [as_line(part) for part in parts(case)] == [json.loads(line) for line in expected]


@every_case
def test_no_words_are_lost(case: Path) -> None:
    found = parts(case)
    spoken = [p.said.text for p in found if isinstance(p.said, Event) and p.said.event in SPOKEN]
    kept = [w for p in found if not (isinstance(p.said, Event) and p.said.event in SPOKEN) for w in words(p.fragment)]
    said = [without_links(text) for text in (*spoken, *kept) if text]
    for text in words(loads(case.read_bytes())):
        ways = {without_links(text), without_links(html.unescape(text))}  # as written, or escaped on the way
        assert any(way in whole for way in ways for whole in said), "what was cut short stands in the whole"


@every_case
def test_an_event_is_fit_to_become_a_case(case: Path) -> None:
    for said in (part.said for part in parts(case)):
        assert str(said.platform) == case.parent.name
        if isinstance(said, Event):
            assert said.sent_at is None or EARLIEST <= said.sent_at < LATEST
            assert said.event not in CONTENT or (said.id and said.kind and said.public is (said.kind != "direct"))
            assert said.event not in {EventKind.IGNORED, EventKind.NOTICE} or said.why


@every_case
def test_keys_stand_in_the_order_of_the_interface(case: Path) -> None:
    for part in parts(case):
        keys = list(as_line(part))
        expected = KEYS if isinstance(part.said, Event) else ["event", "platform", "why"]
        assert [key for key in keys if key not in {"no_ack", "incomplete"}] == expected


def test_every_platform_has_enough_cases() -> None:
    platforms = {path.parent.name for path in FUNCTIONS.glob("*/inbound.py")}
    counts = {name: sum(case.parent.name == name for case in CASES) for name in platforms}
    assert platforms
    assert all(count >= 12 for count in counts.values()), counts
