"""Publishing to Pub/Sub, on Google's emulator."""

import json

import grpc
import pytest
from google.pubsub_v1 import SubscriberClient
from google.pubsub_v1.services.subscriber.transports import SubscriberGrpcTransport

from shared.adapters.pubsub import PubSubQueue, connect
from shared.ports import Notice, QueueUnavailable
from tests.clients import topics
from tests.counts import wire

PROJECT = "demo-pubsub"
TOPIC = f"projects/{PROJECT}/topics/needs-human"
SUBSCRIPTION = f"projects/{PROJECT}/subscriptions/test"


@pytest.fixture
def subscriber(pubsub_host: str) -> SubscriberClient:
    client = SubscriberClient(transport=SubscriberGrpcTransport(channel=grpc.insecure_channel(pubsub_host)))
    topics(pubsub_host).create_topic(name=TOPIC)
    client.create_subscription(name=SUBSCRIPTION, topic=TOPIC)
    return client


def received(subscriber: SubscriberClient, count: int) -> list[dict[str, str]]:
    found: list[dict[str, str]] = []
    for _ in range(20):
        pulled = subscriber.pull(subscription=SUBSCRIPTION, max_messages=1000, timeout=10)
        found += [json.loads(message.message.data) for message in pulled.received_messages]
        subscriber.acknowledge(subscription=SUBSCRIPTION, ack_ids=[m.ack_id for m in pulled.received_messages])
        if len(found) >= count:
            return found
    return found


def test_a_batch_of_1000_is_one_call_and_all_of_it_arrives(pubsub_host: str, subscriber: SubscriberClient) -> None:
    meter = wire.Meter()
    queue = PubSubQueue(wire.channel(pubsub_host, meter), PROJECT)
    queue.publish("needs-human", [Notice({"case": str(n)}) for n in range(1000)])
    assert meter.calls == {"Publish": 1}
    assert sorted(int(data["case"]) for data in received(subscriber, 1000)) == list(range(1000))


def test_a_topic_that_is_not_there_is_said(pubsub_host: str) -> None:
    with pytest.raises(QueueUnavailable, match="NOT_FOUND"):
        PubSubQueue(connect(pubsub_host), PROJECT).publish("no-such-topic", [Notice({"case": "1"})])


def test_pubsub_that_is_down_is_said_within_the_limit() -> None:
    with pytest.raises(QueueUnavailable, match="UNAVAILABLE"):
        PubSubQueue(connect("127.0.0.1:9"), PROJECT).publish("needs-human", [Notice({"case": "1"})])
