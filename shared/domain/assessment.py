"""What the rules made of a message: findings, priority, whether an answer is owed, and by when."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Self

Passage = tuple[int, int]  # Unicode code points into the text as given, half-open


class Priority(StrEnum):
    """Where a message stands on the desk."""

    rank: int  # the sort order of the desk: crisis 0, urgent 1, normal 2, read 3

    def __new__(cls, value: str) -> Self:
        one = str.__new__(cls, value)
        one._value_ = value
        one.rank = len(cls.__members__)
        return one

    CRISIS = "crisis"
    URGENT = "urgent"
    NORMAL = "normal"
    READ = "read"


class Signpost(StrEnum):
    """Where to point somebody."""

    NEED_HELP_NOW = "need-help-now"
    CLINICAL = "clinical"
    COMPLAINT = "complaint"
    CARE = "care"
    TEAM = "team"


class Who(StrEnum):
    """Whom a passage is about, as far as words tell."""

    YOU = "you"  # who reads it: us, or the commenter who is answered
    NAMED = "named"  # somebody with a title and a name
    ROLE = "role"  # a nurse, the receptionist
    GROUP = "group"  # people of one kind
    SELF = "self"  # the author
    OTHER = "other"  # somebody else


@dataclass(frozen=True, slots=True)
class Finding:
    """What one rule found. `clause` is the slug of a clause of the principles.

    `clause` is None where a message asks something of us without touching a clause; such findings stay inside
    (`interfaces.md` lists only clauses) and tell staff why an answer is owed.
    """

    clause: str | None
    rule: str
    passages: tuple[Passage, ...]
    why: str
    priority: Priority
    requires_response: bool = False
    signpost: Signpost | None = None
    eased_by: tuple[Passage, ...] = ()  # suppressors: quotation, negation, reporting; shown, never deleting a finding
    who: Who | None = None


@dataclass(frozen=True, slots=True)
class Assessment:
    """All that is known of a message from its own words. Times are UTC."""

    priority: Priority
    requires_response: bool
    due: datetime | None
    signpost: Signpost | None
    findings: tuple[Finding, ...]
    principles: str
    rules: str
    clocked_at: datetime  # the time the promise counts from
    clock: str = "message"  # `message`, or `received` where the message's own time was missing or in the future
    faults: tuple[str, ...] = ()  # rules that failed; a person must look in their place
