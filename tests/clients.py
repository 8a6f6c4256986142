"""Google's own publisher on an emulator: what makes topics is not what publishes to them."""

import grpc
from google.pubsub_v1 import PublisherClient
from google.pubsub_v1.services.publisher.transports import PublisherGrpcTransport


def topics(host: str) -> PublisherClient:
    """A client of the emulator at `host:port` to make topics with."""
    return PublisherClient(transport=PublisherGrpcTransport(channel=grpc.insecure_channel(host)))
