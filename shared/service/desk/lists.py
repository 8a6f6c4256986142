"""The lists of the desk. A list reads what it shows and no more."""

from collections.abc import Sequence

from shared.domain.case import Case
from shared.ports import Store
from shared.service.desk.model import is_crisis
from shared.service.desk.waiting import Few, Overview, Queue, Unsettled


def overview(store: Store, limit: int) -> Overview:
    """The queue with all that is on its way to it or stuck: four reads. Raises `StoreUnavailable`."""
    arriving = pending(store, limit)
    return Overview(queue(store, limit, arriving.cases), arriving, to_sort_out(store, limit))


def queue(store: Store, limit: int, pending: Sequence[Case] = ()) -> Queue:
    """What waits for an answer or a decision, by rank, then by due time (principles 2.3).

    Crisis cases among `pending` are pinned too, so that a queue service that is down hides nobody.
    Raises `StoreUnavailable`.
    """
    waiting = _few(store.queue(limit + 1), limit)
    urgent = [case for case in waiting.cases if is_crisis(case)]
    known = {case.id for case in urgent}
    unsorted = [case for case in pending if is_crisis(case) and case.id not in known]
    pinned = (*urgent, *unsorted)
    shown = {case.id for case in pinned}
    return Queue(pinned, tuple(case for case in waiting.cases if case.id not in shown), waiting.more)


def reading(store: Store, limit: int) -> Few:
    """What waits to be read, oldest first (principles 2.2). Raises `StoreUnavailable`."""
    return _few(store.reading(limit + 1), limit)


def pending(store: Store, limit: int) -> Few:
    """What arrived and `inbox` has not taken yet, crisis first, then oldest first. Raises `StoreUnavailable`."""
    few = _few(store.pending(limit + 1), limit)
    return Few(tuple(sorted(few.cases, key=lambda case: not is_crisis(case))), few.more)


def closed(store: Store, limit: int) -> Few:
    """What was closed, newest message first. Raises `StoreUnavailable`."""
    return _few(store.closed(limit + 1), limit)


def to_sort_out(store: Store, limit: int) -> Unsettled:
    """Fragments nobody has dealt with and actions with an unknown outcome. Raises `StoreUnavailable`."""
    fragments, actions = store.quarantined(limit + 1), store.unsettled(limit + 1)
    more = len(fragments) > limit or len(actions) > limit
    return Unsettled(tuple(fragments[:limit]), tuple(actions[:limit]), more)


def _few(cases: list[Case], limit: int) -> Few:
    return Few(tuple(cases[:limit]), len(cases) > limit)
