"""What we do on Facebook: one call an action, never repeated here, and an honest word on what came of it."""

import json
import re
from collections.abc import Callable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from shared.domain.action import Action, ActionKind
from shared.ports import NotPosted, OutcomeUnknown, Receipt, Refused

if TYPE_CHECKING:
    import httpx

VERSION = "v25.0"
CONNECT_SECONDS = 2.0
ANSWER_SECONDS = 5.0  # together well inside the ten seconds that a stopping instance is given
Call = tuple[str, Mapping[str, Any], str]  # path, parameters, and where the answer has the new id
Failure = type[NotPosted] | type[Refused] | type[OutcomeUnknown]


class Facebook:
    """One Page's access to the Graph API (`contract.toml` lists what it calls)."""

    def __init__(self, base_url: str, token: str, version: str = VERSION, http: "httpx.Client | None" = None) -> None:
        self._root = f"{base_url.rstrip('/')}/{version}"
        self._token = token
        self._given = http

    def perform(self, action: Action) -> Receipt:
        """Do it once. Raises `NotPosted`, `Refused` or `OutcomeUnknown`, naming code and trace only."""
        path, parameters, key = _CALLS[action.kind](action)
        if not re.fullmatch(r"[!-~]+", self._token):
            raise NotPosted("no usable token")
        status, answer = self._post(path, parameters)
        id_ = answer.get(key)
        if 200 <= status < 300 and isinstance(id_, str) and id_:
            return Receipt(id_)
        error = answer.get("error")
        raise _failure(status, error if isinstance(error, dict) else {})

    def _post(self, path: str, parameters: Mapping[str, Any]) -> tuple[int, Mapping[str, Any]]:
        import httpx

        never_sent = (
            httpx.ConnectError,
            httpx.ConnectTimeout,
            httpx.PoolTimeout,
            httpx.UnsupportedProtocol,
            httpx.InvalidURL,
        )
        try:
            response = self._http.post(
                f"{self._root}{path}",
                content=json.dumps(parameters),
                headers={"Authorization": f"Bearer {self._token}", "Content-Type": "application/json"},
                timeout=httpx.Timeout(ANSWER_SECONDS, connect=CONNECT_SECONDS, pool=CONNECT_SECONDS),
                follow_redirects=False,
            )
        except never_sent as error:
            raise NotPosted(type(error).__name__) from None
        except httpx.HTTPError as error:
            raise OutcomeUnknown(type(error).__name__) from None
        return response.status_code, _object(response.content)

    @cached_property
    def _http(self) -> "httpx.Client":
        """A connection each time: on one kept alive, a lost answer and a call never made look the same."""
        import httpx

        return self._given or httpx.Client(limits=httpx.Limits(max_keepalive_connections=0), trust_env=False)


def _direct(action: Action) -> Call:
    message = {"text": action.text, "metadata": "signpost"}  # the metadata comes back with the echo
    parameters = {"recipient": {"id": action.author}, "messaging_type": "RESPONSE", "message": message}
    return f"/{quote(action.account, safe='')}/messages", parameters, "message_id"


def _public(action: Action) -> Call:
    return f"/{quote(action.target, safe='')}/comments", {"message": action.text}, "id"


def _acknowledge(action: Action) -> Call:
    return _public(action) if action.public else _direct(action)


def _object(body: bytes) -> Mapping[str, Any]:
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def _failure(status: int, error: Mapping[str, Any]) -> Exception:
    """The first row that fits decides. A code outranks `is_transient`, which Graph also sets where it throttles."""
    code = error["code"] if isinstance(error.get("code"), int) else None
    rows: tuple[tuple[bool, Failure], ...] = (
        (status == 429, NotPosted),
        (not 400 <= status < 500, OutcomeUnknown),
        (code is None, OutcomeUnknown),
        (code in _NEVER_POSTED, NotPosted),
        (code in _MAYBE_POSTED, OutcomeUnknown),
        (bool(error.get("is_transient")), OutcomeUnknown),
    )
    failure = next((failure for fits, failure in rows if fits), Refused)
    return failure(_reason(status, error))


def _reason(status: int, error: Mapping[str, Any]) -> str:
    numbers = [error.get(name) for name in ("code", "error_subcode")]
    code = "/".join(str(number) for number in numbers if isinstance(number, int) and abs(number) < 10**9)
    trace = error.get("fbtrace_id")
    known = isinstance(trace, str) and re.fullmatch(r"[A-Za-z0-9_-]{1,64}", trace)
    return f"{f'code {code}' if code else f'status {status}'}{f', trace {trace}' if known else ''}"


_CALLS: Mapping[ActionKind, Callable[[Action], Call]] = {ActionKind.ACKNOWLEDGE: _acknowledge}
# Throttled (4, 17, 32, 341, 613, 80001, 80006) or a dead token (190): Graph did not run the call.
_NEVER_POSTED = frozenset({4, 17, 32, 190, 341, 613, 80001, 80006})
# Unknown fault (1, 2), a fault of the answer alone (20), the same words twice (506): the post may be there.
_MAYBE_POSTED = frozenset({1, 2, 20, 506})
