"""Where a run is cut: each call to the store, the queue and the platform is counted, and one of them goes wrong."""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, TypeVar

from shared.ports import NotPosted, OutcomeUnknown, QueueUnavailable, StoreUnavailable, Transaction

T = TypeVar("T")


class Mode(StrEnum):
    """How a call goes wrong."""

    DIE_BEFORE = "die before"
    DIE_AFTER = "die after"
    APPLIED = "applied, error"
    REFUSED = "not applied, error"
    HANG = "hang"


class Died(BaseException):
    """The process is gone. Production catches `Exception` at most, so nothing of it runs any more."""


@dataclass(frozen=True, slots=True)
class Lost:
    """What a caller is told when a call did surely not happen, and when nobody can know."""

    refused: type[Exception]
    silent: type[Exception]

    def error(self, mode: Mode) -> Exception:
        """The error of one mode."""
        return (self.refused if mode is Mode.REFUSED else self.silent)(str(mode))


STORE = Lost(StoreUnavailable, StoreUnavailable)
QUEUE = Lost(QueueUnavailable, QueueUnavailable)
PLATFORM = Lost(NotPosted, OutcomeUnknown)


@dataclass
class Wire:
    """Everything that leaves the process goes through here. `hang` lets simulated time pass; nothing sleeps."""

    cut_at: int | None = None
    mode: Mode = Mode.DIE_BEFORE
    hang: Callable[[], None] = lambda: None
    calls: list[str] = field(default_factory=list)
    meanwhile: dict[str, Callable[[], None]] = field(default_factory=dict)
    within: str = ""  # the function that is running
    cut_in: str = ""  # the function that was running when it was cut

    def call(self, name: str, do: Callable[[], T], lost: Lost) -> T:
        """Do it, unless this is the call to be cut. What was put into `meanwhile` happens just before, once."""
        self.meanwhile.pop(name, lambda: None)()
        self.calls.append(name)
        if len(self.calls) - 1 != self.cut_at:
            return do()
        self.cut_in = self.within
        if self.mode in (Mode.DIE_AFTER, Mode.APPLIED):
            do()
        if self.mode is Mode.HANG:
            self.hang()
        raise Died if self.mode in (Mode.DIE_BEFORE, Mode.DIE_AFTER) else lost.error(self.mode)

    @property
    def cut(self) -> str | None:
        """The name of the call that was cut."""
        reached = self.cut_at is not None and self.cut_at < len(self.calls)
        return self.calls[self.cut_at] if reached and self.cut_at is not None else None


class Through:
    """Any object; each of its calls goes over the wire."""

    def __init__(self, wire: Wire, name: str, inner: Any, lost: Lost) -> None:
        self._wire, self._name, self._inner, self._lost = wire, name, inner, lost

    def __getattr__(self, method: str) -> Callable[..., Any]:
        do = getattr(self._inner, method)
        name = f"{self._name}.{method}"
        return lambda *values, **more: self._wire.call(name, lambda: do(*values, **more), self._lost)


class ThroughStore(Through):
    """A store. Inside a transaction every call counts too, and so does the moment before the commit."""

    def transact(self, work: Callable[[Transaction], T]) -> T:
        """See `ports.Store`. Cut after the commit, the caller never hears of it."""

        def inside(tx: Transaction) -> T:
            result = work(Through(self._wire, "tx", tx, self._lost))
            self._wire.call("tx.commit", lambda: None, self._lost)
            return result

        done: T = self._wire.call("store.transact", lambda: self._inner.transact(inside), self._lost)
        return done
