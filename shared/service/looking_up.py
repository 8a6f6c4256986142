"""Looking up: the words of a message that its platform delivered as ids only."""

from collections.abc import Callable
from datetime import datetime

from shared.domain.message import Parts, Platform
from shared.ports import Reader, Store
from shared.service.intake import Delivery, Taken

TakeIn = Callable[[Parts, Delivery], Taken]


def topic_of(platform: Platform) -> str:
    """The topic that a platform's look-up listens to."""
    return f"lookups-{platform}"


def look_up(
    case_id: str,
    platform: Platform,
    now: datetime,
    *,
    store: Store,
    reader: Callable[[str], Reader],
    take_in: TakeIn,
) -> None:
    """Ask once and take in the answer as another delivery; nothing to do where the words are there, or were removed.

    Raises `StoreUnavailable`, and `ChannelTrouble` when the platform did not answer: to be asked again.
    """
    case = store.case(case_id)
    if case is None or case.platform is not platform or not case.incomplete:
        return
    parts = reader(case.account).read(case)
    take_in(parts, Delivery(platform, now, f"look-up {case.id}", frozenset({case.account})))
