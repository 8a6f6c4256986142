"""A list that a platform gives newest first: walked back to what the last walk saw, never left half-way for good."""

import json
from dataclasses import asdict, dataclass
from typing import Any, Self


@dataclass(frozen=True, slots=True)
class Walk:
    """A cursor. `since` is the newest of the last whole walk, `top` of this one, `next` the page it goes on with.

    `since` moves only when a walk has come to its end: cut off anywhere, the next run goes on with the same page.
    """

    since: str = ""
    top: str = ""
    next: str = ""

    @classmethod
    def resume(cls, cursor: str) -> Self:
        """Where the last run stopped; the start where nothing readable was kept."""
        try:
            walk = cls(**json.loads(cursor))
        except (ValueError, TypeError, RecursionError):
            return cls()
        return walk if all(isinstance(value, str) for value in asdict(walk).values()) else cls()

    def further(self, newest: Any, next_: Any) -> Self:
        """After a page whose newest item and whose successor are these, as far as the platform says."""
        top = self.top or (newest if isinstance(newest, str) else "")
        if isinstance(next_, str) and next_ and next_ != self.next:
            return type(self)(self.since, top, next_)
        return type(self)(top or self.since)

    @property
    def cursor(self) -> str:
        """As the store keeps it."""
        return json.dumps(asdict(self))
