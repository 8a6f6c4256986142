"""One call to a platform's API: made once, never repeated here, and an honest word on what came of it."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from shared.domain.channel import Trouble
from shared.ports import ChannelTrouble, NotPosted, OutcomeUnknown

if TYPE_CHECKING:
    import httpx

CONNECT_SECONDS = 2.0
ANSWER_SECONDS = 5.0  # together well inside the ten seconds that a stopping instance is given


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back. `body` is empty where it was no JSON object."""

    status: int
    body: Mapping[str, Any]
    headers: Mapping[str, str]

    @property
    def good(self) -> bool:
        """Whether the status says that it was done."""
        return 200 <= self.status < 300

    def inner(self, name: str) -> Mapping[str, Any]:
        """The object that the body has under a name; an empty one where there is none."""
        found = self.body.get(name)
        return found if isinstance(found, dict) else {}


class Api:
    """One platform's API under one address. `credentials` are the headers that say who asks."""

    def __init__(self, root: str, credentials: Mapping[str, str], http: "httpx.Client | None" = None) -> None:
        self._root = root.rstrip("/")
        self._credentials = credentials
        self._given = http

    def act(
        self, method: str, path: str, body: Mapping[str, Any] | None = None, query: Mapping[str, str] | None = None
    ) -> Answer:
        """Ask for something to be done. Raises `NotPosted` where it certainly was not, `OutcomeUnknown` where nobody
        can know.
        """
        import httpx

        never_sent = (
            httpx.ConnectError,
            httpx.ConnectTimeout,
            httpx.PoolTimeout,
            httpx.UnsupportedProtocol,
            httpx.InvalidURL,
        )
        if not self._usable:
            raise NotPosted("no usable token")
        try:
            return self._send(method, path, body, query)
        except never_sent as error:
            raise NotPosted(type(error).__name__) from None
        except httpx.HTTPError as error:
            raise OutcomeUnknown(type(error).__name__) from None

    def ask(
        self, path: str, query: Mapping[str, str] | None = None, headers: Mapping[str, str] | None = None
    ) -> Answer:
        """Read something. Raises `ChannelTrouble` when nothing came back."""
        import httpx

        if not self._usable:
            raise ChannelTrouble(Trouble.ACCESS, "no usable token")
        try:
            return self._send("GET", path, None, query, headers)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise ChannelTrouble(Trouble.UNREACHABLE, type(error).__name__) from None

    @property
    def _usable(self) -> bool:
        """Whether headers can carry the credentials: one that they cannot must never be quoted by a library's error."""
        return all(re.fullmatch(r"[!-~]+( [!-~]+)?", value) for value in self._credentials.values())

    def _send(
        self,
        method: str,
        path: str,
        body: Mapping[str, Any] | None,
        query: Mapping[str, str] | None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        import httpx

        response = self._http.request(
            method,
            f"{self._root}{path}",
            content=None if body is None else json.dumps(body),
            params=query,
            headers={**self._credentials, **(headers or {}), "Content-Type": "application/json"},
            timeout=httpx.Timeout(ANSWER_SECONDS, connect=CONNECT_SECONDS, pool=CONNECT_SECONDS),
            follow_redirects=False,
        )
        return Answer(response.status_code, _object(response.content), response.headers)

    @cached_property
    def _http(self) -> "httpx.Client":
        """A connection each time: on one kept alive, a lost answer and a call never made look the same."""
        import httpx

        return self._given or httpx.Client(limits=httpx.Limits(max_keepalive_connections=0), trust_env=False)


def bearer(token: str) -> Mapping[str, str]:
    """The usual credentials."""
    return {"Authorization": f"Bearer {token}"}


def _object(body: bytes) -> Mapping[str, Any]:
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}
