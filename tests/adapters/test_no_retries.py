"""Where a platform waits for our answer, Google's clients call once: a second try is the platform's or the sweep's.

A server of our own on loopback answers UNAVAILABLE the first time and says nothing was wrong the second.
"""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime

import grpc
import pytest
from google.cloud.firestore import Client

from shared.adapters.firestore import FirestoreStore
from shared.adapters.pubsub import PubSubQueue, connect
from shared.domain.message import Platform
from shared.ports import Notice, Quarantine, QueueUnavailable, StoreUnavailable

CANARY = "canary-9e1 a value that a server quotes"
NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)


@dataclass
class Flaky(grpc.GenericRpcHandler):  # type: ignore[misc]
    """Every method there is. It remembers which were called."""

    calls: list[str] = field(default_factory=list)

    def service(self, details: grpc.HandlerCallDetails) -> grpc.RpcMethodHandler:
        def answer(_: bytes, context: grpc.ServicerContext) -> bytes:
            self.calls.append(details.method.rpartition("/")[2])
            if len(self.calls) == 1:
                context.abort(grpc.StatusCode.UNAVAILABLE, CANARY)
            return b""

        return grpc.unary_unary_rpc_method_handler(answer)


@pytest.fixture
def flaky() -> Flaky:
    return Flaky()


@pytest.fixture
def host(flaky: Flaky) -> Iterator[str]:
    server = grpc.server(ThreadPoolExecutor(2), handlers=[flaky])
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    yield f"127.0.0.1:{port}"
    server.stop(0).wait()


@pytest.mark.parametrize(
    "work",
    [
        lambda store: store.merge([], [Quarantine("q1", Platform.FACEBOOK, None, "unknown verb", "{}", NOW)]),
        lambda store: store.postpone({"c1": NOW}, {}),
        lambda store: store.ping(),
    ],
    ids=["merge", "postpone", "ping"],
)
def test_a_commit_is_tried_once(
    flaky: Flaky, host: str, work: Callable[[FirestoreStore], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FIRESTORE_EMULATOR_HOST", host)
    store = FirestoreStore(Client(project="demo-once"))
    with pytest.raises(StoreUnavailable) as caught:
        work(store)
    assert CANARY not in str(caught.value)
    assert flaky.calls == ["Commit"]


def test_a_publish_is_tried_once(flaky: Flaky, host: str) -> None:
    queue = PubSubQueue(connect(host), "demo-once")
    with pytest.raises(QueueUnavailable) as caught:
        queue.publish("needs-human", [Notice({"case": "1"})])
    assert CANARY not in str(caught.value)
    assert flaky.calls == ["Publish"]
