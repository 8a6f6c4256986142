"""What the gate looks for in place of a string: its words, or one of its signs where fewer messages hold that.

Runs when packs are compiled, never on a message.
"""

from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path

from shared.rules.text import WORDS, plain

SAMPLE = Path(__file__).with_name("sample.txt")
UNSEEN = 0.00005  # the share of messages that one more rare term may stand in


def term(string: str) -> str:
    """The rarest of what a text that holds `string` must hold: its words, or a sign.

    A space at an end is the end of a word.
    """
    signs = [sign for sign in string if sign.translate(WORDS) == " " != sign]
    words = string.translate(WORDS)
    return min([*signs, words] if words.strip() else signs, key=lambda one: (len(_stands(one)), -len(one), one))


def share(terms: Iterable[str]) -> float:
    """In what share of the sample one of the terms stands; the longer of two lists that stand in none counts more."""
    stands = {one: _stands(one) for one in terms}
    return len(frozenset().union(*stands.values())) / len(_sample()) + len(stands) * UNSEEN


def is_sign(term: str) -> bool:
    """Whether a term is no word, nor of words: a sign, or a letter of another script."""
    return len(term) == 1 and not (term.isascii() and term.isalnum())


@cache
def _stands(term: str) -> frozenset[int]:
    """In which messages of the sample a term stands."""
    if is_sign(term):
        return frozenset(number for number, text in enumerate(_sample()) if term in text)
    return frozenset(number for number, text in enumerate(_words()) if term in text)


@cache
def _words() -> Sequence[str]:
    return [f" {text.translate(WORDS)} " for text in _sample()]


@cache
def _sample() -> Sequence[str]:
    return [plain(line).text for line in SAMPLE.read_text("utf-8").splitlines()]
