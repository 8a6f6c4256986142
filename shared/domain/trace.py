"""By what messages that belong together are found, from their first commit on. Pure."""

from dataclasses import dataclass
from datetime import datetime

from shared.domain.assessment import Finding

AROUND = "around"  # what the rules of stage 2 are called before the dot


@dataclass(frozen=True, slots=True)
class Trace:
    """Hashes and a time, never words. Written by intake, so that no run of `inbox` has to wait for another."""

    said_at: datetime  # UTC, what the promise counts from
    fingerprint: str | None = None  # of the words, where there are enough of them
    reply_to: str | None = None  # of what is answered in public


def is_around(finding: Finding) -> bool:
    """Whether it was found beside other messages, by stage 2."""
    return finding.rule.partition(".")[0] == AROUND
