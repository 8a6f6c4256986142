"""A desk on both emulators whose calls are counted, and the table of the counts (`COUNTS=1 pytest tests/counts`)."""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from uuid import uuid4

import pytest

from shared.adapters.firestore import FirestoreStore
from shared.adapters.pubsub import PubSubQueue
from tests.clients import topics
from tests.counts import wire

Note = Callable[[str, Mapping[str, int]], None]
_rows: list[tuple[str, Mapping[str, int]]] = []


@dataclass
class Cloud:
    """Store and queue on the emulators, and what went over the wire."""

    store: FirestoreStore
    queue: PubSubQueue
    meter: wire.Meter
    project: str


@pytest.fixture
def cloud(firestore_host: str, pubsub_host: str, monkeypatch: pytest.MonkeyPatch) -> Cloud:
    """An empty project of its own."""
    monkeypatch.setenv("FIRESTORE_EMULATOR_HOST", firestore_host)
    meter, project = wire.Meter(), f"demo-{uuid4().hex}"
    publisher = topics(pubsub_host)
    for topic in ("needs-human", "actions-facebook"):
        publisher.create_topic(name=f"projects/{project}/topics/{topic}")
    store = FirestoreStore(wire.firestore(firestore_host, project, meter))
    return Cloud(store, PubSubQueue(wire.channel(pubsub_host, meter), project), meter, project)


@pytest.fixture
def note() -> Note:
    """Put a line into the table."""

    def add(what: str, counts: Mapping[str, int]) -> None:
        _rows.append((what, dict(counts)))

    return add


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """The table, for whoever asks for it."""
    if os.environ.get("COUNTS") != "1":
        return
    terminalreporter.section("counts")
    for what, counts in _rows:
        line = "  ".join(f"{name} {count}" for name, count in counts.items() if count) or "nothing"
        terminalreporter.write_line(f"{what:58} {line}")
