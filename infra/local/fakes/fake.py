"""A platform that posts nothing: it refuses what the contract does not list, and can be told to fail."""

import json
import socket
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count
from threading import Event, Lock
from typing import Any

from werkzeug.wrappers import Request, Response

from infra.local.fakes.contract import Call, Contract
from shared.ports import Clock

KEPT = 1000
Reply = tuple[int, Any]  # status and JSON body


@dataclass(frozen=True, slots=True)
class Asked:
    """One call that the contract allows: what stands for each name in its path, and all parameters."""

    call: Call
    names: Mapping[str, str]
    parameters: Mapping[str, Any]
    number: int  # a fresh one each time, for ids
    at: datetime  # the fake's clock


@dataclass(frozen=True, slots=True)
class Manner:
    """How one platform answers. `refuse` takes a status and words; `allowed` may let in what carries no token;
    `headers` says what stands in the headers of an answer.
    """

    refuse: Callable[[int, str], Reply]
    answer: Callable[[Asked], Reply]
    allowed: Callable[[Request, Call | None], bool] = lambda _request, _call: False
    headers: Callable[[Any], Mapping[str, str]] = lambda _body: {}


@dataclass(frozen=True, slots=True)
class _Fault:
    """What becomes of the next call. `cut` and `slow` do it and lose the answer: the case that hurts."""

    response: tuple[int, Any] | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    cut: bool = False
    slow: float = 0.0


class Fake:
    """The WSGI application. GET `/` lists what was asked, newest first; faults are told in Python. Thread-safe."""

    def __init__(self, token: str, clock: Clock, contract: Contract, manner: Manner) -> None:
        self._token, self._clock, self._contract, self._manner = token, clock, contract, manner
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
            asked |= {"query": _query(request)} if request.args else {}
            self._asked.append({**asked, "at": self._clock().isoformat(), "status": status})
        if fault.slow:
            self._released.wait(fault.slow)
        if fault.cut:
            request.environ["werkzeug.socket"].shutdown(socket.SHUT_RDWR)
        return _json(status, answer, fault.headers if fault.response else self._manner.headers(answer))

    def _answer(self, request: Request, body: Any) -> Reply:
        call = self._contract.call(request.method, request.path)
        if not self._authorized(request) and not self._manner.allowed(request, call):
            return self._manner.refuse(401, "no valid token")
        if call is None:
            return self._manner.refuse(400, "not in the contract")
        if call.form is not _is_form(request):
            return self._manner.refuse(400, "not the kind of body that the contract lists")
        if request.method not in {"GET", "DELETE"} and call.parameters and not isinstance(body, dict):
            return self._manner.refuse(400, "the body is not a JSON object")
        parameters = {**_query(request), **(body or {})}
        problem = call.problem(parameters)
        if problem:
            return self._manner.refuse(400, problem)
        names = self._contract.names(call, request.path)
        return self._manner.answer(Asked(call, names, parameters, next(self._ids), self._clock()))

    def _authorized(self, request: Request) -> bool:
        wanted = f"{self._contract.scheme} {self._token}".strip()
        return request.headers.get(self._contract.header) == wanted


def _query(request: Request) -> Mapping[str, Any]:
    """A name that stands once is its value, one that stands several times a list."""
    values = request.args.to_dict(flat=False)
    return {name: many[0] if len(many) == 1 else many for name, many in values.items()}


def _is_form(request: Request) -> bool:
    return request.mimetype == "application/x-www-form-urlencoded"


def _body(request: Request) -> Any:
    if _is_form(request):
        return request.form.to_dict()
    try:
        return json.loads(request.get_data())
    except ValueError:
        return None


def _json(status: int, body: Any, headers: Mapping[str, str] | None = None) -> Response:
    content = body if isinstance(body, bytes) else json.dumps(body)
    return Response(content, status, headers, content_type="application/json")
