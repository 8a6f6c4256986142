"""What a message says behind its letters. The stored text is never altered; every view maps back to it."""

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from shared.domain.assessment import Passage

INVISIBLE = frozenset({"Mn", "Me", "Cf", "Cc"})  # combining marks, zero-width and bidi controls, NUL and the like
LONGEST_FOLD = 4  # a character that stands for a whole phrase is a symbol, not a disguise

_uneven = re.compile(r"[\x00-\x1f\x7f`]|  ")
_disguise = re.compile(r"[a-z][013457@$!|]|[013457@$!|][a-z]|([a-z])\1\1|\b[a-z][ ._*-][a-z][ ._*-][a-z]\b")
_digits = re.compile(r"[013457@$!|]+")
_spaced = re.compile(r"(?<![a-z])[a-z](?:[ ._*-][a-z](?![a-z])){2,}")
_repeated = re.compile(r"([a-z])\1{2,}")
_leet = str.maketrans("013457@$!|", "oieastasii")


@dataclass(frozen=True, slots=True)
class View:
    """One way of reading a text. `origin[i]` is the code point of the text as given that `text[i]` came from."""

    text: str
    origin: Sequence[int]

    def passage(self, start: int, end: int) -> Passage:
        """A span of the view, not empty, as a passage of the text as given."""
        return self.origin[start], self.origin[end - 1] + 1


def plain(text: str) -> View:
    """The text in one case and one alphabet, with plain quotes, single spaces and nothing invisible."""
    if text.isascii() and not _uneven.search(text):
        return View(text.lower(), range(len(text)))
    letters: list[str] = []
    origin: list[int] = []
    for index, char in enumerate(text):
        for letter in _fold(char):
            if letter != " " or not letters or letters[-1] != " ":
                letters.append(letter)
                origin.append(index)
    return View("".join(letters), origin)


def undisguised(view: View) -> View:
    """A plain view with digits read as letters, spaced letters joined and long runs squeezed to two.

    The same view comes back where nothing is disguised.
    """
    if not _disguise.search(view.text):
        return view
    text = _digits.sub(_read_digits, view.text)
    dropped = {i for match in _spaced.finditer(text) for i in range(match.start() + 1, match.end(), 2)}
    dropped.update(i for match in _repeated.finditer(text) for i in range(match.start() + 2, match.end()))
    if not dropped:
        return View(text, view.origin)
    kept = [index for index in range(len(text)) if index not in dropped]
    return View("".join([text[index] for index in kept]), [view.origin[index] for index in kept])


def merged(passages: Iterable[Passage]) -> tuple[Passage, ...]:
    """Passages in order, with those that touch or overlap made one."""
    result: list[Passage] = []
    for start, end in sorted(passages):
        if result and start <= result[-1][1]:
            result[-1] = (result[-1][0], max(end, result[-1][1]))
        else:
            result.append((start, end))
    return tuple(result)


def _read_digits(digits: re.Match[str]) -> str:
    written, text = digits.group(), digits.string
    before, after = text[max(digits.start() - 1, 0) : digits.start()], text[digits.end() : digits.end() + 1]
    word = written if _is_letter(after) else written.rstrip("!|")  # at the end of a word they are punctuation
    if not _is_letter(before) and not _is_letter(after):
        return written
    return word.translate(_leet) + written[len(word) :]


def _is_letter(char: str) -> bool:
    return "a" <= char <= "z"


@cache
def _confusables() -> dict[str, str]:
    table = tomllib.loads(Path(__file__).with_name("confusables.toml").read_text("utf-8"))
    return {char: target for target, chars in table["reads_as"].items() for char in chars}


@lru_cache(maxsize=4096)
def _fold(char: str) -> str:
    known = _confusables().get(char)
    if known is not None:
        return known
    if char.isspace():
        return " "
    if unicodedata.category(char) == "Cs":
        return "\ufffd"
    folded = unicodedata.normalize("NFKD", char).casefold()
    if len(folded) > LONGEST_FOLD:
        return char
    return "".join(_confusables().get(c, c) for c in folded if unicodedata.category(c) not in INVISIBLE)
