"""One pass over a view, however many words there are: which phrases stand in it, and which frames are worth trying."""

from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from itertools import islice
from typing import Any

import ahocorasick
import re2

from shared.rules.compiled import compiled
from shared.rules.sources import expanded
from shared.rules.text import WORDS, View

MEMORY = 1 << 24  # bytes that RE2 may use for one pattern
MOST = 500  # matches of one pattern in one text

ALWAYS = -1  # a set of which every view has a string

Span = tuple[int, int]


@dataclass(slots=True)
class Frame:
    """One RE2 pattern of a group, compiled when first tried: most are not for long."""

    group: int
    written: str
    regex: Any = None

    def spans(self, written: "Written") -> list[Span]:
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

    def spans(self, regex: Any) -> list[Span]:
        """Where a compiled pattern matches, in order, at most `MOST` times."""
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
        self._frames: dict[int, list[tuple[int, Frame]]] = {}
        for number, group in enumerate(packs["groups"]):
            for written, rarest, *others in group["frames"]:
                needed = others[0] if others else ALWAYS
                self._frames.setdefault(rarest, []).append((needed, Frame(number, written)))
        self._strings = [_automaton(strings) for strings in packs["strings"]]
        self._phrases = [_automaton(phrases) for phrases in packs["phrases"]]

    def found(self, written: "Written", work: int) -> tuple[dict[int, list[Span]], int]:
        """Where words of which group stand in a view, and how much of the `work` is left: bytes times frames tried.

        When nothing is left, frames of later groups are not tried.
        """
        text = written.view.text
        texts = (f" {text.translate(WORDS)} ", text)
        hits = [automaton.iter(one) for automaton, one in zip(self._strings, texts, strict=True)]
        seen = {ALWAYS}.union(*(sets for hit in hits for _, sets in hit))
        found = self._phrases_in(text, texts)
        frames = self._worth_trying(seen)
        if work < len(frames) * len(written.encoded):
            frames.sort(key=lambda frame: frame.group)
        for frame in frames:
            work -= len(written.encoded)
            if work < 0:
                break
            if spans := frame.spans(written):
                found.setdefault(frame.group, []).extend(spans)
        return found, work

    def _phrases_in(self, text: str, texts: tuple[str, str]) -> dict[int, list[Span]]:
        found: dict[int, list[Span]] = {}
        for automaton, one, edge in zip(self._phrases, texts, (1, 0), strict=True):
            for last, meant in automaton.iter(one):
                end = last + 1 - 2 * edge
                for phrase, group in meant:
                    if text.endswith(phrase, 0, end):  # a space stood for any sign
                        found.setdefault(group, []).append((end - len(phrase), end))
        return found

    def _worth_trying(self, seen: AbstractSet[int]) -> list[Frame]:
        """The frames of whose sets a string was seen."""
        rarest = seen & self._frames.keys()
        return [frame for index in rarest for needed, frame in self._frames[index] if needed in seen]


def _automaton(values: Mapping[str, Any]) -> Any:
    automaton = ahocorasick.Automaton()
    automaton.add_word("\0", ())  # in no view; an automaton of nothing cannot be asked
    for string, value in values.items():
        automaton.add_word(string, value)
    automaton.make_automaton()
    return automaton


def compile_bytes(pattern: str) -> Any:
    """A pattern for encoded views, names of the vocabulary in it. Raises `re2.error`, also for too much memory."""
    options = re2.Options()
    options.max_mem = MEMORY
    options.log_errors = False
    options.never_capture = True
    return re2.compile(expanded(pattern, compiled()["vocabulary"]).encode(), options)
