"""Packs of words made ready for matching. Pure and slow; `shared/rules/compiled.json` keeps what comes out."""

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any

import re2

from shared.rules.literals import required
from shared.rules.packs import HERE, Group, Pack, Words, eases, load, vocabulary
from shared.rules.sources import expanded, sources
from shared.rules.text import WORDS, fold, plain

FOLDERS = ("words", "drafts/always", "drafts/about-care")
UNSEEN = 0.00005  # the share of messages that one more rare string may stand in
SHORTEST_BROKEN = 4  # letters: a shorter word in two pieces is two other words

_WITH_WORDS, _AS_WRITTEN = 0, 1
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
    """The groups of packs, gravest first, and what the gate looks for, words and signs apart.

    `strings`: to what a string leads: numbers of sets, or from -1 down of phrases; the frames of a group name the sets
    of which they need a string each. `phrases`: with the group that each is of.
    """
    groups = sorted(((pack, one) for pack in packs for one in pack.groups), key=lambda one: one[1].priority.rank)
    sets: dict[tuple[str, ...], int] = {}
    done = [_group(pack, group, sets) for pack, group in groups]
    phrases = sorted({(one, number) for number, (_, group) in enumerate(groups) for one in _phrases(group)})
    strings = [(string, index) for one, index in sets.items() for string in one]
    strings += [(_as_gated(one), ~number) for number, (one, _) in enumerate(phrases)]
    return {"groups": done, "strings": _apart(strings), "phrases": phrases}


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
    """What is tried at once, and the sets of strings of which it needs one each, rarest first."""
    each = [(written, _needed(written)) for written in _frames(group)]
    if group.together:
        rarest = {one for _, needed in each for one in needed[0]}
        return iter([("|".join(written for written, _ in each), [tuple(sorted(rarest))])])
    return iter(each)


def _apart(pairs: Iterable[tuple[str, int]]) -> list[dict[str, list[int]]]:
    """To what each string leads: of those that hold words, and of signs and other scripts."""
    words, signs = dict[str, list[int]](), dict[str, list[int]]()
    for string, meant in pairs:
        (words if _has_word(string) else signs).setdefault(string, []).append(meant)
    return [words, signs]


def _as_gated(phrase: str) -> str:
    return f" {phrase.translate(WORDS)} " if _has_word(phrase) else phrase


def _has_word(string: str) -> bool:
    return string.isascii() and any(char.isalnum() for char in string)


def pattern(words: Words) -> str:
    """One pattern for all the words, with `<name>` for entries of the vocabulary."""
    phrases = [rf"\b{_optional(re2.escape(fold_all(phrase)))}\b" for phrase in words.phrases]
    return "|".join([*phrases, *_frames(words)])


def frame(written: str) -> str:
    """A frame as a pattern: nothing of a word may stick out on either side."""
    return rf"\b(?:{_optional(fold_all(written))})\b"


def _needed(written: str) -> list[tuple[str, ...]]:
    return [tuple(sorted(one)) for one in required(expanded(written, _vocabulary()), _share)]


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


@cache
def _share(strings: frozenset[str]) -> float:
    """In what share of the sample one of the strings stands; the longer of two lists that stand in none counts more."""
    stands = frozenset().union(*map(_stands, strings))
    return len(stands) / len(_sample()) + len(strings) * UNSEEN


@cache
def _stands(string: str) -> frozenset[int]:
    read = _WITH_WORDS if _has_word(string) else _AS_WRITTEN
    return frozenset(number for number, text in enumerate(_sample()) if string in text[read])


@cache
def _sample() -> Sequence[tuple[str, str]]:
    """Messages as the gate reads them: their words, and as they stand."""
    texts = [plain(line).text for line in (HERE / "sample.txt").read_text("utf-8").splitlines()]
    return [(f" {text.translate(WORDS)} ", text) for text in texts]
