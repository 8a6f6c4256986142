"""Which words a pattern cannot match without: what the gate looks for before a pattern is tried at all.

Runs when packs are compiled, never on a message. A pattern is only read here, by Python's own parser; RE2 runs it.
"""

import re._constants as op
import re._parser as parser
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from itertools import product
from typing import Any

MOST_STRINGS = 48  # in one set: beyond it the set is given up rather than multiplied
MOST_CHARACTERS = 10  # a class of more characters stands for no literal
MOST_TIMES = 8  # of a repetition that are spelled out
LONGEST = 24
DIGIT = "0"  # stands for every digit, here and in what the gate reads
DIGITS = "0123456789"
EDGE = "\x01"  # a place where a word begins or ends
COMMON = " .,'"
MOST_RANKS = 2  # sets kept of a choice

Strings = frozenset[str]
EMPTY: Strings = frozenset({""})


@dataclass(frozen=True, slots=True)
class Required:
    """`exact`: all that can be matched, where that is a short list; `sets`: of each, one string is in every match.

    `closed`: what is matched is nothing, or ends with a space.
    """

    exact: Strings | None
    sets: tuple[Strings, ...] = field(default=())
    closed: bool = False


ANYTHING = Required(None)


def required(pattern: str) -> tuple[Strings, ...]:
    """The sets of strings of which every match of `pattern` holds one each; none: always try it.

    A space at an end of a string is an end of a word, whatever stands there; a nought stands for any digit.
    """
    found = _sequence(parser.parse(pattern), begun=False)
    sets = [*found.sets, *((found.exact,) if found.exact else ())]
    usable = {_trimmed(map(_edged, one)) for one in sets}
    return tuple(sorted(filter(all, usable), key=sorted))


def _sequence(items: Iterable[Any], *, begun: bool) -> Required:
    """`begun`: a word can only begin here."""
    exact, whole, edge = EMPTY, True, begun
    sets: list[Strings] = []
    for item in items:
        here = edge if exact == EMPTY else _closed(exact)
        one = _item(item, begun=here)
        if one.exact is not None and len(exact) * len(one.exact) <= MOST_STRINGS:
            exact = frozenset(first + second for first, second in product(exact, one.exact))
            continue
        sets += [_begun(exact, edge), *one.sets]
        whole = False
        exact, edge = (one.exact, here) if one.exact is not None else (EMPTY, here and one.closed)
    if whole and max(map(len, exact)) <= LONGEST:
        return Required(exact, (), _closed(exact))
    last = edge if exact == EMPTY else _closed(exact)
    return Required(None, tuple(one for one in (*sets, _begun(exact, edge)) if all(map(_edged, one))), last)


def _begun(strings: Strings, edge: bool) -> Strings:  # noqa: FBT001 - an internal step
    return frozenset(EDGE + one for one in strings) if edge else strings


def _closed(strings: Strings) -> bool:
    return all(one.endswith((" ", EDGE)) for one in strings)


def _item(item: Any, *, begun: bool) -> Required:
    code, value = item
    if code is op.SUBPATTERN:
        return _sequence(value[-1], begun=begun)
    if code is op.BRANCH:
        return _branch(value, begun=begun)
    if code in (op.MAX_REPEAT, op.MIN_REPEAT):
        return _repeat(value, begun=begun)
    reader = _READERS.get(code)
    return ANYTHING if reader is None else reader(value)


def _class(value: Any) -> Required:
    chars: set[str] = set()
    for code, inside in value:
        if code is op.LITERAL:
            chars.add(_literal(inside))
        elif code is op.RANGE and inside[1] - inside[0] < MOST_CHARACTERS:
            chars.update(map(_literal, range(inside[0], inside[1] + 1)))
        else:
            return ANYTHING
    return Required(frozenset(chars)) if 0 < len(chars) <= MOST_CHARACTERS else ANYTHING


def _branch(value: Any, *, begun: bool) -> Required:
    branches = [_sequence(one, begun=begun) for one in value[1]]
    exacts = [one.exact for one in branches if one.exact is not None]
    if len(exacts) == len(branches) and sum(map(len, exacts)) <= MOST_STRINGS:
        return Required(frozenset().union(*exacts))
    ranked = [_ranked(one, begun=begun) for one in branches]
    places = range(MOST_RANKS if all(ranked) else 0)
    sets = {frozenset().union(*(one[min(place, len(one) - 1)] for one in ranked)) for place in places}
    return Required(None, tuple(sorted(sets, key=sorted)), all(branch.closed for branch in branches))


def _ranked(branch: Required, *, begun: bool) -> list[Strings]:
    """The sets of a branch, those of the longest strings first."""
    exact = (_begun(branch.exact, begun),) if branch.exact and all(map(_edged, branch.exact)) else ()
    return sorted((*branch.sets, *exact), key=lambda one: (-min(len(_edged(string)) for string in one), len(one)))


def _repeat(value: Any, *, begun: bool) -> Required:
    least, most, inside = value
    one = _sequence(inside, begun=begun and most == 1)
    if (least, most) == (0, 1) and one.exact is not None:
        return Required(one.exact | EMPTY)
    closed = one.closed or (one.exact is not None and _closed(one.exact))
    if least == 0:
        return Required(None, (), closed)
    if one.exact is None:
        return Required(None, one.sets, closed)
    times = max(n for n in range(min(least, MOST_TIMES) + 1) if len(one.exact) ** n <= MOST_STRINGS)
    exact = frozenset(map("".join, product(one.exact, repeat=times)))
    if times == most:
        return Required(exact)
    return Required(None, (exact,) if times and all(map(_edged, exact)) else (), closed)


_READERS: Mapping[Any, Callable[[Any], Required]] = {
    op.LITERAL: lambda value: Required(frozenset({_literal(value)})),
    op.IN: _class,
    op.AT: lambda value: Required(frozenset({EDGE if value is op.AT_BOUNDARY else ""})),
}


def _literal(code: int) -> str:
    return DIGIT if chr(code) in DIGITS else chr(code)


def _edged(string: str) -> str:
    """With a space where a word begins or ends at an end of it; nothing where only signs of most messages are left."""
    bare = string.replace(EDGE, "")
    if not bare.strip(COMMON):
        return ""
    begins = " " * (string[0] == EDGE and _is_of_word(bare[0]))
    ends = " " * (string[-1] == EDGE and _is_of_word(bare[-1]))
    return f"{begins}{bare}{ends}"


def _is_of_word(char: str) -> bool:
    return (char.isascii() and char.isalnum()) or char == "_"


def _trimmed(strings: Iterable[str]) -> Strings:
    """Without what holds another of the set: the shorter one is found wherever the longer is."""
    kept: list[str] = []
    for one in sorted(set(strings), key=lambda text: (len(text), text)):
        if not any(other in one for other in kept):
            kept.append(one)
    return frozenset(kept)
