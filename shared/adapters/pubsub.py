"""`ports.Queue` on Pub/Sub: one publish call, awaited; no batching thread that could be lost with the process."""

import json
from collections.abc import Sequence
from functools import partial

import grpc
from google.api_core.exceptions import GoogleAPICallError, RetryError
from google.pubsub_v1 import PublisherClient
from google.pubsub_v1.services.publisher.transports import PublisherGrpcTransport
from google.pubsub_v1.types import PubsubMessage

from shared.adapters.sharing import Shared
from shared.ports import Notice, QueueUnavailable

PUBLISH_SECONDS = 4.0
AT_ONCE = 1000  # messages that Pub/Sub takes in one call


def connect(emulator: str | None) -> PublisherClient:
    """A client of Pub/Sub, or of an emulator at `host:port`."""
    if emulator is None:
        return PublisherClient()
    return PublisherClient(transport=PublisherGrpcTransport(channel=grpc.insecure_channel(emulator)))


class PubSubQueue:
    """Topics of one project. The client's own retries are off: `sweep` publishes what was not confirmed."""

    def __init__(self, client: PublisherClient, project: str) -> None:
        self._client = client
        self._project = project
        self._topics: dict[str, Shared[Sequence[Notice]]] = {}

    def publish(self, topic: str, notices: Sequence[Notice]) -> None:
        """All of them, durable on return. Raises `QueueUnavailable`. Threads that publish at once share a call."""
        self._topics.setdefault(topic, Shared(partial(self._publish, topic))).do(notices)

    def _publish(self, topic: str, brought: list[Sequence[Notice]]) -> None:
        messages = [
            PubsubMessage(data=json.dumps(dict(notice.data)).encode()) for notices in brought for notice in notices
        ]
        path = f"projects/{self._project}/topics/{topic}"
        try:
            for at in range(0, len(messages), AT_ONCE):
                some = messages[at : at + AT_ONCE]
                self._client.publish(topic=path, messages=some, retry=None, timeout=PUBLISH_SECONDS)
        except (GoogleAPICallError, RetryError) as error:
            raise QueueUnavailable(type(error).__name__) from None
