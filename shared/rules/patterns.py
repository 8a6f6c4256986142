"""RE2 patterns on encoded text: their time grows with its length, whatever is written.

They are compiled when first asked: most are not for long.
"""

from collections.abc import Sequence
from functools import cached_property
from itertools import islice
from typing import Any

import re2

from shared.rules.compiled import compiled
from shared.rules.sources import expanded

MEMORY = 1 << 24  # bytes that RE2 may use for one pattern
MOST = 500  # matches of one pattern in one text

Span = tuple[int, int]


class Pattern:
    """One pattern, names of the vocabulary in it."""

    def __init__(self, written: str) -> None:
        self.written = written

    def spans(self, encoded: bytes) -> list[Span]:
        """Where it matches, in bytes, in order and apart, at most `MOST` times. A match of nothing counts as none."""
        if not self._set.Match(encoded):
            return []
        matches = islice(self._regex.finditer(encoded), MOST)
        return [span for match in matches if (span := match.span())[1] > span[0]]

    @cached_property
    def _set(self) -> Any:
        return compile_set([self.written])

    @cached_property
    def _regex(self) -> Any:
        return compile_bytes(self.written)


def compile_bytes(pattern: str) -> Any:
    """A pattern for encoded views, names of the vocabulary in it. Raises `re2.error`, also for too much memory."""
    return re2.compile(_encoded(pattern), _options())


def compile_set(patterns: Sequence[str]) -> Any:
    """Patterns of which `Match` says which of them match: sooner than a pattern that also tells where."""
    every = re2.Set.SearchSet(_options())
    for one in patterns:
        every.Add(_encoded(one))
    every.Compile()
    return every


def _encoded(pattern: str) -> bytes:
    return expanded(pattern, compiled()["vocabulary"]).encode()


def _options() -> Any:
    options = re2.Options()
    options.max_mem = MEMORY
    options.log_errors = False
    options.never_capture = True
    return options
