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
MOST_SETS = 2
MOST_TIMES = 8  # of a repetition that are spelled out
LONGEST = 24
DIGIT = "0"  # stands for every digit, here and in what the gate reads
DIGITS = "0123456789"
USUAL = 0.3  # a set that stands in more messages than this is not worth asking for beside another
EDGE = "\x01"  # a place where a word begins or ends

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


def required(pattern: str, share: Callable[[Strings], float]) -> tuple[Strings, ...]:
    """The rarest sets of strings, rarest first, of which every match of `pattern` holds one each; none: always try it.

    `share` says in what share of messages a string of a set stands, from 0 to 1. A space at an end of a string is an
    end of a word, whatever stands there; a nought stands for any digit.
    """
    found = _sequence(parser.parse(pattern), begun=False)
    sets = [*found.sets, *((found.exact,) if found.exact else ())]
    usable = {_trimmed(map(_spaced, one)) for one in sets}
    rarest = sorted((share(one), sorted(one)) for one in filter(all, usable))[:MOST_SETS]
    return tuple(frozenset(one) for place, (often, one) in enumerate(rarest) if place == 0 or often < USUAL)


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
    return Required(None, tuple(one for one in (*sets, _begun(exact, edge)) if all(map(_spaced, one))), last)


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
    best: set[str] = set()
    for one in branches:
        options = [*one.sets, *((_begun(one.exact, begun),) if one.exact and all(map(_spaced, one.exact)) else ())]
        if not options:
            return Required(None, (), all(branch.closed for branch in branches))
        best |= max(options, key=lambda strings: (min(len(_spaced(one)) for one in strings), -len(strings)))
    return Required(None, (frozenset(best),), all(branch.closed for branch in branches))


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
    return Required(None, (exact,) if times and all(map(_spaced, exact)) else (), closed)


_READERS: Mapping[Any, Callable[[Any], Required]] = {
    op.LITERAL: lambda value: Required(frozenset({_literal(value)})),
    op.IN: _class,
    op.AT: lambda value: Required(frozenset({EDGE if value is op.AT_BOUNDARY else ""})),
}


def _literal(code: int) -> str:
    return DIGIT if chr(code) in DIGITS else chr(code)


def _spaced(string: str) -> str:
    """As the gate looks for it: edges of words are spaces, and signs beside words are too.

    What has no ASCII letter or digit is looked for as it stands, without edges.
    """
    if not string.isascii() or not any(char.isalnum() for char in string):
        return string.replace(EDGE, "").strip()
    words = "".join(char if char.isalnum() or char in ("_", EDGE) else " " for char in string)
    return words.replace(f" {EDGE}", " ").replace(f"{EDGE} ", " ").replace(EDGE, " ")


def _trimmed(strings: Iterable[str]) -> Strings:
    """Without what holds another of the set: the shorter one is found wherever the longer is."""
    kept: list[str] = []
    for one in sorted(set(strings), key=lambda text: (len(text), text)):
        if not any(other in one for other in kept):
            kept.append(one)
    return frozenset(kept)
