"""One pass over a view, however many words there are: which phrases stand in it, and which frames are worth trying."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from operator import itemgetter
from typing import Any

import ahocorasick
import re2

from shared.rules.compiled import compiled
from shared.rules.sources import expanded
from shared.rules.text import WORDS, View

MEMORY = 1 << 24  # bytes that RE2 may use for one pattern
MOST = 500  # matches of one pattern in one text

_SETS = itemgetter(1)

Span = tuple[int, int]


@dataclass(slots=True)
class Frame:
    """One RE2 pattern of a group, compiled when first tried: most are not for long. `needed`: sets of strings."""

    group: int
    written: str
    needed: frozenset[int]
    regex: Any = None

    def spans(self, written: "Written") -> Sequence[Span]:
        """Where it matches, as spans of the view. A match of nothing counts as none."""
        if self.regex is None:
            self.regex = compile_bytes(self.written)
        return written.spans(self.regex)


class Written:
    """A view as RE2 reads it, in bytes, and spans of bytes turned back into spans of characters."""

    __slots__ = ("encoded", "view")

    def __init__(self, view: View) -> None:
        self.view = view
        self.encoded = view.text.encode()

    def spans(self, regex: Any) -> Sequence[Span]:
        """Where a compiled pattern matches, in order, at most `MOST` times."""
        if regex.search(self.encoded) is None:
            return ()
        found = [span for match in islice(regex.finditer(self.encoded), MOST) if (span := match.span())[1] > span[0]]
        return found if len(self.encoded) == len(self.view.text) else list(self._characters(found))

    def _characters(self, found: Sequence[Span]) -> Iterator[Span]:
        """Spans of bytes, in order and apart, as spans of characters."""
        byte = char = 0
        for start, end in found:
            first = char + len(self.encoded[byte:start].decode())
            byte, char = end, first + len(self.encoded[start:end].decode())
            yield first, char


class Gate:
    """The words of all groups in Aho-Corasick automata: whole words in one, signs and other scripts in the other.

    A string of the rarest set of a frame leads to it; it is tried where one of each other set stands too.
    """

    def __init__(self, packs: Mapping[str, Any]) -> None:
        """`packs` as `compiling.gated` makes them."""
        self._frames: dict[int, list[Frame]] = {}
        for number, group in enumerate(packs["groups"]):
            for written, rarest, *others in group["frames"]:
                self._frames.setdefault(rarest, []).append(Frame(number, written, frozenset(others)))
        self._phrases: dict[int, tuple[str, int]] = {~number: one for number, one in enumerate(packs["phrases"])}
        self._words, self._signs = map(_automaton, packs["strings"])

    def found(self, written: "Written", work: int) -> tuple[dict[int, list[Span]], int]:
        """Where words of which group stand in a view, and how much of the `work` is left: bytes times frames tried.

        When nothing is left, frames of later groups are not tried.
        """
        text = written.view.text
        words = map(_SETS, self._words.iter(f" {text.translate(WORDS)} "))
        seen = set[int]().union(*words, *map(_SETS, self._signs.iter(text)))
        found: dict[int, list[Span]] = {}
        for number in seen & self._phrases.keys():
            phrase, group = self._phrases[number]
            found.setdefault(group, []).extend(_places(phrase, text))
        frames = [one for rarest in seen & self._frames.keys() for one in self._frames[rarest] if one.needed <= seen]
        if work < len(frames) * len(written.encoded):
            frames.sort(key=lambda frame: frame.group)
        for frame in frames:
            work -= len(written.encoded)
            if work < 0:
                break
            if spans := frame.spans(written):
                found.setdefault(frame.group, []).extend(spans)
        return {group: spans for group, spans in found.items() if spans}, work


def _places(phrase: str, text: str) -> Iterator[Span]:
    """Where a phrase stands as whole words; a phrase of signs, anywhere."""
    at = text.find(phrase)
    while at >= 0:
        end = at + len(phrase)
        if not (_joined(text[max(at - 1, 0) : at], phrase[0]) or _joined(phrase[-1], text[end : end + 1])):
            yield at, end
        at = text.find(phrase, end)


def _joined(one: str, other: str) -> bool:
    """Whether two signs beside each other are of one word."""
    return f"{one}{other}".translate(WORDS).count(" ") == 0 and bool(one and other)


def _automaton(strings: Mapping[str, Sequence[int]]) -> Any:
    """For each string the numbers of what it may lead to."""
    automaton = ahocorasick.Automaton()
    automaton.add_word("\0", ())  # in no view; an automaton of nothing cannot be asked
    for string, numbers in strings.items():
        automaton.add_word(string, tuple(numbers))
    automaton.make_automaton()
    return automaton


def compile_bytes(pattern: str) -> Any:
    """A pattern for encoded views, names of the vocabulary in it. Raises `re2.error`, also for too much memory."""
    options = re2.Options()
    options.max_mem = MEMORY
    options.log_errors = False
    options.never_capture = True
    return re2.compile(expanded(pattern, compiled()["vocabulary"]).encode(), options)
