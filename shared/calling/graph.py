"""Meta's Graph API, as Facebook, Instagram and Threads share it: how calls fail, and what each failure proves."""

import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote

from shared.calling.http import Answer, Api
from shared.domain.channel import Trouble
from shared.ports import ChannelTrouble, NotPosted, OutcomeUnknown, Receipt, Refused

Failure = type[NotPosted] | type[Refused] | type[OutcomeUnknown]


class Graph:
    """One account's access to a version of the Graph API."""

    def __init__(self, api: Api) -> None:
        self._api = api

    def act(self, path: str, parameters: Mapping[str, Any], key: str) -> Receipt:
        """Post once; `key` is where the answer has the new id. Raises `NotPosted`, `Refused` or `OutcomeUnknown`,
        naming code and trace only.
        """
        answer = self._api.act("POST", path, parameters)
        id_ = answer.body.get(key)
        if answer.good and isinstance(id_, str) and id_:
            return Receipt(id_)
        raise _failure(answer.status, _error(answer))

    def ask(self, path: str, query: Mapping[str, str]) -> Mapping[str, Any] | None:
        """What stands there; None where it is gone. Raises `ChannelTrouble`."""
        answer = self._api.ask(path, query)
        error = _error(answer)
        if answer.good and not error:
            return answer.body
        if (_code(error), error.get("error_subcode")) in _GONE:
            return None
        raise ChannelTrouble(_TROUBLES.get(_code(error) or 0, Trouble.UNREACHABLE), _reason(answer.status, error))

    def listed(self, path: str, query: Mapping[str, str], pages: int) -> Iterator[Mapping[str, Any]]:
        """The objects of a list, over at most so many pages; none where it is gone. Raises `ChannelTrouble`."""
        after: str | None = ""
        for _ in range(pages):
            found = self.ask(path, {**query, "after": after} if after else query)
            if found is not None and not isinstance(found.get("data"), list):
                raise ChannelTrouble(Trouble.UNREACHABLE, "no list")
            yield from objects((found or {}).get("data"))
            after = next_page(found)
            if not after:
                return

    def require_subscription(self, account: str, fields: frozenset[str]) -> None:
        """Whether the platform still delivers these fields to us. Raises `ChannelTrouble` when it does not."""
        found = self.ask(f"{node(account)}/subscribed_apps", {"fields": "subscribed_fields"})
        apps = objects((found or {}).get("data"))
        delivered = {field for app in apps for field in app.get("subscribed_fields") or () if isinstance(field, str)}
        if not fields <= delivered:
            raise ChannelTrouble(Trouble.SUBSCRIPTION, "fields are missing")


def objects(value: Any) -> list[Mapping[str, Any]]:
    """The objects in what should be a list of them."""
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def node(id_: str) -> str:
    """The path of an object; an id cannot lead elsewhere."""
    return f"/{quote(id_, safe='')}"


def next_page(listed: Any) -> str | None:
    """Where a list goes on, or None at its end."""
    paging = listed.get("paging") if isinstance(listed, dict) else None
    cursors = paging.get("cursors") if isinstance(paging, dict) and paging.get("next") else None
    after = cursors.get("after") if isinstance(cursors, dict) else None
    return after if isinstance(after, str) else None


def _error(answer: Answer) -> Mapping[str, Any]:
    error = answer.body.get("error")
    return error if isinstance(error, dict) else {}


def _code(error: Mapping[str, Any]) -> int | None:
    return error["code"] if isinstance(error.get("code"), int) else None


def _failure(status: int, error: Mapping[str, Any]) -> Exception:
    """The first row that fits decides. A code outranks `is_transient`, which Graph also sets where it throttles."""
    code = _code(error)
    rows: tuple[tuple[bool, Failure], ...] = (
        (status == 429, NotPosted),
        (not 400 <= status < 500, OutcomeUnknown),
        (code is None, OutcomeUnknown),
        (code in _NEVER_POSTED or (code, error.get("error_subcode")) == _NOT_READY, NotPosted),
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


_THROTTLED = (4, 17, 32, 341, 613, 80001, 80002, 80006)
_DEAD_ACCESS = (190,)
# Throttled or a dead token: Graph did not run the call.
_NEVER_POSTED = frozenset({*_THROTTLED, *_DEAD_ACCESS})
# Unknown fault (1, 2), a fault of the answer alone (20), the same words twice (506): the post may be there.
_MAYBE_POSTED = frozenset({1, 2, 20, 506})
_NOT_READY = (24, 4279009)  # Threads does not know the container yet that it was asked to publish
_GONE = frozenset({(100, 33), (100, 2018001)})
_TROUBLES: Mapping[int, Trouble] = {
    **dict.fromkeys(_THROTTLED, Trouble.QUOTA),
    **dict.fromkeys((*_DEAD_ACCESS, 3, 10, 102, *range(200, 300)), Trouble.ACCESS),
}
