"""A platform, a queue and our functions around one store, run through their real edges; a process that can die."""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any, Protocol, cast

from flask import Flask, Response, request

from functions.facebook.inbound import parse
from infra.signing import meta as sign
from shared.adapters.sqlite import Database, Lease, SqliteQueue, SqliteStore
from shared.domain.message import Platform
from shared.ports import PlatformClient, Queue, Store, StoreUnavailable
from shared.service import inbox, intake, sending, sweeping
from shared.service.assessment import assess
from shared.webhooks import endpoint, meta, push, scheduled
from shared.webhooks.delivering import deliverer
from tests.faults.cuts import PLATFORM, QUEUE, STORE, Died, Through, ThroughStore, Wire
from tests.rig import LIBRARY, PAGE, FakeClient

SECRET = b"test-secret"
TOPICS = (intake.TOPIC, "actions-facebook")
HANG = timedelta(seconds=45)  # longer than a lease of the queue
ROUNDS = 12
APP = Flask(__name__)


class Source(Protocol):
    """Where the relay takes messages from."""

    def lease(self, topic: str, limit: int = 10) -> list[Lease]: ...
    def acknowledge(self, lease: Lease) -> None: ...
    def give_back(self, lease: Lease) -> None: ...


@dataclass(frozen=True)
class Machinery:
    """What one process is built of."""

    store: Store
    queue: Queue
    source: Source
    close: Callable[[], None]


Boot = Callable[["World"], Machinery]


@dataclass
class World:
    """What outlives a process: the file, the clock, the platform and what it still has to deliver."""

    boot: Boot
    now: datetime
    wire: Wire = field(default_factory=Wire)
    facebook: FakeClient = field(default_factory=FakeClient)
    answered: list[Mapping[str, Any]] = field(default_factory=list)
    undelivered: list[Mapping[str, Any]] = field(default_factory=list)
    statuses: list[int | None] = field(default_factory=list)
    deaths: int = 0
    attempts: int = 0

    def __post_init__(self) -> None:
        self.wire.hang = lambda: self.later(HANG)
        self._start()

    def _start(self) -> None:
        self.real = self.boot(self)
        self.store = cast("Store", ThroughStore(self.wire, "store", self.real.store, STORE))
        self.queue = cast("Queue", Through(self.wire, "queue", self.real.queue, QUEUE))
        self.source = cast("Source", Through(self.wire, "topic", self.real.source, STORE))

    def later(self, duration: timedelta) -> None:
        """Let time pass."""
        self.now += duration

    @contextmanager
    def process(self, name: str) -> Iterator[None]:
        """A function at work. When it dies, everything is built again from what was written."""
        before, self.wire.within = self.wire.within, name
        try:
            yield
        except Died:
            if before:
                raise  # what it was called by is in the same process
            self.deaths += 1
            self.real.close()
            self._start()
        finally:
            self.wire.within = before

    def deliver(self, delivery: Mapping[str, Any]) -> None:
        """The platform posts a delivery; without a 2xx it comes again."""
        body, answer = json.dumps(delivery).encode(), None
        self.undelivered.append(delivery)
        with (
            self.process("facebook"),
            APP.test_request_context("/", method="POST", data=body, headers=sign(body, SECRET)),
        ):
            answer = endpoint.handle(request, self._webhook())
        self.statuses.append(answer.status_code if answer else None)
        if answer is not None and answer.status_code == 200:
            self.undelivered.remove(delivery)
            self.answered.append(delivery)

    def redeliver(self) -> None:
        """What was not answered 2xx, once more."""
        waiting, self.undelivered = self.undelivered, []
        for delivery in waiting:
            self.deliver(delivery)

    def sweep(self) -> None:
        """The scheduler calls once."""
        with self.process("sweep"), APP.test_request_context("/", method="POST"):
            scheduled.handle(request, "sweep", self._sweep)

    def drain(self) -> None:
        """The relay delivers what is due until nothing is."""
        for _ in range(ROUNDS):
            if not sum(self.relay(topic) for topic in TOPICS):  # all of them, whatever one had
                return

    def relay(self, topic: str) -> bool:
        """One round of a topic's subscription. False when nothing was due."""
        leases: list[Lease] = []
        with self.process("relay"):
            try:
                leases = self.source.lease(topic, 100)
                for lease in leases:
                    done = self.push(topic, lease.data).status_code == 204
                    settle = self.source.acknowledge if done else self.source.give_back
                    settle(lease)
            except StoreUnavailable:
                pass  # what is leased comes again
        return bool(leases)

    def push(self, topic: str, ids: Mapping[str, str]) -> Response:
        """A topic's subscription calls its function with one message."""
        name, work = ("inbox", self.take_case) if topic == intake.TOPIC else ("send", self._send)
        body = json.dumps(push.envelope(json.dumps(ids).encode(), "1", topic))
        answer = Response(status=500)  # until it has said something else
        with self.process(name), APP.test_request_context("/", method="POST", data=body):
            answer = push.handle(request, name, work)
        return answer  # noqa: RET504 - or it died before it said anything

    def take_case(self, ids: Mapping[str, str]) -> bool:
        """What `inbox` does with one message."""
        inbox.take_case(ids["case"], self.now, store=self.store, queue=self.queue, library=LIBRARY)
        return True

    def _send(self, ids: Mapping[str, str]) -> bool:
        self.attempts += 1
        client = cast("PlatformClient", Through(self.wire, "facebook", self.facebook, PLATFORM))
        done = sending.send(
            ids["action"],
            Platform.FACEBOOK,
            store=self.store,
            client=lambda _: client,
            objects=lambda _: False,
            clock=lambda: self.now,
            attempt=f"attempt-{self.attempts}",
        )
        return done is sending.Sent.DONE

    def _sweep(self) -> int:
        return sweeping.sweep(self.now, store=self.store, queue=self.queue).cases

    def _webhook(self) -> endpoint.Webhook:
        def take(parts: Any, delivery: intake.Delivery) -> intake.Taken:
            judge = lambda event, at: assess(event, LIBRARY, at)  # noqa: E731
            return intake.take_in(parts, delivery, store=self.store, queue=self.queue, assess=judge)

        return endpoint.Webhook(
            platform=Platform.FACEBOOK,
            verify=meta.verify,
            secrets=lambda: {"meta": [SECRET]},
            parse=parse,
            deliver=lambda: deliverer(Platform.FACEBOOK, lambda: self.now, {PAGE: "meta"}, take),
        )


def sqlite(folder: Path, name: str = "world", seed: int = 1, repeats: float = 0.0) -> Boot:
    """A process on one SQLite file in `folder`, with a queue that shuffles."""

    def boot(world: World) -> Machinery:
        database = Database(folder / f"{name}.sqlite3")
        database.read("PRAGMA synchronous=OFF")  # the disk is not what is cut here
        queue = SqliteQueue(database, lambda: world.now, Random(seed), repeats)
        return Machinery(SqliteStore(database), queue, queue, database.close)

    return boot
