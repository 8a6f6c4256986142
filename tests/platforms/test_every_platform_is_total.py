"""Whatever a platform delivers, reading it ends in parts: nothing raises, and no words of a message get lost."""

import copy
import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.domain.calendar import EARLIEST, LATEST
from shared.domain.message import CONTENT, Event
from shared.service.reading import as_line
from shared.webhooks.json import loads
from tests.platforms.every import CASES, PLATFORMS, reader

steady = settings(deadline=None, database=None, derandomize=True, max_examples=150)
DELIVERIES = {name: [loads(case.read_bytes()) for case in CASES if case.parent.name == name] for name in PLATFORMS}


def names(value: Any) -> Iterator[str]:
    """Every key in a value."""
    inner = list(value.values()) if isinstance(value, dict) else value if isinstance(value, list) else []
    yield from value if isinstance(value, dict) else ()
    for child in inner:
        yield from names(child)


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The way to every value inside a value."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, child in inner:
        yield (*path, key)
        yield from places(child, (*path, key))


def anything(platform: str) -> st.SearchStrategy[Any]:
    """Any JSON, with the platform's own keys where it matters."""
    known = sorted({name for delivery in DELIVERIES[platform] for name in names(delivery)}) or ["id"]
    odd = [10**18, -1, "9" * 300, "\ud800", "\x00", "", 1795298400, 1795298400000, "2026-11-21T22:00:00.000Z", "0"]
    scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.sampled_from(odd)
    keys = st.sampled_from(known) | st.text(max_size=3)
    return st.recursive(
        scalars | st.sampled_from(known),
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(keys, inner, max_size=6),
        max_leaves=20,
    )


def check(platform: str, delivery: Any) -> None:
    """Every part can be printed and stored, and none is there because our own reader failed."""
    for part in reader(platform)(delivery):
        json.dumps(as_line(part))
        said = part.said
        if not isinstance(said, Event):
            assert "our reader failed" not in said.why
            continue
        assert said.sent_at is None or EARLIEST <= said.sent_at < LATEST
        assert said.event not in CONTENT or (said.id and said.kind), "a message without an id is nobody's case"
        assert said.author is None or said.author.id != "", "an empty id would make one person of many"


@pytest.mark.parametrize("platform", PLATFORMS)
@steady
@given(st.data())
def test_any_json_at_all(platform: str, data: st.DataObject) -> None:
    check(platform, data.draw(anything(platform)))


@pytest.mark.parametrize("platform", PLATFORMS)
@steady
@given(st.data())
def test_a_delivery_with_something_replaced_or_taken_away(platform: str, data: st.DataObject) -> None:
    delivery = copy.deepcopy(data.draw(st.sampled_from(DELIVERIES[platform])))
    for _ in range(data.draw(st.integers(1, 3))):
        ways = list(places(delivery))
        if not ways:
            break
        *path, last = data.draw(st.sampled_from(ways))
        parent = delivery
        for key in path:
            parent = parent[key]
        if data.draw(st.booleans()):
            del parent[last]
        else:
            parent[last] = data.draw(anything(platform))
    check(platform, delivery)


@pytest.mark.parametrize("platform", PLATFORMS)
def test_deliveries_are_read_the_same_twice(platform: str) -> None:
    for delivery in DELIVERIES[platform]:
        before = copy.deepcopy(delivery)
        first = [as_line(part) for part in reader(platform)(delivery)]
        assert delivery == before, "reading changes nothing"
        assert [as_line(part) for part in reader(platform)(delivery)] == first
