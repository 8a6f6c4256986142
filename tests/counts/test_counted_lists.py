"""A list reads what it shows and nothing else, however many cases there are."""

import os
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest

from shared.adapters.firestore import FirestoreStore
from shared.domain.message import Platform
from shared.ports import Store
from shared.principles import coverage
from shared.service.channels import look
from shared.service.desk import lists
from shared.service.desk.alarms import alarms
from shared.service.sweeping import sweep
from tests.counts import wire
from tests.counts.conftest import Cloud, Note
from tests.counts.scenes import batch, case_row, deliver
from tests.rig import NIGHT, OPEN, PAGE

MANY = 100_000 if os.environ.get("SIGNPOST_SOAK") == "1" else 20_000  # SQLite always has 100 000
SIZES = (100, MANY)
AT_ONCE = 1000
LIMIT = 50
TEN_OVERDUE = NIGHT + timedelta(seconds=95)  # one case in ten waits, and each is due a second after the one before
LISTS: dict[str, Callable[[Store], int]] = {
    "queue": lambda store: len(store.queue(LIMIT)),
    "reading": lambda store: len(store.reading(LIMIT)),
    "closed": lambda store: len(store.closed(LIMIT)),
    "pending": lambda store: len(store.pending(LIMIT)),
    "overdue scan": lambda store: len(store.due_by(TEN_OVERDUE, LIMIT)),
    "sweep's scan": lambda store: len(store.stuck_cases(OPEN, LIMIT)) + len(store.stuck_actions(OPEN, LIMIT)),
}


@pytest.fixture(scope="module", params=SIZES)
def filled(request: pytest.FixtureRequest, firestore_host: str) -> Iterator[tuple[int, FirestoreStore, wire.Meter]]:
    """A database with so many cases: made once, only read."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("FIRESTORE_EMULATOR_HOST", firestore_host)
        meter = wire.Meter()
        client = wire.firestore(firestore_host, f"demo-filled-{request.param}", meter)
        rows = [case_row(number) for number in range(request.param)]
        for at in range(0, len(rows), AT_ONCE):
            _write(client, rows[at : at + AT_ONCE])
        yield request.param, FirestoreStore(client), meter


def _write(client: Any, rows: list[dict[str, Any]]) -> None:
    batch = client.batch()
    for row in rows:
        fields = {name: value for name, value in row.items() if name != "id"}
        batch.set(client.collection("cases").document(row["id"]), fields)
    batch.commit()


@pytest.mark.parametrize("name", LISTS)
def test_a_list_reads_what_it_shows(filled: tuple[int, FirestoreStore, wire.Meter], note: Note, name: str) -> None:
    size, store, meter = filled
    meter.reset()
    shown = LISTS[name](store)
    note(f"{name}, {size} cases", {**meter.calls, "documents read": meter.read.total(), "shown": shown})
    assert meter.read.total() == shown <= LIMIT
    assert set(meter.calls) == {"RunQuery"}
    assert shown == {
        "queue": min(LIMIT, size // 10),
        "reading": min(LIMIT, size // 10),
        "closed": LIMIT,
        "overdue scan": 10,
    }.get(name, 0)


def test_the_queue_page_is_four_queries_and_three_reads_of_what_may_fail(
    filled: tuple[int, FirestoreStore, wire.Meter], note: Note
) -> None:
    size, store, meter = filled
    meter.reset()
    seen = lists.overview(store, LIMIT)
    look([(Platform.FACEBOOK, PAGE)], OPEN, store=store, coverage=coverage.load())
    alarms(OPEN, seen, store=store, may_be_new=True)
    note(f"queue page, {size} cases", {**meter.calls, "documents read": meter.read.total(), "shown": seen.queue.count})
    assert meter.calls == {"RunQuery": 6, "BatchGetDocuments": 1}
    assert meter.read.total() == seen.queue.count + seen.queue.more, "one more, to say that there are more"


def test_a_sweep_reads_what_it_tells_again(cloud: Cloud, note: Note) -> None:
    deliver(cloud.store, cloud.queue, batch(30))
    deliver(cloud.store, cloud.queue, batch(5), OPEN + timedelta(hours=1))
    cloud.meter.reset()
    swept = sweep(OPEN + timedelta(minutes=5), store=cloud.store, queue=cloud.queue)
    note("sweep, 25 due of 30 pending", {**cloud.meter.calls, "documents read": cloud.meter.read.total()})
    assert swept.cases == 25
    assert cloud.meter.calls == {"RunQuery": 2, "Publish": 1, "Commit": 1}
    assert cloud.meter.read.total() == 25
    assert len(cloud.meter.written) == 25


def test_what_waits_too_long_costs_a_sweep_one_query_and_once_an_alert(cloud: Cloud, note: Note) -> None:
    deliver(cloud.store, cloud.queue, batch(3))
    for minutes, more in ((11, {"BeginTransaction": 1, "BatchGetDocuments": 1, "Commit": 2}), (60, {"Commit": 1})):
        cloud.meter.reset()
        sweep(OPEN + timedelta(minutes=minutes), store=cloud.store, queue=cloud.queue)
        note(f"sweep, 3 pending for {minutes} minutes", cloud.meter.calls)
        assert cloud.meter.calls == {"RunQuery": 3, "Publish": 1, **more}


def test_a_page_of_edited_cases_reads_their_revisions_in_few_queries(cloud: Cloud, note: Note) -> None:
    from tests.rig import comment, page

    edits = [comment(f"Changed {n}", at=OPEN, id=f"1_{n}", author=f"9{n}", verb="edited") for n in range(45)]
    deliver(cloud.store, cloud.queue, batch(90))
    deliver(cloud.store, cloud.queue, page(*edits))
    cloud.meter.reset()
    shown = cloud.store.pending(100)
    counts = {**cloud.meter.calls, "documents read": cloud.meter.read.total(), "shown": len(shown)}
    note("a page of 90 cases, 45 of them edited", counts)
    assert cloud.meter.calls == {"RunQuery": 3}, "one for the cases, one for each 30 that were edited"
    assert cloud.meter.read.total() == 90 + 45 == sum(len(case.revisions) for case in shown)
