"""What a message says behind its letters. The stored text is never altered; every view maps back to it."""

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from shared.domain.assessment import Passage

INVISIBLE = frozenset({"Mn", "Me", "Cf", "Cc"})  # combining marks, zero-width and bidi controls, NUL and the like
LONGEST_FOLD = 4  # a character that stands for a whole phrase is a symbol, not a disguise
HEAD, TAIL = 6_000, 2_000  # code points read of a longer text: few platforms let people write as much
TABLE_LIMIT = 20_000  # characters remembered: more than any language writes, less than hostile text could bring

_uneven = re.compile(r"[\x00-\x1f\x7f`]|  ")
_spaces = re.compile(r"  +")


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
    even = text.translate(_folds())
    if _uneven_chars.isdisjoint(text) and "  " not in even:
        return View(even, range(len(text)))
    return _uneven_view(text)


def abridged(text: str) -> View:
    """The plain view of a text, for one longer than `HEAD + TAIL` only of its beginning and its end."""
    if len(text) <= HEAD + TAIL:
        return plain(text)
    head, tail, cut = plain(text[:HEAD]), plain(text[-TAIL:]), len(text) - TAIL
    return View(f"{head.text}\n{tail.text}", [*head.origin, HEAD, *(cut + index for index in tail.origin)])


def fold(char: str) -> str:
    """What one character reads as: none, one or a few characters."""
    return _folds()[ord(char)]


def even(view: View) -> View:
    """A view with single spaces only."""
    return without(view, (range(run.start() + 1, run.end()) for run in _spaces.finditer(view.text)))


def without(view: View, dropped: Iterable[Iterable[int]]) -> View:
    """A view without some of its characters."""
    gone = {index for run in dropped for index in run}
    if not gone:
        return view
    kept = [index for index in range(len(view.text)) if index not in gone]
    return View("".join([view.text[index] for index in kept]), [view.origin[index] for index in kept])


def merged(passages: Iterable[Passage]) -> tuple[Passage, ...]:
    """Passages in order, with those that touch or overlap made one."""
    result: list[Passage] = []
    for start, end in sorted(passages):
        if result and start <= result[-1][1]:
            result[-1] = (result[-1][0], max(end, result[-1][1]))
        else:
            result.append((start, end))
    return tuple(result)


def _uneven_view(text: str) -> View:
    folds = _folds()
    pieces = [folds[code] for code in map(ord, text)]
    folded = "".join(pieces)
    origin = [index for index, piece in enumerate(pieces) for _ in piece]
    return even(View(folded, origin))


class _Folds(dict[int, str]):
    """Folds by code point, worked out when first met."""

    def __missing__(self, code: int) -> str:
        char = chr(code)
        folded = _fold(char)
        if len(self) < TABLE_LIMIT or len(folded) != 1:
            self[code] = folded
            if len(folded) != 1:
                _uneven_chars.add(char)
        return folded


class _Words(dict[int, int]):
    """Letters as they are, a nought for any digit, everything else a space."""

    def __missing__(self, code: int) -> int:
        return ord(" ")


WORDS = _Words(str.maketrans("abcdefghijklmnopqrstuvwxyz_0123456789", "abcdefghijklmnopqrstuvwxyz_0000000000"))
_uneven_chars: set[str] = set()  # characters met that do not fold to exactly one


@cache
def _folds() -> _Folds:
    return _Folds()


@cache
def _confusables() -> dict[str, str]:
    table = tomllib.loads(Path(__file__).with_name("confusables.toml").read_text("utf-8"))
    return {char: target for target, chars in table["reads_as"].items() for char in chars}


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
