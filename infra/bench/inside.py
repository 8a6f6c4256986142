"""Measures inside one process: the rules on texts, and a page of the queue."""

import re
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from infra.bench.deliveries import PAGE, TEXTS
from infra.bench.figures import Sample, alternately, percentile
from infra.bench.workshop import Workshop
from shared.adapters.sqlite import Database, SqliteStore
from shared.domain.case import Case, Revision
from shared.domain.message import Event, EventKind, Kind, Platform, case_id, event_hash
from shared.domain.taking import take
from shared.ports import Arrival, Transaction
from shared.principles.loading import Library, load
from shared.service.assessment import assess

START = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
ASSESSED = 2000
FIVE = re.compile(r"\b(?:help|urgent|complaint|appointment|crisis)\b", re.IGNORECASE)
FEW, MANY = 1_000, 50_000
PAGE_OF = 50
PAGES = 40


def triage(_: Workshop, rounds: int) -> list[Sample]:
    """Texts a second through all rules and the calendar, against looking for five words and nothing else."""
    library = load()
    events = [_event(str(number), TEXTS[number % len(TEXTS)]) for number in range(ASSESSED)]
    variants = {
        "floor": lambda: ASSESSED / _seconds(lambda: [FIVE.findall(event.text or "") for event in events]),
        "ours": lambda: ASSESSED / _seconds(lambda: [assess(event, library, START) for event in events]),
    }
    alternately(1, variants)
    return [Sample(speed["ours"], speed["floor"]) for speed in alternately(rounds, variants)]


def queue_page(shop: Workshop, rounds: int) -> list[Sample]:
    """Milliseconds of the first page of the queue with 50,000 waiting on SQLite, against a queue of 1,000."""
    library = load()
    stores = {"floor": _filled(shop, FEW, library), "ours": _filled(shop, MANY, library)}
    variants = {name: _page_of(store) for name, store in stores.items()}
    alternately(1, variants)
    taken = alternately(rounds, variants)
    return [
        Sample(percentile(one["ours"], 0.5), percentile(one["floor"], 0.5), percentile(one["ours"], 0.99))
        for one in taken
    ]


def _page_of(store: SqliteStore) -> Callable[[], list[float]]:
    return lambda: [_seconds(lambda: store.queue(PAGE_OF)) * 1000 for _ in range(PAGES)]


def _filled(shop: Workshop, count: int, library: Library) -> SqliteStore:
    """A store with `count` cases in the queue, as intake and inbox would have left them."""
    store = SqliteStore(Database(shop.folder / f"queue-{count}.sqlite3"))
    cases = [_case(number, library) for number in range(count)]
    store.merge([_arrival(case) for case in cases], ())
    due = library.in_force(START).calendar().due

    def take_all(tx: Transaction) -> None:
        for case in cases:
            tx.put_case(take(case, START, due))

    store.transact(take_all)
    return store


def _case(number: int, library: Library) -> Case:
    event = _event(f"{PAGE}_{number}", "Is the reception open on Saturday?", START - timedelta(seconds=number))
    id_ = case_id(event.platform, event.account, event.id or "")
    revision = Revision(event, START, "0" * 64, "{}", assess(event, library, START))
    return replace(
        Case(id_, event.platform, event.account, event.id or ""),
        revisions={event_hash(event): revision},
        pending_since=START,
    )


def _arrival(case: Case) -> Arrival:
    return Arrival(case.id, case.platform, case.account, case.message, case.revisions, None, START)


def _event(id_: str, text: str, at: datetime = START) -> Event:
    return Event(EventKind.POSTED, Platform.FACEBOOK, PAGE, id_, Kind.COMMENT, text, conversation="1", sent_at=at)


def _seconds(work: Callable[[], Sequence[object]]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started
