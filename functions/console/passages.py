"""Text of strangers, cut into pieces that are safe to show: passages marked, nothing invisible left invisible."""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from shared.domain.assessment import Passage

Numbered = tuple[int, Passage]  # the finding's number on the page, and where

# What changes how text looks without being seen: controls but tab and newline, bidirectional and other format
# characters, fillers, lone surrogates. Kept: the joiners that emoji and Persian need, and the tags of a flag.
_FLAG = "\U0001f3f4[\U000e0020-\U000e007e]{2,6}\U000e007f"
_INVISIBLE = re.compile(
    f"(?P<flag>{_FLAG})|"
    "(?P<one>[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u200e\u200f"
    "\u2028-\u202e\u2060-\u206f\u2800\u3164\ufe00-\ufe0d\ufeff\uffa0\ufff0-\ufffb\ud800-\udfff"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff])(?P=one)*"
)


@dataclass(frozen=True, slots=True)
class Segment:
    """A piece of text. `marks` are the findings it belongs to, `ends` those whose passage ends with it.

    `invisible` says that the text stands for characters that cannot be seen.
    """

    text: str
    marks: tuple[int, ...] = ()
    ends: tuple[int, ...] = ()
    invisible: bool = False


def segments(text: str, found: Sequence[Numbered], words: Mapping[str, str]) -> list[Segment]:
    """`text` in pieces. Passages are code points, half-open, may overlap, and are cut to the text."""
    pieces: list[Segment] = []
    for start, end, marks, ends in _stretches(len(text), found):
        cut = list(_visible(text[start:end], words))
        pieces += [Segment(piece, marks, (), unseen) for piece, unseen in cut[:-1]]
        pieces += [Segment(piece, marks, ends, unseen) for piece, unseen in cut[-1:]]
    return pieces


def beginning(text: str, most: int) -> str:
    """The first words, in one line, at most about `most` characters."""
    line = " ".join(text[: most * 4].split())
    if len(line) <= most and len(text) <= most * 4:
        return line
    whole, _, rest = line[:most].rpartition(" ")
    return f"{whole if len(rest) < most // 4 and whole else line[:most]}…"


def _stretches(length: int, found: Sequence[Numbered]) -> Iterator[tuple[int, int, tuple[int, ...], tuple[int, ...]]]:
    """Where the set of covering findings stays the same."""
    inside = [(number, max(0, start), min(end, length)) for number, (start, end) in found]
    opening: dict[int, list[int]] = {}
    closing: dict[int, list[int]] = {}
    for number, start, end in inside:
        if start < end:
            opening.setdefault(start, []).append(number)
            closing.setdefault(end, []).append(number)
    active: list[int] = []
    cuts = sorted({0, length, *opening, *closing})
    for start, end in pairwise(cuts):
        active += opening.get(start, [])
        ends = closing.get(end, [])
        yield start, end, tuple(sorted(set(active))), tuple(sorted(set(ends)))
        for number in ends:
            active.remove(number)


def _visible(text: str, words: Mapping[str, str]) -> Iterator[tuple[str, bool]]:
    text = text.replace("\r\n", "\n")
    at = 0
    for match in _INVISIBLE.finditer(text):
        if match["flag"]:
            continue
        if at < match.start():
            yield text[at : match.start()], False
        yield _named(match["one"], len(match[0]), words), True
        at = match.end()
    if at < len(text):
        yield text[at:], False


def _named(character: str, count: int, words: Mapping[str, str]) -> str:
    code = f"U+{ord(character):04X}"
    name = unicodedata.name(character, "").lower() or words["unnamed"].format(code=code)
    return words["shown" if count == 1 else "repeated"].format(name=name, count=count)
