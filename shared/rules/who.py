"""Who is meant by a passage: the reader, a member of staff by name or by role, a group, the author, somebody else."""

from collections.abc import Iterable
from functools import cache
from typing import Any

from shared.domain.assessment import Who
from shared.rules.compiled import compiled
from shared.rules.gate import Span, Written, compile_bytes

NEAR = 60  # characters before a passage, and half as many after, in which somebody can be meant


def meant(written: Written, spans: Iterable[Span]) -> Who | None:
    """Who is meant by the first span of a view; None where nobody is named near it.

    Words inside the passage count most, then the nearest before it in the same sentence, then the nearest after it.
    """
    start, end = next(iter(spans))
    text = written.view.text
    before, after = text[max(start - NEAR, 0) : start], text[end : end + NEAR // 2]
    before = before[max(before.rfind(stop) for stop in (". ", "! ", "? ", "; ")) + 1 :]
    after = after[: min((at for stop in ".!?;" if (at := after.find(stop)) >= 0), default=len(after))]
    inside = _found(text[start:end])
    if inside:
        return min(inside)[1]
    ahead = _found(before)
    if ahead:
        return max(ahead, key=lambda found: found[2])[1]
    return min(_found(after), default=(0, None, 0))[1]


def _found(text: str) -> list[tuple[int, Who, int]]:
    encoded = text.encode()
    return [(*one, found.span()[1]) for *one, regex in _table() for found in regex.finditer(encoded)]


@cache
def _table() -> list[tuple[int, Who, Any]]:
    return [(rank, Who(name), compile_bytes(pattern)) for rank, (name, pattern) in enumerate(compiled()["who"])]
