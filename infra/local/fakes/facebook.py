"""A Graph API that posts nothing: it refuses what the contract does not list, and can be told to fail."""

import json
import socket
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from threading import Event, Lock
from typing import Any

from werkzeug.wrappers import Request, Response

from infra.local.fakes.contract import Call, Contract, load
from shared.ports import Clock

CONTRACT = Path(__file__).parents[3] / "functions" / "facebook" / "contract.toml"
KEPT = 1000


@dataclass(frozen=True, slots=True)
class _Fault:
    """What becomes of the next call. `cut` and `slow` do it and lose the answer: the case that hurts."""

    response: tuple[int, Any] | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    cut: bool = False
    slow: float = 0.0


class Fake:
    """The WSGI application. GET `/` lists what was asked, newest first; faults are told in Python. Thread-safe."""

    def __init__(self, token: str, clock: Clock, contract: Contract) -> None:
        self._token, self._clock, self._contract = token, clock, contract
        self._lock = Lock()
        self._asked: deque[Mapping[str, Any]] = deque(maxlen=KEPT)
        self._faults: deque[_Fault] = deque()
        self._ids = count(1)
        self._released = Event()

    def next(self, status: int, body: Any, headers: Mapping[str, str] | None = None) -> None:
        """Answer one coming call with this status and body (JSON, or bytes as they are), and do nothing."""
        self._faults.append(_Fault((status, body), headers or {}))

    def next_cut(self) -> None:
        """Do one coming call and hang up instead of answering."""
        self._faults.append(_Fault(cut=True))

    def next_slow(self, seconds: float) -> None:
        """Do one coming call and answer after some seconds, or when `release` is called."""
        self._faults.append(_Fault(slow=seconds))

    def release(self) -> None:
        """Let everything that waits answer now, and nothing wait any more."""
        self._released.set()

    @property
    def asked(self) -> list[Mapping[str, Any]]:
        """What was asked, newest first: method, path, body, at (ISO 8601, UTC), status."""
        with self._lock:
            return list(reversed(self._asked))

    def __call__(self, environ: Mapping[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        request = Request(dict(environ))
        if request.method == "GET" and request.path == "/":
            return _json(200, self.asked)(request.environ, start_response)
        return self._take(request)(request.environ, start_response)

    def _take(self, request: Request) -> Response:
        body = _body(request)
        with self._lock:
            fault = self._faults.popleft() if self._faults else _Fault()
            status, answer = fault.response or self._answer(request, body)
            asked = {"method": request.method, "path": request.path, "body": body}
            self._asked.append({**asked, "at": self._clock().isoformat(), "status": status})
        if fault.slow:
            self._released.wait(fault.slow)
        if fault.cut:
            request.environ["werkzeug.socket"].shutdown(socket.SHUT_RDWR)
        return _json(status, answer, fault.headers)

    def _answer(self, request: Request, body: Any) -> tuple[int, Any]:
        if request.headers.get("Authorization") != f"{self._contract.scheme} {self._token}":
            return _error(401, 190, "Invalid OAuth access token.")
        call = self._contract.call(request.method, request.path)
        if call is None:
            return _error(400, 100, "Unsupported request: not in the contract")
        if not isinstance(body, dict):
            return _error(400, 100, "The body is not a JSON object")
        problem = call.problem({**request.args, **body})
        return _error(400, 100, problem) if problem else (200, self._done(call, body))

    def _done(self, call: Call, body: Mapping[str, Any]) -> Mapping[str, str]:
        number = next(self._ids)
        recipient = body.get("recipient")
        known = {
            "id": f"500000000000001_{900000000000000 + number}",
            "message_id": f"m_fake_{number}",
            "recipient_id": recipient.get("id", "") if isinstance(recipient, dict) else "",
        }
        return {name: known[name] for name in call.answer}


def app(token: str, clock: Clock, contract: Contract | None = None) -> Fake:
    """A fresh fake that accepts `token`; the contract is Facebook's own unless another is given."""
    return Fake(token, clock, contract or load(CONTRACT))


def _body(request: Request) -> Any:
    try:
        return json.loads(request.get_data())
    except ValueError:
        return None


def _error(status: int, code: int, message: str) -> tuple[int, Any]:
    error = {"message": f"(#{code}) {message}", "type": "OAuthException", "code": code, "fbtrace_id": "Afake"}
    return status, {"error": error}


def _json(status: int, body: Any, headers: Mapping[str, str] | None = None) -> Response:
    content = body if isinstance(body, bytes) else json.dumps(body)
    return Response(content, status, headers, content_type="application/json")
