"""Counting on the wire: what was called, how many documents went either way, and which queries were asked."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import grpc
from google.auth.credentials import AnonymousCredentials
from google.cloud.firestore import Client
from google.cloud.firestore_v1.services.firestore import FirestoreClient
from google.cloud.firestore_v1.services.firestore.transports import FirestoreGrpcTransport
from google.cloud.firestore_v1.types import CommitRequest
from google.pubsub_v1.types import PublishRequest


@dataclass
class Meter:
    """What went over a channel since the last `reset`."""

    calls: Counter[str] = field(default_factory=Counter)
    read: Counter[str] = field(default_factory=Counter)
    commits: list[Any] = field(default_factory=list)
    queries: list[Any] = field(default_factory=list)

    def reset(self) -> None:
        for kept in (self.calls, self.read, self.commits, self.queries):
            kept.clear()

    @property
    def sizes(self) -> list[int]:
        """The bytes of each commit."""
        return [request.ByteSize() for request in self.commits]

    @property
    def written(self) -> list[str]:
        """`collection/id` of every document written, in order."""
        names = [write.update.name for request in self.commits for write in request.writes]
        return ["/".join(name.split("/")[-2:]) for name in names]

    def asked(self, method: str, request: Any) -> None:
        self.calls[method] += 1
        plain = _message(method, request)
        if method == "Commit":
            self.commits.append(plain)
        if method == "RunQuery":
            self.queries.append(plain.structured_query)

    def answered(self, method: str, response: Any) -> None:
        document = response.found if method == "BatchGetDocuments" else response.document
        self.read[method] += bool(document.name)


class _Calls(grpc.UnaryUnaryClientInterceptor):  # type: ignore[misc]
    def __init__(self, meter: Meter) -> None:
        self._meter = meter

    def intercept_unary_unary(self, continuation: Callable[..., Any], details: Any, request: Any) -> Any:
        self._meter.asked(_name(details), request)
        return continuation(details, request)


class _Streams(grpc.UnaryStreamClientInterceptor):  # type: ignore[misc]
    def __init__(self, meter: Meter) -> None:
        self._meter = meter

    def intercept_unary_stream(self, continuation: Callable[..., Any], details: Any, request: Any) -> Any:
        self._meter.asked(_name(details), request)
        return _Counted(continuation(details, request), self._meter, _name(details))


class _Counted:
    """A stream of answers that counts what passes."""

    def __init__(self, stream: Any, meter: Meter, method: str) -> None:
        self._stream, self._meter, self._method = stream, meter, method

    def __iter__(self) -> Iterator[Any]:
        return self

    def __next__(self) -> Any:
        response = next(self._stream)
        self._meter.answered(self._method, response)
        return response

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


def _message(method: str, request: Any) -> Any:
    """What was asked, as Google's own class; what we send without Google's client is bytes."""
    written: Mapping[str, Any] = {"Commit": CommitRequest, "Publish": PublishRequest}
    if isinstance(request, bytes):
        request = written[method].deserialize(request)
    return type(request).pb(request) if hasattr(type(request), "pb") else request


def firestore(host: str, project: str, meter: Meter) -> Client:
    """A client of the emulator whose channel counts. `FIRESTORE_EMULATOR_HOST` must be set."""
    client = Client(project=project, credentials=AnonymousCredentials())  # type: ignore[no-untyped-call]
    transport = FirestoreGrpcTransport(channel=channel(host, meter))
    client._firestore_api_internal = FirestoreClient(transport=transport)
    return client


def channel(host: str, meter: Meter) -> Any:
    """A channel to an emulator that counts."""
    return grpc.intercept_channel(grpc.insecure_channel(host), _Calls(meter), _Streams(meter))


def _name(details: Any) -> str:
    method = details.method
    return (method.decode() if isinstance(method, bytes) else str(method)).rsplit("/", 1)[1]
