"""Why something was not done.

NotDone         what was typed is not enough
└── Changed     the case is no longer what the form showed
NoSuchCase
"""

from enum import StrEnum


class Why(StrEnum):
    """Why something was not done. Each has its words in the data."""

    CHANGED = "changed"  # somebody did something since the form was shown
    CLOSED = "closed"
    UNSORTED = "unsorted"  # `inbox` has not taken it yet, so there is nothing to decide on
    CLAIMED = "claimed"  # somebody else has it: take it over first
    OUTCOME = "outcome"
    NOTE = "note"
    LONG = "long"
    CRISIS = "crisis"


class NotDone(Exception):
    """Nothing was changed, and `why` says the reason. Never carries what was typed."""

    def __init__(self, why: Why) -> None:
        super().__init__(why.value)
        self.why = why


class Changed(NotDone):
    """The case is no longer what the form showed: look again."""


class NoSuchCase(Exception):
    """There is no case with that id."""
