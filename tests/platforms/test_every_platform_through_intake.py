"""Every platform passes the whole behaviour of intake: one commit, one publish, nothing lost, nothing twice."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any

import pytest
from flask import Flask, request

from infra.local.defaults import ACCOUNTS
from infra.signing import SIGNERS
from shared.adapters.sqlite import Database, SqliteQueue, SqliteStore
from shared.domain.message import CONTENT, Event, EventKind, Platform, Quarantined, case_id, event_hash
from shared.ports import Arrival, Notice, Quarantine, QueueUnavailable, StoreUnavailable
from shared.principles.loading import load
from shared.service import inbox, intake
from shared.service.assessment import assess
from shared.webhooks import endpoint
from shared.webhooks.delivering import deliverer
from shared.webhooks.json import loads
from tests.platforms.every import CASES, PLATFORMS, PUSHED, reader, webhook

NOW = datetime(2026, 11, 24, 22, 0, tzinfo=UTC)
SECRET = b"secret-of-the-app"
LIBRARY = load()
ASKING = {"x"}  # its challenges are signed like its deliveries, so what could be a challenge is no delivery
every_case = pytest.mark.parametrize("path", CASES, ids=lambda path: f"{path.parent.name}/{path.stem}")


@dataclass
class Counted:
    """A store and a queue that count, and that can be away."""

    store: SqliteStore
    queue: SqliteQueue
    merges: int = 0
    publishes: int = 0
    away: set[str] = field(default_factory=set)

    def merge(self, arrivals: Sequence[Arrival], quarantined: Sequence[Quarantine]) -> None:
        self.merges += 1
        if "store" in self.away:
            raise StoreUnavailable
        self.store.merge(arrivals, quarantined)

    def publish(self, topic: str, notices: Sequence[Notice]) -> None:
        self.publishes += 1
        if "queue" in self.away:
            raise QueueUnavailable
        self.queue.publish(topic, notices)

    def __getattr__(self, name: str) -> Any:
        raise AssertionError(f"intake asks for {name}: it reads nothing")


@pytest.fixture
def world(tmp_path: Path) -> Counted:
    database = Database(tmp_path / "world.sqlite3")
    return Counted(SqliteStore(database), SqliteQueue(database, lambda: NOW, Random(1)))


def take_in(world: Counted, parts: Any, delivery: intake.Delivery) -> intake.Taken:
    return intake.take_in(
        parts, delivery, store=world, queue=world, assess=lambda event, at: assess(event, LIBRARY, at)
    )  # fmt: skip


def deliver(world: Counted, platform: str, body: bytes) -> int:
    """A delivery as the platform makes it, signed; what a poll reads goes the same way without a webhook."""
    accounts = dict.fromkeys(ACCOUNTS[platform], "app")
    made = webhook(platform)
    if made is None:
        delivery = intake.Delivery(Platform(platform), NOW, "poll", frozenset(accounts))
        take_in(world, reader(platform)(loads(body)), delivery)
        return 200
    to = deliverer(Platform(platform), lambda: NOW, accounts, lambda parts, d: take_in(world, parts, d))
    ready = replace(made, secrets=lambda: {"app": [SECRET]}, deliver=lambda: to)
    with Flask(__name__).test_request_context("/", method="POST", data=body, headers=SIGNERS[platform](body, SECRET)):
        return endpoint.handle(request, ready).status_code


def expected(path: Path) -> tuple[set[str], bool]:
    """The cases that a delivery's messages are, and whether anything of it is for quarantine."""
    accounts = frozenset(ACCOUNTS[path.parent.name])
    said = [part.said for part in reader(path.parent.name)(loads(path.read_bytes()))]
    ours = [s for s in said if isinstance(s, Event) and s.account in accounts]
    cases = {case_id(s.platform, s.account, s.id) for s in ours if s.event in {*CONTENT, EventKind.REMOVED} and s.id}
    return cases, any(isinstance(s, Quarantined) for s in said)


