"""`ports.Queue` on Pub/Sub: one publish call, awaited; no batching thread that could be lost with the process."""

import json
from collections.abc import Sequence

import grpc
from google.api_core.exceptions import GoogleAPICallError, RetryError
from google.pubsub_v1 import PublisherClient
from google.pubsub_v1.services.publisher.transports import PublisherGrpcTransport
from google.pubsub_v1.types import PubsubMessage

from shared.ports import Notice, QueueUnavailable

PUBLISH_SECONDS = 4.0


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

    def publish(self, topic: str, notices: Sequence[Notice]) -> None:
        """All of them, durable on return. Raises `QueueUnavailable`."""
        messages = [PubsubMessage(data=json.dumps(dict(notice.data)).encode()) for notice in notices]
        path = f"projects/{self._project}/topics/{topic}"
        try:
            self._client.publish(topic=path, messages=messages, retry=None, timeout=PUBLISH_SECONDS)
        except (GoogleAPICallError, RetryError) as error:
            raise QueueUnavailable(type(error).__name__) from None
