"""What one platform does for us: act, be asked what is new, and fetch what came without words."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from shared.domain.action import Action
from shared.domain.case import Case
from shared.domain.channel import Channel, Trouble
from shared.domain.message import Part, Parts


@dataclass(frozen=True, slots=True)
class Receipt:
    """The platform's word that it did what it was asked."""

    platform_id: str


class NotPosted(Exception):
    """Proof that nothing was posted (refused connection, throttled, dead token): may be tried again."""


class Refused(Exception):
    """The platform said no for good."""


class OutcomeUnknown(Exception):
    """It may have been posted. Never tried again without a person."""


class PlatformClient(Protocol):
    """Calls one platform's API."""

    def perform(self, action: Action) -> Receipt:
        """Do it once. Raises `NotPosted`, `Refused` or `OutcomeUnknown`."""


@dataclass(frozen=True, slots=True)
class Page:
    """One step of a poll: what was found, and where to go on once that is stored."""

    parts: Sequence[Part]
    cursor: str  # kept after the commit of `parts`, never before
    session: str | None = None  # a new session to keep; None: as it was


class ChannelTrouble(Exception):
    """An account cannot be read. Says the kind, and a fact such as a code; never a token or anybody's words."""

    def __init__(self, trouble: Trouble, fact: str = "") -> None:
        super().__init__(f"{trouble}: {fact}" if fact else str(trouble))
        self.trouble = trouble


class Poller(Protocol):
    """Asks one platform what was written on one account, and whether it still delivers to us."""

    def pages(self, channel: Channel, now: datetime) -> Iterator[Page]:
        """What is new since the channel's cursor. Ended anywhere, the same is asked again: nothing is lost, and what
        comes twice is one case. Raises `ChannelTrouble`.
        """


class Reader(Protocol):
    """Fetches the words of a message that was delivered without them."""

    def read(self, case: Case) -> Parts:
        """The message as it stands now; a removal where it is gone. Raises `ChannelTrouble`."""
