"""What a platform's own word for an error proves: for platforms that name the reason in one word."""

import re
from collections.abc import Set
from dataclasses import dataclass
from typing import Any

from shared.calling.http import Answer
from shared.domain.channel import Trouble
from shared.ports import ChannelTrouble, NotPosted, OutcomeUnknown, Receipt, Refused


def word(value: Any) -> str | None:
    """The reason, where it is a word: anything else could be somebody's."""
    return value if isinstance(value, str) and re.fullmatch(r"[A-Za-z]{1,64}", value) else None


@dataclass(frozen=True, slots=True)
class Reasons:
    """The words that matter on one platform. Any other word under a 4xx is a no for good."""

    spent: Set[str]  # too much was asked: nothing was done
    dead: Set[str] = frozenset()  # our access is not accepted: nothing was done
    vague: Set[str] = frozenset()  # it may have been done

    def receipt(self, answer: Answer, id_: Any, reason: str | None) -> Receipt:
        """The new id of what was posted. Raises `NotPosted`, `Refused` or `OutcomeUnknown`."""
        if answer.good and isinstance(id_, str) and id_:
            return Receipt(id_)
        raise self._failure(answer.status, reason)(reason or f"status {answer.status}")

    def trouble(self, status: int, reason: str | None) -> ChannelTrouble:
        """Why nothing could be read."""
        rows = (
            (status == 429 or reason in self.spent, Trouble.QUOTA),
            (status in {401, 403} or reason in self.dead, Trouble.ACCESS),
        )
        trouble = next((trouble for fits, trouble in rows if fits), Trouble.UNREACHABLE)
        return ChannelTrouble(trouble, reason or f"status {status}")

    def _failure(self, status: int, reason: str | None) -> type[Exception]:
        """The first row that fits decides."""
        rows: tuple[tuple[bool, type[Exception]], ...] = (
            (status in {401, 429}, NotPosted),
            (not 400 <= status < 500, OutcomeUnknown),
            (reason is None or reason in self.vague, OutcomeUnknown),
            (reason in self.spent or reason in self.dead, NotPosted),
        )
        return next((failure for fits, failure in rows if fits), Refused)
