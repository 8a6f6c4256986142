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
from shared.rules.text import WORDS, fold

FOLDERS = ("words", "drafts/always", "drafts/about-care")
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
    """The groups of packs, gravest first, and what the gate looks for, words and signs apart.

    `strings`: in which sets a string stands; the frames of a group name the sets of which they need a string each.
    `phrases`: which phrase of which group a string may be.
    """
    groups = sorted(((pack, one) for pack in packs for one in pack.groups), key=lambda one: one[1].priority.rank)
    sets: dict[tuple[str, ...], int] = {}
    done = [_group(pack, group, sets) for pack, group in groups]
    strings = [(string, index) for one, index in sets.items() for string in one]
    phrases = [
        (_as_gated(one), [one, n]) for n, (_, group) in enumerate(groups) for one in sorted(set(_phrases(group)))
    ]
    return {"groups": done, "strings": _apart(strings), "phrases": _apart(phrases)}


def _group(pack: Pack, group: Group, sets: dict[tuple[str, ...], int]) -> dict[str, Any]:
    left_out = {"source", "phrases", "frames", "patterns", "broken", "other_sense"}
    needed = [[sets.setdefault(one, len(sets)) for one in _needed(written)] for written in _frames(group)]
    return {
        **group.model_dump(mode="json", exclude=left_out),
        "rule": pack.rule,
        "clause": pack.clause,
        "other_sense": "|".join(map(frame, group.other_sense)),
        "frames": [[written, *some] for written, some in zip(_frames(group), needed, strict=True)],
    }


def _apart(pairs: Iterable[tuple[str, Any]]) -> list[dict[str, list[Any]]]:
    """What stands for each string: of those that hold words, and of signs and other scripts."""
    words, signs = dict[str, list[Any]](), dict[str, list[Any]]()
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
    return [tuple(sorted(one)) for one in required(expanded(written, _vocabulary()), _common())]


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
def _common() -> Mapping[str, float]:
    shares: dict[str, list[str]] = tomllib.loads((HERE / "common.toml").read_text("utf-8"))["share"]
    return {word: float(share) / 100 for share, words in shares.items() for word in words}
