"""From a verified body to intake. Imported only for a delivery: a handshake stays light."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from shared import log
from shared.domain.message import Part, Parts, Platform, Quarantined
from shared.service.intake import Delivery, Taken
from shared.webhooks.body import Body
from shared.webhooks.json import BadJson, loads

Deliver = Callable[[Body, frozenset[str], Callable[[Any], Parts]], None]
TakeIn = Callable[[Parts, Delivery], Taken]
LONGEST_PIECE = 256 * 1024  # a document of the store holds under 900 kB


def deliverer(platform: Platform, clock: Callable[[], datetime], accounts: dict[str, str], take_in: TakeIn) -> Deliver:
    """What a webhook calls once the signature is known. `accounts` says which app speaks for which account."""

    def deliver(body: Body, apps: frozenset[str], parse: Callable[[Any], Parts]) -> None:
        mine = frozenset(account for account, app in accounts.items() if app in apps)
        delivery = Delivery(platform, clock(), body.sha256, mine)
        taken = take_in(_parts(platform, body, parse), delivery)
        if taken.quarantined:
            log.event("quarantined", severity="ERROR", platform=platform, count=taken.quarantined)
        if not taken.published:
            log.event("publish failed, left to the sweep", severity="ERROR", platform=platform, count=taken.cases)

    return deliver


def _parts(platform: Platform, body: Body, parse: Callable[[Any], Parts]) -> Parts:
    """The parts of a body; a body that cannot be read at all is one part for a person."""
    if body.raw is None:
        size = f"{body.size} bytes, sha256 {body.sha256}"
        yield Part(Quarantined(platform, "over 8 MiB: only its size and digest are kept"), size)
        return
    try:
        value = loads(body.raw)
    except BadJson as error:
        yield from _unreadable(platform, f"not readable as JSON: {error}", body.raw)
        return
    yield from parse(value)


def _unreadable(platform: Platform, why: str, raw: bytes) -> Parts:
    """All of it, in pieces that fit the store."""
    pieces = [raw[at : at + LONGEST_PIECE] for at in range(0, len(raw), LONGEST_PIECE)]
    for number, piece in enumerate(pieces, start=1):
        place = f" (piece {number} of {len(pieces)})" if len(pieces) > 1 else ""
        yield Part(Quarantined(platform, why + place), piece.decode("utf-8", "backslashreplace"))
