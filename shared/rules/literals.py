"""Which literals a pattern cannot match without: what the gate looks for before a pattern is tried at all.

Runs when packs are compiled, never on a message. A pattern is only read here, by Python's own parser; RE2 runs it.
"""

import re._constants as op
import re._parser as parser
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from itertools import product
from typing import Any

MOST_STRINGS = 250  # in one set: beyond it the set is given up rather than multiplied
MOST_CHARACTERS = 10  # a class of more characters stands for no literal
LONGEST = 24
MARK = 0.03  # how often one digit or one sign stands in a message

Strings = frozenset[str]
EMPTY: Strings = frozenset({""})


@dataclass(frozen=True, slots=True)
class Required:
    """`exact`: all that can be matched, where that is a short list; `sets`: of each, one string is in every match."""

    exact: Strings | None
    sets: tuple[Strings, ...] = field(default=())


ANYTHING = Required(None)


def required(pattern: str, common: Mapping[str, float]) -> tuple[Strings, ...]:
    """The one or two rarest sets of strings of which every match of `pattern` holds one each; none: always try it.

    `common` says how often frequent words occur in a message, from 0 to 1.
    """
    found = _sequence(parser.parse(pattern))
    sets = {_trimmed(one) for one in (*found.sets, *((found.exact,) if found.exact else ())) if all(one)}
    return tuple(sorted(sets, key=lambda one: (_frequency(one, common), sorted(one)))[:2])


def _sequence(items: Iterable[Any]) -> Required:
    exact: Strings = EMPTY
    whole = True
    sets: list[Strings] = []
    for item in items:
        one = _item(item)
        if one.exact is not None and len(exact) * len(one.exact) <= MOST_STRINGS:
            exact = frozenset(first + second for first, second in product(exact, one.exact))
            continue
        sets += [exact, *one.sets]
        exact, whole = (one.exact, False) if one.exact is not None else (EMPTY, False)
    if whole and max(map(len, exact)) <= LONGEST:
        return Required(exact, ())
    return Required(None, tuple(one for one in (*sets, exact) if all(one)))


def _item(item: Any) -> Required:
    code, value = item
    reader = _READERS.get(code)
    return ANYTHING if reader is None else reader(value)


def _literal(value: int) -> Required:
    return Required(frozenset({chr(value)}))


def _class(value: Any) -> Required:
    chars: set[str] = set()
    for code, inside in value:
        if code is op.LITERAL:
            chars.add(chr(inside))
        elif code is op.RANGE and inside[1] - inside[0] < MOST_CHARACTERS:
            chars.update(map(chr, range(inside[0], inside[1] + 1)))
        else:
            return ANYTHING
    return Required(frozenset(chars)) if 0 < len(chars) <= MOST_CHARACTERS else ANYTHING


def _branch(value: Any) -> Required:
    branches = [_sequence(one) for one in value[1]]
    exacts = [one.exact for one in branches if one.exact is not None]
    if len(exacts) == len(branches) and sum(map(len, exacts)) <= MOST_STRINGS:
        return Required(frozenset().union(*exacts))
    best: set[str] = set()
    for one in branches:
        options = [*one.sets, *((one.exact,) if one.exact and all(one.exact) else ())]
        if not options:
            return ANYTHING
        best |= max(options, key=lambda strings: (min(map(len, strings)), -len(strings)))
    return Required(None, (frozenset(best),))


def _repeat(value: Any) -> Required:
    least, most, inside = value
    one = _sequence(inside)
    if (least, most) == (0, 1) and one.exact is not None:
        return Required(one.exact | EMPTY)
    if least == 0:
        return ANYTHING
    if most == 1 and one.exact is not None:
        return one
    return Required(None, (*one.sets, *((one.exact,) if one.exact and all(one.exact) else ())))


_READERS: Mapping[Any, Callable[[Any], Required]] = {
    op.LITERAL: _literal,
    op.IN: _class,
    op.BRANCH: _branch,
    op.SUBPATTERN: lambda value: _sequence(value[-1]),
    op.MAX_REPEAT: _repeat,
    op.MIN_REPEAT: _repeat,
    op.AT: lambda _: Required(EMPTY),
}


def _trimmed(strings: Strings) -> Strings:
    """Without what holds another of the set: the shorter one is found wherever the longer is."""
    kept: list[str] = []
    for one in sorted(strings, key=lambda text: (len(text), text)):
        if not any(other in one for other in kept):
            kept.append(one)
    return frozenset(kept)


def _frequency(strings: Strings, common: Mapping[str, float]) -> float:
    return sum(_rarity(one, common) for one in strings)


def _rarity(literal: str, common: Mapping[str, float]) -> float:
    words = literal.split()
    if not words or (len(literal) == 1 and literal.isalpha()):
        return 1.0
    if len(literal) == 1:
        return MARK
    known = [common.get(word, 0.5 ** min(len(word), 14) * 2) for word in words]
    return float(min(known)) * 0.5 ** (len(words) - 1)
