"""Group commit without a timer: what many threads bring at once is done together by whoever holds the lock."""

from collections import deque
from collections.abc import Callable
from contextlib import AbstractContextManager
from threading import Lock
from typing import Any, Generic, TypeVar

T = TypeVar("T")


class Shared(Generic[T]):
    """Does items together. Who comes alone waits for nobody; who comes meanwhile is in the next round, all at once."""

    def __init__(self, together: Callable[[list[T]], None], lock: AbstractContextManager[Any] | None = None) -> None:
        self._together = together
        self._lock = lock or Lock()
        self._waiting: deque[_Entry[T]] = deque()

    def do(self, item: T) -> None:
        """Return when the item is done. Raises what doing it together with others raised, in each one's own thread."""
        entry = _Entry(item)
        self._waiting.append(entry)
        with self._lock:
            if not entry.settled:
                self._settle([self._waiting.popleft() for _ in range(len(self._waiting))])
        if entry.error is not None:
            raise entry.error

    def _settle(self, entries: "list[_Entry[T]]") -> None:
        error: BaseException | None = None
        try:
            self._together([entry.item for entry in entries])
        except BaseException as raised:  # noqa: BLE001 - raised again for each of them
            error = raised
        for entry in entries:
            entry.error, entry.settled = error, True


class _Entry(Generic[T]):
    def __init__(self, item: T) -> None:
        self.item = item
        self.settled = False
        self.error: BaseException | None = None
