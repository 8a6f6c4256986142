"""`ports.Queue` on Pub/Sub: one publish call, awaited; no batching thread that could be lost with the process."""

import json
from collections.abc import Iterable, Sequence
from functools import partial

import grpc

from shared.adapters import calling, protobuf
from shared.adapters.calling import Call, Channel
from shared.adapters.sharing import Shared
from shared.ports import Notice, QueueUnavailable

PUBLISH = "/google.pubsub.v1.Publisher/Publish"
PUBLISH_SECONDS = 4.0
AT_ONCE = 1000  # messages that Pub/Sub takes in one call


def connect(emulator: str | None) -> Channel:
    """A channel to Pub/Sub, or to an emulator at `host:port`."""
    return calling.channel("pubsub", emulator)


class PubSubQueue:
    """Topics of one project. Nothing is tried again: `sweep` publishes what was not confirmed."""

    def __init__(self, channel: Channel, project: str) -> None:
        self._ask = Call(channel, PUBLISH, PUBLISH_SECONDS)
        self._project = project
        self._topics: dict[str, Shared[Sequence[Notice]]] = {}

    def publish(self, topic: str, notices: Sequence[Notice]) -> None:
        """All of them, durable on return. Raises `QueueUnavailable`. Threads that publish at once share a call."""
        self._topics.setdefault(topic, Shared(partial(self._publish, topic))).do(notices)

    def _publish(self, topic: str, brought: list[Sequence[Notice]]) -> None:
        path = f"projects/{self._project}/topics/{topic}"
        notices = [notice for some in brought for notice in some]
        try:
            for at in range(0, len(notices), AT_ONCE):
                self._ask(_request(path, notices[at : at + AT_ONCE]), ("topic", path))
        except grpc.RpcError as error:
            raise QueueUnavailable(calling.reason(error)) from None


def _request(topic: str, notices: Iterable[Notice]) -> bytes:
    """google.pubsub.v1.PublishRequest, of which each message is only its data."""
    messages = (protobuf.data(1, json.dumps(dict(notice.data)).encode()) for notice in notices)
    return protobuf.text(1, topic) + b"".join(protobuf.data(2, message) for message in messages)
