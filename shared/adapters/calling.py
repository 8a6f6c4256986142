"""Calling Google over gRPC without Google's clients: what a webhook does once for each delivery, and nothing else."""

from collections.abc import Sequence
from typing import Any, TypeAlias
from urllib.parse import quote

import grpc

SCOPE = "https://www.googleapis.com/auth/cloud-platform"
Channel: TypeAlias = Any  # grpc has no types


def channel(service: str, emulator: str | None) -> Channel:
    """A channel to one of Google's services with this process's own credentials, or to an emulator at `host:port`."""
    if emulator is not None:
        return grpc.insecure_channel(emulator)
    import google.auth
    from google.auth.transport.grpc import secure_authorized_channel
    from google.auth.transport.requests import Request

    credentials, _ = google.auth.default(scopes=[SCOPE])
    return secure_authorized_channel(credentials, Request(), f"{service}.googleapis.com:443")  # type: ignore[no-untyped-call]


class Call:
    """One method of a service, asked once: a second try is the platform's or the sweep's."""

    def __init__(self, channel: Channel, method: str, seconds: float) -> None:
        self._ask = channel.unary_unary(method)
        self._seconds = seconds

    def __call__(self, request: bytes, routed_by: tuple[str, str], headers: Sequence[tuple[str, str]] = ()) -> None:
        """Return once the service has confirmed. `routed_by`: the field, and its value, that Google finds the data by.

        Raises `grpc.RpcError`, also where there is no answer in time.
        """
        name, value = routed_by
        route = ("x-goog-request-params", f"{name}={quote(value, safe='/')}")
        self._ask(request, timeout=self._seconds, metadata=(route, *headers))


def reason(error: grpc.RpcError) -> str:
    """Which of gRPC's codes it was: never the error's words, which may quote a value."""
    return str(error.code().name)
