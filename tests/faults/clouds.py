"""The same world on Google's emulators, with a channel that can lose an answer."""

import json
import os
import warnings
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest import mock
from uuid import uuid4

import grpc
from google.cloud.firestore import Client
from google.pubsub_v1 import SubscriberClient
from google.pubsub_v1.services.subscriber.transports import SubscriberGrpcTransport

from shared.adapters.firestore import FirestoreStore
from shared.adapters.pubsub import PubSubQueue, connect
from shared.adapters.sqlite import Lease
from tests.clients import topics
from tests.faults.world import TOPICS, Boot, Machinery, World, sqlite


class LostAnswer(grpc.RpcError):  # type: ignore[misc]
    """What a client is told when the answer never came: as much of grpc's own error as is read."""

    def __init__(self, code: grpc.StatusCode) -> None:
        super().__init__()
        self._code = code

    def code(self) -> grpc.StatusCode:
        return self._code

    def details(self) -> str:
        return "the answer was lost"

    def trailing_metadata(self) -> tuple[()]:
        return ()

    def result(self) -> None:
        raise self


@dataclass
class LosesAnswers(grpc.UnaryUnaryClientInterceptor):  # type: ignore[misc]
    """Lets the `number`-th call of a method through to the server and then loses the answer."""

    method: str
    number: int
    code: grpc.StatusCode
    lost: Callable[[], None] = lambda: None
    seen: int = field(default=0)

    def intercept_unary_unary(self, continuation: Any, details: Any, request: Any) -> Any:
        call = continuation(details, request)
        if details.method.endswith(f"/{self.method}"):
            self.seen += 1
            if self.seen == self.number:
                call.result()
                self.lost()
                raise LostAnswer(self.code)
        return call


def client(host: str, project: str, *interceptors: Any) -> Client:
    """A Firestore client of the emulator whose calls pass through interceptors."""
    with mock.patch.dict(os.environ, {"FIRESTORE_EMULATOR_HOST": host}):
        made = Client(project=project)
    plain: Any = made._emulator_channel
    through = lambda transport: grpc.intercept_channel(plain(transport), *interceptors)  # noqa: E731
    vars(made)["_emulator_channel"] = through
    return made


class Pulled:
    """One pull subscription a topic. What a dead process had leased is given back at once: its lease has lapsed."""

    def __init__(self, host: str, project: str) -> None:
        self._client = SubscriberClient(transport=SubscriberGrpcTransport(channel=grpc.insecure_channel(host)))
        self._project = project
        self._away: dict[int, tuple[str, str]] = {}
        publisher = topics(host)
        for topic in TOPICS:
            path = f"projects/{project}/topics/{topic}"
            publisher.create_topic(name=path)
            self._client.create_subscription(name=self._path(topic), topic=path)

    def lease(self, topic: str, limit: int = 10) -> list[Lease]:
        request = {"subscription": self._path(topic), "max_messages": limit, "return_immediately": True}
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # waiting is what a test must not do
            pulled = self._client.pull(request=request, timeout=10)
        return [self._lease(topic, m.ack_id, m.message.data) for m in pulled.received_messages]

    def acknowledge(self, lease: Lease) -> None:
        path, ack_id = self._away.pop(lease.id)
        self._client.acknowledge(subscription=path, ack_ids=[ack_id])

    def give_back(self, lease: Lease) -> None:
        path, ack_id = self._away.pop(lease.id)
        self._client.modify_ack_deadline(subscription=path, ack_ids=[ack_id], ack_deadline_seconds=0)

    def lapse(self) -> None:
        """Every lease ends."""
        for number in list(self._away):
            self.give_back(Lease(number, "", {}, 1))

    def _path(self, topic: str) -> str:
        return f"projects/{self._project}/subscriptions/{topic}"

    def _lease(self, topic: str, ack_id: str, data: bytes) -> Lease:
        number = uuid4().int
        self._away[number] = (self._path(topic), ack_id)
        return Lease(number, topic, json.loads(data), 1)


def on_pubsub(folder: Path, host: str, *interceptors: Any, through: str | None = None) -> Boot:
    """A process with its cases in one file and its topics in Pub/Sub, which it may only reach `through` a proxy."""
    project = f"demo-{uuid4().hex}"
    source = Pulled(host, project)
    channel = grpc.intercept_channel(grpc.insecure_channel(through or host), *interceptors)
    queue = PubSubQueue(channel, project)
    file = sqlite(folder)

    def boot(world: World) -> Machinery:
        made = file(world)
        return Machinery(made.store, queue, source, made.close)

    return boot


def emulated(firestore_host: str, pubsub_host: str, *interceptors: Any) -> Boot:
    """A process on a project of its own on both emulators."""
    project = f"demo-{uuid4().hex}"
    source = Pulled(pubsub_host, project)
    store = FirestoreStore(client(firestore_host, project, *interceptors))
    queue = PubSubQueue(connect(pubsub_host), project)

    def boot(_: World) -> Machinery:
        return Machinery(store, queue, source, source.lapse)

    return boot
