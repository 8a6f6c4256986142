"""Google's emulators as children of the benchmark: one of each for the whole run."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from infra.emulators import firestore, pubsub

PROJECT = "demo-bench"


@contextmanager
def emulators(topic: str) -> Iterator[Mapping[str, str]]:
    """The environment of a function that is to use them; `topic` is there."""
    with firestore() as store, pubsub() as queue:
        _make(topic, queue)
        yield {"GOOGLE_CLOUD_PROJECT": PROJECT, "FIRESTORE_EMULATOR_HOST": store, "PUBSUB_EMULATOR_HOST": queue}


def _make(topic: str, host: str) -> None:
    import grpc
    from google.pubsub_v1 import PublisherClient
    from google.pubsub_v1.services.publisher.transports import PublisherGrpcTransport

    client = PublisherClient(transport=PublisherGrpcTransport(channel=grpc.insecure_channel(host)))
    client.create_topic(name=f"projects/{PROJECT}/topics/{topic}")
