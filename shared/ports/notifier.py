"""How staff hear of something away from the desk."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Letter:
    """One mail: counts, times and links, never what anybody wrote. `id` is the alert it tells of."""

    id: str
    to: Sequence[str]
    subject: str
    body: str


class NotTold(Exception):
    """The mail may not have gone out. Says the fact; never an address or words of the mail."""


class Notifier(Protocol):
    """Sends mail to staff."""

    def tell(self, letter: Letter) -> None:
        """Send it once. Raises `NotTold`; it is then sent again, because told twice is better than not at all."""
