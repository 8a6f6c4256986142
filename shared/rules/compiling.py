"""Packs of words made ready for matching. Pure and slow; `shared/rules/compiled.json` keeps what comes out."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

import re2

from shared.rules.compiled import sources
from shared.rules.literals import required
from shared.rules.packs import HERE, Group, Pack, Words, eases, load, vocabulary
from shared.rules.text import fold

FOLDERS = ("words", "drafts/always", "drafts/about-care")
SHORTEST_BROKEN = 4  # letters: a shorter word in two pieces is two other words

_apostrophe = re.compile(r"'(?=[a-z])")


def compiled() -> dict[str, Any]:
    """All packs, eases and persons meant, as `compiled.json` holds them. Raises `PackError`."""
    who = tomllib.loads((HERE / "who.toml").read_text("utf-8"))
    return {
        "sources": sources(),
        "eases": {name: {"pattern": pattern(ease), "reach": ease.reach} for name, ease in eases().items()},
        "who": [[name, pattern(Words(**words))] for name, words in who.items()],
        "packs": {folder: [group for pack in load(HERE / folder) for group in groups(pack)] for folder in FOLDERS},
    }


def groups(pack: Pack) -> list[dict[str, Any]]:
    """The groups of a pack, each with its frames and the literals that a frame cannot match without."""
    return [
        {
            **group.model_dump(
                mode="json", exclude={"source", "phrases", "frames", "patterns", "broken", "other_sense"}
            ),
            "rule": pack.rule,
            "clause": pack.clause,
            "other_sense": "|".join(map(frame, group.other_sense)),
            "phrases": sorted(set(_phrases(group))),
            "frames": [[one, *map(sorted, required(one, _common()))] for one in _frames(group)],
        }
        for group in pack.groups
    ]


def pattern(words: Words) -> str:
    """One RE2 pattern for all the words."""
    phrases = [rf"\b{_optional(re2.escape(fold_all(phrase)))}\b" for phrase in words.phrases]
    return "|".join([*phrases, *_frames(words)])


def frame(written: str) -> str:
    """A frame as a pattern: nothing of a word may stick out on either side."""
    return rf"\b(?:{expanded(written)})\b"


def expanded(written: str) -> str:
    """A pattern as RE2 reads it: vocabulary in place, letters folded, apostrophes optional as people leave them out."""
    for name, alternatives in _vocabulary().items():
        written = written.replace(f"<{name}>", f"(?:{alternatives})")
    return _optional(fold_all(written))


def fold_all(written: str) -> str:
    """What is not ASCII, read as a message is read: Cyrillic words must be looked for as the views spell them."""
    return "".join(char if char.isascii() else fold(char) for char in written)


def _frames(words: Words) -> list[str]:
    return [*map(frame, words.frames), *map(expanded, words.patterns)]


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
    return vocabulary()


@cache
def _common() -> Mapping[str, float]:
    shares: dict[str, list[str]] = tomllib.loads((HERE / "common.toml").read_text("utf-8"))["share"]
    return {word: float(share) / 100 for share, words in shares.items() for word in words}
