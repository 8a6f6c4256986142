"""Where the relay takes messages from: the local file, or a Pub/Sub emulator by pulling."""

import json
from collections.abc import Sequence
from random import SystemRandom
from typing import Protocol

from shared import bootstrap
from shared.adapters.sqlite import Lease, SqliteQueue
from shared.ports import StoreUnavailable

PULL_SECONDS = 5.0
LEASE_SECONDS = 30


class Source(Protocol):
    """Leases messages of a topic; each is acknowledged or given back."""

    def lease(self, topic: str, limit: int = 10) -> list[Lease]:
        """What is due now. Raises `StoreUnavailable`."""

    def acknowledge(self, lease: Lease) -> None:
        """Done."""

    def give_back(self, lease: Lease) -> None:
        """Failed: again later."""


def source(topics: Sequence[str]) -> Source | None:
    """The source that fits the settings. None in a real project: there Pub/Sub itself pushes to the functions."""
    settings = bootstrap.settings()
    if settings.project is None:
        return SqliteQueue(bootstrap.database(), bootstrap.clock, SystemRandom())
    if settings.pubsub_emulator is None:
        return None
    return Pulling(settings.pubsub_emulator, settings.project, topics)


class Pulling:
    """One pull subscription a topic, on an emulator, made where it is missing."""

    def __init__(self, emulator: str, project: str, topics: Sequence[str]) -> None:
        import grpc
        from google.api_core.exceptions import AlreadyExists
        from google.pubsub_v1 import PublisherClient, SubscriberClient
        from google.pubsub_v1.services.publisher.transports import PublisherGrpcTransport
        from google.pubsub_v1.services.subscriber.transports import SubscriberGrpcTransport

        self._project = project
        channel = grpc.insecure_channel(emulator)
        self._client = SubscriberClient(transport=SubscriberGrpcTransport(channel=channel))
        publisher = PublisherClient(transport=PublisherGrpcTransport(channel=channel))
        for topic in topics:
            path = f"projects/{project}/topics/{topic}"
            made = {"name": self._subscription(topic), "topic": path, "ack_deadline_seconds": LEASE_SECONDS}
            for make, argument in ((publisher.create_topic, {"name": path}), (self._client.create_subscription, made)):
                try:
                    make(request=argument)
                except AlreadyExists:
                    continue
        self._away: dict[int, tuple[str, str]] = {}
        self._count = 0

    def lease(self, topic: str, limit: int = 10) -> list[Lease]:
        """See `Source`."""
        from google.api_core.exceptions import DeadlineExceeded, GoogleAPICallError

        request = {"subscription": self._subscription(topic), "max_messages": limit}
        try:
            pulled = self._client.pull(request=request, retry=None, timeout=PULL_SECONDS)
        except DeadlineExceeded:
            return []
        except GoogleAPICallError as error:
            raise StoreUnavailable(type(error).__name__) from None
        return [self._lease(topic, m.ack_id, m.message.data, m.delivery_attempt) for m in pulled.received_messages]

    def acknowledge(self, lease: Lease) -> None:
        """See `Source`."""
        subscription, ack_id = self._away.pop(lease.id)
        self._client.acknowledge(subscription=subscription, ack_ids=[ack_id])

    def give_back(self, lease: Lease) -> None:
        """See `Source`: it comes again when its lease ends, as a push that failed would after a pause."""
        self._away.pop(lease.id)

    def _subscription(self, topic: str) -> str:
        return f"projects/{self._project}/subscriptions/{topic}-local"

    def _lease(self, topic: str, ack_id: str, data: bytes, attempt: int) -> Lease:
        self._count += 1
        self._away[self._count] = (self._subscription(topic), ack_id)
        return Lease(self._count, topic, json.loads(data), attempt)
