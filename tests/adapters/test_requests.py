"""What is sent without Google's clients is what Google's own classes read, and what its clients would have sent."""

import string
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import grpc
import pytest
from google.cloud.firestore import Client
from google.cloud.firestore_v1.types import CommitRequest
from google.pubsub_v1.types import PublishRequest, PubsubMessage
from hypothesis import given
from hypothesis import strategies as st

from shared.adapters.calling import channel
from shared.adapters.firestore import FirestoreStore, intake
from shared.adapters.firestore.merging import commit
from shared.adapters.firestore.packing import Write
from shared.adapters.pubsub import PubSubQueue, connect
from shared.domain.message import Platform
from shared.ports import Notice, Quarantine
from tests.clients import topics

PROJECT = "demo-requests"
DATABASE = f"projects/{PROJECT}/databases/(default)"
NOW = datetime(2026, 11, 24, 10, 0, 0, 1, tzinfo=UTC)
KEPT = Quarantine("q1", Platform.FACEBOOK, None, "unknown verb", "{}", NOW)

times = st.datetimes(datetime(1, 1, 2), datetime(9999, 12, 30), timezones=st.just(UTC))  # noqa: DTZ001
names = st.text(string.ascii_letters + string.digits + "_", min_size=1, max_size=40)
plain = (
    st.booleans() | st.text(max_size=200) | st.binary(max_size=200) | times | st.lists(st.text(max_size=9), max_size=4)
)
deep = plain | st.dictionaries(names, plain, max_size=3)
writes = st.builds(Write, names, names, st.dictionaries(names, deep, min_size=1, max_size=5))


@pytest.fixture(scope="module")
def client() -> Client:
    """Google's client, which is never asked to call."""
    from google.auth.credentials import AnonymousCredentials

    return Client(project=PROJECT, credentials=AnonymousCredentials())  # type: ignore[no-untyped-call]


def googles(client: Client, made: list[Write]) -> Any:
    """The same merges as Google's client writes them."""
    batch = client.batch()
    for write in made:
        batch.set(client.collection(write.collection).document(write.id), write.document, merge=True)
    return CommitRequest.pb(CommitRequest(database=DATABASE, writes=batch._write_pbs))


def sorted_masks(request: Any) -> Any:
    """A mask is a set: its order says nothing."""
    for write in request.writes:
        write.update_mask.field_paths.sort()
    return request


@given(made=st.lists(writes, max_size=4))
def test_a_commit_is_what_googles_client_would_write(client: Client, made: list[Write]) -> None:
    ours = CommitRequest.pb(CommitRequest.deserialize(commit(DATABASE, made)))
    assert sorted_masks(ours) == sorted_masks(googles(client, made))


def test_a_document_of_every_kind_of_value(client: Client) -> None:
    document = {
        "false": False,
        "true": True,
        "before": datetime(1969, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC),
        "at": NOW,
        "list": ["a", "b"],
        "none in it": [],
        "nothing in it": {},
        "revisions": {"0f": "{}", "ab": "💜"},
        "body": bytes(300),
    }
    made = [Write("cases", "0" * 64, document)]
    ours = CommitRequest.pb(CommitRequest.deserialize(commit(DATABASE, made)))
    assert sorted_masks(ours) == sorted_masks(googles(client, made))


def test_a_value_that_no_document_of_ours_holds_is_a_mistake() -> None:
    with pytest.raises(KeyError):
        commit(DATABASE, [Write("cases", "c1", {"rank": 1.5})])


@dataclass
class Heard(grpc.GenericRpcHandler):  # type: ignore[misc]
    """A server that remembers what it was asked, and how."""

    calls: list[tuple[str, bytes, dict[str, str]]] = field(default_factory=list)

    def service(self, details: grpc.HandlerCallDetails) -> grpc.RpcMethodHandler:
        headers = dict(details.invocation_metadata)

        def answer(request: bytes, _: grpc.ServicerContext) -> bytes:
            self.calls.append((details.method, request, headers))
            return b""

        return grpc.unary_unary_rpc_method_handler(answer)


@pytest.fixture
def heard() -> Heard:
    return Heard()


@pytest.fixture
def host(heard: Heard) -> Iterator[str]:
    server = grpc.server(ThreadPoolExecutor(2), handlers=[heard])
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    yield f"127.0.0.1:{port}"
    server.stop(0).wait()


def ours_and_googles(heard: Heard) -> list[tuple[str, dict[str, str]]]:
    """The methods and the headers that decide where a call goes and who may make it."""
    deciding = ("x-goog-request-params", "google-cloud-resource-prefix", "authorization")
    return [
        (method, {name: headers[name] for name in deciding if name in headers}) for method, _, headers in heard.calls
    ]


def test_a_commit_goes_where_googles_client_would_send_it(
    heard: Heard, host: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FIRESTORE_EMULATOR_HOST", host)
    google = Client(project=PROJECT)
    google.batch().commit(retry=None, timeout=4)
    intake.connect(PROJECT, host).merge([], [KEPT])
    FirestoreStore(google).merge([], [KEPT])
    theirs, direct, through = ours_and_googles(heard)
    assert direct == theirs
    assert through == theirs
    assert theirs[1]["authorization"] == "Bearer owner"


def test_a_publish_goes_where_googles_client_would_send_it(heard: Heard, host: str) -> None:
    path = f"projects/{PROJECT}/topics/needs-human"
    messages = [PubsubMessage(data=b'{"case": "1"}'), PubsubMessage(data=b'{"case": "2"}')]
    topics(host).publish(topic=path, messages=messages, retry=None, timeout=4)
    PubSubQueue(connect(host), PROJECT).publish("needs-human", [Notice({"case": "1"}), Notice({"case": "2"})])
    theirs, ours = ours_and_googles(heard)
    assert ours == theirs
    assert PublishRequest.deserialize(heard.calls[1][1]) == PublishRequest.deserialize(heard.calls[0][1])


def test_without_an_emulator_a_channel_is_secure_and_speaks_for_this_process(monkeypatch: pytest.MonkeyPatch) -> None:
    import google.auth
    import google.auth.transport.grpc as secure

    asked: list[Any] = []
    monkeypatch.setattr(google.auth, "default", lambda scopes: (("credentials", *scopes), "project"))
    monkeypatch.setattr(secure, "secure_authorized_channel", lambda who, _, target: asked.append((who, target)))
    channel("firestore", None)
    assert asked == [
        (("credentials", "https://www.googleapis.com/auth/cloud-platform"), "firestore.googleapis.com:443")
    ]
