"""What the lists hold."""

from dataclasses import dataclass

from shared.domain.action import Action
from shared.domain.case import Case
from shared.ports import Quarantine


@dataclass(frozen=True, slots=True)
class Few:
    """The first cases of a list, and whether there are more than fit."""

    cases: tuple[Case, ...]
    more: bool = False


@dataclass(frozen=True, slots=True)
class Queue:
    """What waits. Crisis stands apart, and includes what `inbox` has not taken yet (design, promise 6)."""

    crisis: tuple[Case, ...]
    others: tuple[Case, ...]
    more: bool

    @property
    def count(self) -> int:
        """How many are shown."""
        return len(self.crisis) + len(self.others)


@dataclass(frozen=True, slots=True)
class Unsettled:
    """What a person must sort out: fragments not understood, and actions that may or may not have been posted."""

    fragments: tuple[Quarantine, ...]
    actions: tuple[Action, ...]
    more: bool

    @property
    def count(self) -> int:
        """How many there are of both."""
        return len(self.fragments) + len(self.actions)


@dataclass(frozen=True, slots=True)
class Overview:
    """What waits anywhere, as far as it is counted."""

    queue: Queue
    pending: Few
    unsettled: Unsettled