@every_case
def test_a_delivery_is_one_commit_and_one_publish_and_the_same_again(path: Path, world: Counted) -> None:
    cases, aside = expected(path)
    body = path.read_bytes()
    assert deliver(world, path.parent.name, body) == 200
    assert world.merges <= 1
    assert world.publishes <= 1
    first = world.merges, world.publishes
    stored = {id_: world.store.case(id_) for id_ in cases}
    assert all(stored.values())
    assert bool(world.store.quarantined(1)) >= aside
    assert deliver(world, path.parent.name, body) == 200
    assert (world.merges, world.publishes) == (2 * first[0], 2 * first[1])
    assert {id_: world.store.case(id_) for id_ in cases} == stored


@every_case
def test_every_message_ends_on_the_desk_once(path: Path, world: Counted) -> None:
    cases, _ = expected(path)
    for _ in range(2):
        deliver(world, path.parent.name, path.read_bytes())
    for lease in world.queue.lease(intake.TOPIC, 5000):
        inbox.take_case(lease.data["case"], NOW, store=world.store, queue=world.queue, library=LIBRARY)
    listed = [c.id for seen in (world.store.queue, world.store.reading, world.store.closed) for c in seen(5000)]
    assert len(listed) == len(set(listed))
    assert cases <= set(listed)
    assert world.store.pending(5000) == []


@every_case
def test_nothing_is_lost_while_the_store_or_the_queue_is_away(path: Path, world: Counted) -> None:
    cases, _ = expected(path)
    if path.parent.name in PUSHED:
        world.away = {"store"}
        status = deliver(world, path.parent.name, path.read_bytes())
        assert status == (503 if world.merges else 200)
    world.away = {"queue"}
    assert deliver(world, path.parent.name, path.read_bytes()) == 200
    assert cases <= {case.id for case in world.store.pending(5000)}


@pytest.mark.parametrize("platform", PLATFORMS)
def test_what_is_no_delivery_at_all_goes_to_quarantine(platform: str, world: Counted) -> None:
    bodies = [b"[]", b"{}", b"7", b'"words"', b"null"]
    bodies += [b"not JSON", b'{"a":' * 40] if platform in PUSHED else []
    for body in bodies:
        before = len(world.store.quarantined(100))
        is_refused = platform in ASKING and not body.startswith((b"{", b"["))
        assert deliver(world, platform, body) == (401 if is_refused else 200)
        assert len(world.store.quarantined(100)) == before + (not is_refused), body


@pytest.mark.parametrize("platform", PLATFORMS)
def test_another_organisations_account_is_never_ours(platform: str, world: Counted) -> None:
    for path in (path for path in CASES if path.parent.name == platform):
        body = path.read_bytes()
        for account in ACCOUNTS[platform]:
            body = body.replace(account.encode(), b"9" * len(account))
        assert deliver(world, platform, body) == 200
    assert world.store.pending(100) == []


@pytest.mark.parametrize("platform", PLATFORMS)
def test_every_platform_has_fixtures_enough(platform: str) -> None:
    assert sum(path.parent.name == platform for path in CASES) >= 12


@every_case
def test_a_redelivery_in_another_spelling_is_the_same_message(path: Path, world: Counted) -> None:
    """The same delivery with its keys in another order and its text escaped differently."""
    cases, _ = expected(path)
    deliver(world, path.parent.name, path.read_bytes())
    hashes = {id_: revisions(world, id_) for id_ in cases}
    again = json.dumps(loads(path.read_bytes()), sort_keys=True, ensure_ascii=True).encode()
    deliver(world, path.parent.name, again)
    assert {id_: revisions(world, id_) for id_ in cases} == hashes


def revisions(world: Counted, id_: str) -> set[str]:
    case = world.store.case(id_)
    assert case is not None
    return {event_hash(revision.event) for revision in case.revisions.values()}
