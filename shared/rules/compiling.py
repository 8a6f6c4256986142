"""Packs of words made ready for matching. Pure and slow; `shared/rules/compiled.json` keeps what comes out."""

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Any

import re2

from shared.rules.literals import required
from shared.rules.packs import HERE, Group, Pack, Words, eases, load, vocabulary
from shared.rules.sources import expanded, sources
from shared.rules.terms import is_sign, share, term
from shared.rules.text import fold

FOLDERS = ("words", "drafts/always", "drafts/about-care")
MOST_SETS = 4  # of terms, that are asked for before a frame is tried
ASKING = 10  # times quicker than trying a frame it is to look whether one of a set stands
SHORTEST_BROKEN = 4  # letters: a shorter word in two pieces is two other words

_apostrophe = re.compile(r"'(?=[a-z])")


def compiled() -> dict[str, Any]:
    """All packs, eases and persons meant, as `compiled.json` holds them. Raises `PackError`.

    `<name>` is left in patterns, for `expanded`.
    """
    who = tomllib.loads((HERE / "who.toml").read_text("utf-8"))
    return {
        "sources": sources(),
        "vocabulary": _vocabulary(),
        "eases": {name: {"pattern": pattern(ease), "reach": ease.reach} for name, ease in eases().items()},
        "who": [[name, pattern(Words(**words))] for name, words in who.items()],
        "packs": {folder: gated(load(HERE / folder)) for folder in FOLDERS},
    }


def gated(packs: Iterable[Pack]) -> dict[str, Any]:
    """The groups of packs, gravest first, and what the gate looks for.

    `terms`: words, and signs, one a line, by what they lead to: numbers of sets, or from -1 down of phrases; the
    frames of a group name the sets of which they need a term each. `phrases`: with the group that each is of.
    """
    groups = sorted(((pack, one) for pack in packs for one in pack.groups), key=lambda one: one[1].priority.rank)
    sets: dict[tuple[str, ...], int] = {}
    done = [_group(pack, group, sets) for pack, group in groups]
    phrases = sorted({(one, number) for number, (_, group) in enumerate(groups) for one in _phrases(group)})
    leads = [(one, number) for needed, number in sets.items() for one in needed]
    leads += [(term(f" {phrase} "), ~number) for number, (phrase, _) in enumerate(phrases)]
    return {"groups": done, "terms": _apart(leads), "phrases": phrases}


def _group(pack: Pack, group: Group, sets: dict[tuple[str, ...], int]) -> dict[str, Any]:
    left_out = {"source", "phrases", "frames", "patterns", "broken", "other_sense", "together"}
    frames = [[written, *(sets.setdefault(one, len(sets)) for one in needed)] for written, needed in _tried(group)]
    return {
        **group.model_dump(mode="json", exclude=left_out),
        "rule": pack.rule,
        "clause": pack.clause,
        "other_sense": "|".join(map(frame, group.other_sense)),
        "frames": frames,
    }


def _tried(group: Group) -> Iterator[tuple[str, list[tuple[str, ...]]]]:
    """What is tried at once, and the sets of terms of which it needs one each, rarest first."""
    each = [(written, _needed(written)) for written in _frames(group)]
    if group.together:
        rarest = {one for _, needed in each for one in needed[0]}
        return iter([("|".join(written for written, _ in each), [tuple(sorted(rarest))])])
    return iter(each)


def _apart(leads: Iterable[tuple[str, int]]) -> list[list[tuple[tuple[int, ...], str]]]:
    """What leads to the same, together: words, and signs."""
    numbers: dict[str, tuple[int, ...]] = {}
    for one, number in leads:
        numbers[one] = (*numbers.get(one, ()), number)
    alike: tuple[dict[tuple[int, ...], list[str]], ...] = ({}, {})
    for one, leading in numbers.items():
        alike[is_sign(one)].setdefault(leading, []).append(one)
    return [[(leading, "\n".join(some)) for leading, some in kind.items()] for kind in alike]


def pattern(words: Words) -> str:
    """One pattern for all the words, with `<name>` for entries of the vocabulary."""
    phrases = [rf"\b{_optional(re2.escape(fold_all(phrase)))}\b" for phrase in words.phrases]
    return "|".join([*phrases, *_frames(words)])


def frame(written: str) -> str:
    """A frame as a pattern: nothing of a word may stick out on either side."""
    return rf"\b(?:{_optional(fold_all(written))})\b"


def _needed(written: str) -> list[tuple[str, ...]]:
    """The rarest sets of terms of which a match holds one each, rarest first."""
    sets = {tuple(sorted(set(map(term, one)))) for one in required(expanded(written, _vocabulary()))}
    (tried, rarest), *others = sorted((share(one), one) for one in sets)[:MOST_SETS] or [(0, ())]
    return [rarest, *(one for often, one in others if often < ASKING * tried * (1 - often))] if rarest else []


def fold_all(written: str) -> str:
    """What is not ASCII, read as a message is read: Cyrillic words must be looked for as the views spell them."""
    return "".join(char if char.isascii() else fold(char) for char in written)


def _frames(words: Words) -> list[str]:
    return [*map(frame, words.frames), *(_optional(fold_all(written)) for written in words.patterns)]


def _phrases(group: Group) -> Iterator[str]:
    for phrase in map(fold_all, group.phrases):
        yield phrase
        yield phrase.replace("'", "")
        if group.broken and phrase.isalpha() and len(phrase) >= SHORTEST_BROKEN:
            for at in range(1, len(phrase)):
                yield f"{phrase[:at]} {phrase[at:]}"
            for at in range(1, len(phrase) - 1):
                yield phrase[:at] + phrase[at + 1] + phrase[at] + phrase[at + 2 :]


def _optional(written: str) -> str:
    return _apostrophe.sub("'?", written.replace(r"\'", "'").replace(r"\ ", " "))


@cache
def _vocabulary() -> Mapping[str, str]:
    return {name: _optional(fold_all(meaning)) for name, meaning in vocabulary().items()}
