"""What the rules could not read: a person reads it (principles 2.2, "we'll read all comments and messages")."""

import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

from shared.domain.assessment import Finding, Priority
from shared.rules.matching import Reading
from shared.rules.text import HEAD, TAIL


def unread(reading: Reading, *, skipped: bool) -> Iterator[Finding]:
    """What was not read, as findings that owe an answer. `skipped`: some patterns were not tried on it."""
    size = len(reading.text)
    if size > HEAD + TAIL or skipped:
        passage = (HEAD, size - TAIL) if size > HEAD + TAIL else (0, size)
        yield Finding(None, "unread.long", (passage,), _words()["long"], Priority.NORMAL, requires_response=True)


@cache
def _words() -> Mapping[str, str]:
    return tomllib.loads(Path(__file__).with_name("unread.toml").read_text("utf-8"))
