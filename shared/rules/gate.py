"""One pass over a view, however many words there are: which phrases stand in it, and which frames are worth trying."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import ahocorasick
import re2

from shared.rules.text import View

MEMORY = 4 << 20  # bytes that RE2 may use for one pattern

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


@dataclass(slots=True)
class Touch:
    """What the gate saw of one group in one view."""

    phrases: list[Span] = field(default_factory=list)
    frames: list[Frame] = field(default_factory=list)


class Written:
    """A view as RE2 reads it, in bytes, and spans of bytes turned back into spans of characters."""

    __slots__ = ("encoded", "view")

    def __init__(self, view: View) -> None:
        self.view = view
        self.encoded = view.text.encode()

    def spans(self, regex: Any) -> list[Span]:
        """Where a compiled pattern matches, in order."""
        found = [match.span() for match in regex.finditer(self.encoded)]
        if len(self.encoded) != len(self.view.text):
            found = [self._characters(span) for span in found]
        return [span for span in found if span[1] > span[0]]

    def _characters(self, span: Span) -> Span:
        start = len(self.encoded[: span[0]].decode())
        return start, start + len(self.encoded[slice(*span)].decode())


class Gate:
    """The literals of all groups in one Aho-Corasick automaton.

    A frame is tried only where a literal of each of its sets occurs: two bits a frame, set by the literals.
    """

    def __init__(self, groups: Sequence[Mapping[str, Any]]) -> None:
        self._frames = [Frame(n, pattern) for n, group in enumerate(groups) for pattern, *_ in group["frames"]]
        self._always = 0
        bits: dict[str, int] = {}
        phrases: dict[str, list[int]] = {}
        for index, (_, *sets) in enumerate(frame for group in groups for frame in group["frames"]):
            self._always |= 0 if sets else 3 << 2 * index
            for slot, literals in enumerate(sets):
                flag = (1 if slot else 2 if len(sets) > 1 else 3) << 2 * index
                for literal in literals:
                    bits[literal] = bits.get(literal, 0) | flag
        for number, group in enumerate(groups):
            for phrase in group["phrases"]:
                phrases.setdefault(phrase, []).append(number)
        self._even = sum(1 << 2 * index for index in range(len(self._frames)))
        self._automaton = ahocorasick.Automaton()
        for literal in bits.keys() | phrases.keys():
            self._automaton.add_word(literal, (bits.get(literal, 0), tuple(phrases.get(literal, ())), len(literal)))
        if len(self._automaton):
            self._automaton.make_automaton()

    def touched(self, view: View) -> dict[int, Touch]:
        """The groups that may have something to say about a view, by number."""
        text, seen, touched = view.text, self._always, dict[int, Touch]()
        for last, (bits, groups, size) in self._automaton.iter(text) if len(self._automaton) else ():
            seen |= bits
            if groups and _stands_alone(text, last + 1 - size, last + 1):
                for group in groups:
                    touched.setdefault(group, Touch()).phrases.append((last + 1 - size, last + 1))
        both = seen & (seen >> 1) & self._even
        while both:
            frame = self._frames[(both & -both).bit_length() >> 1]
            touched.setdefault(frame.group, Touch()).frames.append(frame)
            both &= both - 1
        return touched


def compile_bytes(pattern: str) -> Any:
    """A pattern for encoded views. Raises `re2.error` for what RE2 does not read, or only in too much memory."""
    options = re2.Options()
    options.max_mem = MEMORY
    options.log_errors = False
    options.never_capture = True
    return re2.compile(pattern.encode(), options)


def _stands_alone(text: str, start: int, end: int) -> bool:
    """Whether a phrase is not a part of longer words."""
    before = start > 0 and text[start - 1].isalnum() and text[start].isalnum()
    return not before and not (end < len(text) and text[end].isalnum() and text[end - 1].isalnum())
