"""Reading behind disguises: leetspeak, stars, spaced and repeated letters, emoji in place of words."""

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from itertools import islice
from pathlib import Path
from string import ascii_lowercase
from typing import Any

import re2

from shared.rules.patterns import compile_set
from shared.rules.text import View, even, fold, without

MOST_EMOJI = 100  # read as words: the rest of a wall of emoji says nothing new

_disguise = "|".join(
    (
        r"[a-z][0134578$|*#]|[a-z][@!][a-z]|(?:^|[^a-z])[013457$|][a-z]|\b[a-z][ ._*-][a-z][ ._*-][a-z]\b",
        *(letter * 3 for letter in ascii_lowercase),
    )
)
_digits = re.compile(r"[0134578@$!|]+")
_spaced = re.compile(r"(?<![a-z'])[a-z](?:[ ._*-][a-z](?![a-z'])){2,}")
_repeated = re.compile(r"([a-z])\1{2,}")
_starred = re.compile(r"(?<![*#a-z])[a-z]+[*#]+[a-z]*(?:[*#]+[a-z]+)*(?![*#a-z])")
_leet = str.maketrans("0134578@$!|", "oieastbasii")


def undisguised(view: View) -> tuple[View, ...]:
    """Other readings of a plain view, none where nothing is disguised.

    Digits are read as letters, stars as what they usually stand for, emoji as words; spaced letters are joined. Where
    letters are repeated there are two readings: with two of each, and with one.
    """
    spoken = view if view.text.isascii() else _spoken(view)
    if not _disguises().Match(spoken.text.encode()):
        return () if spoken is view else (spoken,)
    read = _joined(View(_starred.sub(_read_stars, _digits.sub(_read_digits, spoken.text)), spoken.origin))
    if _repeated.search(read.text):
        return _squeezed(read, 2), _squeezed(read, 1)
    return () if read.text == view.text else (read,)


@cache
def _disguises() -> Any:
    return compile_set([_disguise])


def _joined(view: View) -> View:
    return without(view, (range(match.start() + 1, match.end(), 2) for match in _spaced.finditer(view.text)))


def _squeezed(view: View, most: int) -> View:
    return without(view, (range(run.start() + most, run.end()) for run in _repeated.finditer(view.text)))


def _read_digits(digits: re.Match[str]) -> str:
    written, text = digits.group(), digits.string
    before, after = text[max(digits.start() - 1, 0) : digits.start()], text[digits.end() : digits.end() + 1]
    word = written if _is_letter(after) else written.rstrip("!|")  # at the end of a word they are punctuation
    if not _is_letter(before) and not _is_letter(after):
        return written
    return word.translate(_leet) + written[len(word) :]


def _read_stars(match: re.Match[str]) -> str:
    """The first word of the list that fits, letter by letter; what fits none stays as it is."""
    written = match.group()
    words = _table()["starred"].get((written[0], len(written)), ())
    fits = (word for word in words if all(at in ("*", "#", letter) for at, letter in zip(written, word, strict=True)))
    return next(fits, written)


def _spoken(view: View) -> View:
    """Emoji read as the words they stand for, each on its own."""
    letters: list[str] = []
    origin: list[int] = []
    done = 0
    for start, end, words in _emoji(view.text):
        letters.append(view.text[done:start])
        origin.extend(view.origin[done:start])
        said = f" {words} "
        letters.append(said)
        origin.extend(
            view.origin[start] if index < len(said) - 1 else view.origin[end - 1] for index in range(len(said))
        )
        done = end
    if not letters:
        return view
    return even(View("".join([*letters, view.text[done:]]), [*origin, *view.origin[done:]]))


def _emoji(text: str) -> Iterator[tuple[int, int, str]]:
    spoken: Mapping[str, str] = _table()["spoken"]
    for match in islice(_table()["pattern"].finditer(text), MOST_EMOJI):
        yield match.start(), match.end(), spoken[match.group()]


def _is_letter(char: str) -> bool:
    return "a" <= char <= "z"


@cache
def _table() -> Mapping[str, Any]:
    data = tomllib.loads(Path(__file__).with_name("disguises.toml").read_text("utf-8"))
    spoken = {"".join(map(fold, emoji)): words for words, all_of in data["spoken"].items() for emoji in all_of}
    longest_first: Sequence[str] = sorted(spoken, key=len, reverse=True)
    starred: dict[tuple[str, int], list[str]] = {}
    for word in data["starred"]:
        starred.setdefault((word[0], len(word)), []).append(word)
    return {"spoken": spoken, "pattern": re2.compile("|".join(map(re2.escape, longest_first))), "starred": starred}
