"""What we do on Facebook (`contract.toml` lists every call)."""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from shared.calling.graph import Graph
from shared.calling.http import Api, bearer
from shared.domain.action import Action, ActionKind
from shared.domain.channel import Channel
from shared.ports import Page, Receipt

if TYPE_CHECKING:
    import httpx

VERSION = "v25.0"
SUBSCRIBED = frozenset({"feed", "messages"})  # without these nothing is delivered that anybody wrote
Call = tuple[str, Mapping[str, Any], str]  # path, parameters, and where the answer has the new id


class Facebook:
    """One Page's access to the Graph API."""

    def __init__(self, base_url: str, token: str, version: str = VERSION, http: "httpx.Client | None" = None) -> None:
        self._graph = Graph(Api(f"{base_url.rstrip('/')}/{version}", bearer(token), http))

    def perform(self, action: Action) -> Receipt:
        """Do it once. Raises `NotPosted`, `Refused` or `OutcomeUnknown`, naming code and trace only."""
        return self._graph.act(*_CALLS[action.kind](action))

    def pages(self, channel: Channel, now: datetime) -> Iterator[Page]:  # noqa: ARG002 - as every platform is asked
        """Facebook delivers everything: nothing to fetch, only whether it still does. Raises `ChannelTrouble`."""
        self._graph.require_subscription(channel.account, SUBSCRIBED)
        yield Page((), channel.cursor)


def _direct(action: Action) -> Call:
    message = {"text": action.text, "metadata": "signpost"}  # the metadata comes back with the echo
    parameters = {"recipient": {"id": action.author}, "messaging_type": "RESPONSE", "message": message}
    return f"/{quote(action.account, safe='')}/messages", parameters, "message_id"


def _public(action: Action) -> Call:
    return f"/{quote(action.target, safe='')}/comments", {"message": action.text}, "id"


def _acknowledge(action: Action) -> Call:
    return _public(action) if action.public else _direct(action)


_CALLS: Mapping[ActionKind, Callable[[Action], Call]] = {ActionKind.ACKNOWLEDGE: _acknowledge}
