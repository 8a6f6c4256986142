"""Building a thing once a process: on first use, so after the server has forked, and in one thread."""

from collections.abc import Callable
from threading import RLock
from typing import Generic, TypeVar

T = TypeVar("T")
_BUILDING = RLock()


class Once(Generic[T]):
    """Builds a thing on first use, in one thread, and keeps it."""

    def __init__(self, build: Callable[[], T]) -> None:
        self._build = build
        self._built: list[T] = []
        self.__doc__ = build.__doc__

    def __call__(self) -> T:
        if not self._built:
            with _BUILDING:
                if not self._built:
                    self._built.append(self._build())
        return self._built[0]
