"""Who is meant by a passage: the reader, a member of staff by name or by role, a group, the author, somebody else."""

from collections.abc import Iterator
from functools import cache, lru_cache
from typing import Any, NamedTuple

from shared.domain.assessment import Who
from shared.rules.compiled import compiled
from shared.rules.gate import Written
from shared.rules.patterns import Span, compile_bytes

NEAR = 60  # characters before a passage, and half as many after, in which somebody can be meant
ASKED = frozenset(
    {"abusive", "crisis", "hateful", "mean-spirited", "profane", "targets-staff"}
)  # of these clauses alone
STOPS = (". ", "! ", "? ", "; ", "\n")


class Meant(NamedTuple):
    """Who, and the words that say so as a span of the view. Ordered by weight: the words inside a passage."""

    weight: int
    who: Who
    span: Span


def meant(written: Written, span: Span) -> Meant | None:
    """Who is meant by a span of a view; None where nobody is named near it.

    Words inside the passage count most, then the nearest before it in the same sentence, then the nearest after it.
    """
    text, (start, end) = written.view.text, span
    if inside := list(_found(text, start, end)):
        return min(inside)
    from_ = max(start - NEAR, 0)
    if before := list(_found(text, max(from_, *(text.rfind(stop, from_, start) + 1 for stop in STOPS)), start)):
        return max(before, key=lambda one: one.span[1])
    until = min(end + NEAR // 2, len(text))
    stops = (at for stop in STOPS if (at := text.find(stop[0], end, until)) >= 0)
    return min(_found(text, end, min(stops, default=until)), key=lambda one: one.span, default=None)


def _found(text: str, start: int, end: int) -> Iterator[Meant]:
    part = text[start:end].encode()
    for match in _anybody().finditer(part):
        first, last = (start + len(part[:at].decode()) for at in match.span())
        weight, who = _is(text[first:last])
        yield Meant(weight, who, (first, last))


@lru_cache(maxsize=1024)
def _is(words: str) -> tuple[int, Who]:
    """Whose words these are: of the kinds that they fit whole, the first."""
    fits = (weight for weight, (_, regex) in enumerate(_kinds()) if regex.fullmatch(words.encode()))
    weight = next(fits, len(_kinds()) - 1)
    return weight, _kinds()[weight][0]


@cache
def _kinds() -> list[tuple[Who, Any]]:
    return [(Who(name), compile_bytes(pattern)) for name, pattern in compiled()["who"]]


@cache
def _anybody() -> Any:
    return compile_bytes("|".join(pattern for _, pattern in compiled()["who"]))
