"""One pass over a view, however many words there are: which phrases stand in it, and which frames are worth trying."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any

import ahocorasick

from shared.rules.patterns import Pattern, Span
from shared.rules.text import WORDS, View

_NUMBERS = itemgetter(1)


@dataclass(frozen=True, slots=True)
class Frame:
    """One pattern of a group. `needed`: sets of terms, of which a match holds one each."""

    group: int
    pattern: Pattern
    needed: frozenset[int]


class Written:
    """A view as RE2 reads it, in bytes, and spans of bytes turned back into spans of characters."""

    __slots__ = ("encoded", "view")

    def __init__(self, view: View) -> None:
        self.view = view
        self.encoded = view.text.encode()

    def spans(self, pattern: Pattern) -> Sequence[Span]:
        """Where a pattern matches, as spans of the view."""
        found = pattern.spans(self.encoded)
        return found if len(self.encoded) == len(self.view.text) else list(self._characters(found))

    def _characters(self, found: Sequence[Span]) -> Iterator[Span]:
        """Spans of bytes, in order and apart, as spans of characters."""
        byte = char = 0
        for start, end in found:
            first = char + len(self.encoded[byte:start].decode())
            byte, char = end, first + len(self.encoded[start:end].decode())
            yield first, char


class Gate:
    """The terms of all groups: words in an Aho-Corasick automaton, signs in a table.

    A term of the rarest set of a frame leads to it; it is tried where one of each other set stands too.
    """

    def __init__(self, packs: Mapping[str, Any]) -> None:
        """`packs` as `compiling.gated` makes them."""
        self._frames: dict[int, list[Frame]] = {}
        for number, group in enumerate(packs["groups"]):
            for written, rarest, *others in group["frames"]:
                self._frames.setdefault(rarest, []).append(Frame(number, Pattern(written), frozenset(others)))
        self._phrases: dict[int, tuple[str, int]] = {~number: one for number, one in enumerate(packs["phrases"])}
        words, signs = packs["terms"]
        self._words = _automaton(words)
        self._signs = dict(_leading(signs))

    def found(self, written: "Written", work: int) -> tuple[dict[int, list[Span]], int]:
        """Where words of which group stand in a view, and how much of the `work` is left: bytes times frames tried.

        When nothing is left, frames of later groups are not tried.
        """
        text = written.view.text
        seen = self._seen(text)
        found: dict[int, list[Span]] = {}
        for number in seen & self._phrases.keys():
            phrase, group = self._phrases[number]
            if places := list(_places(phrase, text)):
                found.setdefault(group, []).extend(places)
        frames = [one for rarest in seen & self._frames.keys() for one in self._frames[rarest] if one.needed <= seen]
        if work < len(frames) * len(written.encoded):
            frames.sort(key=lambda frame: frame.group)
        for frame in frames:
            work -= len(written.encoded)
            if work < 0:
                break
            if spans := written.spans(frame.pattern):
                found.setdefault(frame.group, []).extend(spans)
        return found, work

    def _seen(self, text: str) -> set[int]:
        """To what the terms lead that stand in a text."""
        words = map(_NUMBERS, self._words.iter(f" {text.translate(WORDS)} "))
        return set[int]().union(*words, *map(self._signs.__getitem__, self._signs.keys() & text))


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


def _automaton(terms: Iterable[tuple[Sequence[int], str]]) -> Any:
    automaton = ahocorasick.Automaton()
    automaton.add_word("\0", ())  # in no view; an automaton of nothing cannot be asked
    for term, numbers in _leading(terms):
        automaton.add_word(term, numbers)
    automaton.make_automaton()
    return automaton


def _leading(terms: Iterable[tuple[Sequence[int], str]]) -> Iterator[tuple[str, tuple[int, ...]]]:
    """Each term with the numbers of what it may lead to."""
    return ((term, leading) for numbers, some in terms for leading in (tuple(numbers),) for term in some.split("\n"))
