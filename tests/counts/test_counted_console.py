"""How often each page of the console asks the store, and that it does not depend on how much there is to show."""

from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from werkzeug.test import Client

from tests.counts.conftest import Note
from tests.desk.seeds import Seeds, console, finding

# What every page counts, and what it says while something fails.
OVERVIEW = {"queue": 1, "pending": 1, "quarantined": 1, "unsettled": 1, "channels": 1, "open_alerts": 1, "last_beat": 1}
PAGES: dict[str, dict[str, int]] = {
    "/": OVERVIEW,
    "/pending": OVERVIEW,
    "/sort-out": OVERVIEW,
    "/reading": {**OVERVIEW, "reading": 1},
    "/closed": {**OVERVIEW, "closed": 1},
    "/channels": OVERVIEW,
    "/coverage": OVERVIEW,
    "/enter": OVERVIEW,
    "/alerts": OVERVIEW,
}
CASE = {**OVERVIEW, "case": 1, "audit_of": 1, "conversation": 1, "actions_of": 1}


class Counting:
    """A store that counts what it is asked."""

    def __init__(self, store: Any) -> None:
        self._store = store
        self.calls: Counter[str] = Counter()

    def __getattr__(self, name: str) -> Callable[..., Any]:
        real = getattr(self._store, name)

        def call(*arguments: Any, **options: Any) -> Any:
            self.calls[name] += 1
            return real(*arguments, **options)

        return call


@pytest.fixture
def seeds(tmp_path: Path) -> Seeds:
    return Seeds(tmp_path)


def counted(seeds: Seeds) -> tuple[Client, Counting]:
    store = Counting(seeds.store)
    seeds.store = store  # type: ignore[assignment]
    return Client(console(seeds)), store


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("cases", [0, 1, 30])
def test_a_list_asks_the_store_as_often_however_long_it_is(seeds: Seeds, note: Note, path: str, cases: int) -> None:
    for number in range(cases):
        seeds.message(f"Question {number}?", *([finding("question", (0, 4))] * (number % 2)), taken=number % 3 > 0)
    client, store = counted(seeds)
    assert client.get(path).status_code == 200
    note(f"console {path} with {cases} cases, store calls", store.calls)
    assert store.calls == PAGES[path]


def test_a_case_is_read_once_and_looking_is_recorded_once(seeds: Seeds, note: Note) -> None:
    case = seeds.message("Question?", finding("question", (0, 4)))
    for number in range(20):
        seeds.message(f"Another {number}")
    client, store = counted(seeds)
    for again, expected in ((False, {**CASE, "transact": 1}), (True, CASE)):
        store.calls.clear()
        assert client.get(f"/cases/{case.id}").status_code == 200
        note(f"console, a case{', again' * again}, store calls", store.calls)
        assert store.calls == expected
