"""What the rules could not read: a person reads it (principles 2.2, "we'll read all comments and messages")."""

import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from itertools import chain
from pathlib import Path
from typing import Any

from shared.domain.assessment import Finding, Passage, Priority
from shared.rules.reading import Reading
from shared.rules.text import HEAD, TAIL, plain

LATIN = 0x24F  # the last code point of the Latin letters of European languages
SENTENCE = 5  # words: fewer may be a name, a place or a cheer in any language
LETTERS = 4  # in a script that the rules do not read


def unread(reading: Reading, *, skipped: bool) -> Iterator[Finding]:
    """What was not read, as findings that owe an answer. `skipped`: some patterns were not tried on it."""
    size = len(reading.text)
    if size > HEAD + TAIL:
        yield _finding("long", (HEAD, size - TAIL))
    elif skipped:
        yield _finding("long", (0, size))
    if _foreign(reading):
        yield _finding("language", (0, size))


def _foreign(reading: Reading) -> bool:
    """Whether most letters are of another script, or the everyday words of another language or of none."""
    if not reading.text.isascii():
        letters = [ord(char) for char in reading.text if char.isalpha()]
        other = sum(code > LATIN for code in letters)
        if other >= LETTERS and 2 * other >= len(letters):
            return True
    words = {word.strip(".,!?;:()\"'") for word in reading.plain.view.text.split()}
    english = words & _table()["english"]
    foreign = words & _table()["foreign"]
    if len(foreign) > 1 and len(foreign) > len(english):
        return True
    plain_words = [] if english else [word for word in words if word.isalpha()]
    return len(plain_words) >= SENTENCE and len(plain_words) > len(words) // 2


def _finding(name: str, passage: Passage) -> Finding:
    return Finding(None, f"unread.{name}", (passage,), _table()[name], Priority.NORMAL, requires_response=True)


@cache
def _table() -> Mapping[str, Any]:
    data = tomllib.loads(Path(__file__).with_name("unread.toml").read_text("utf-8"))
    english = frozenset(data["english"].split())
    foreign = frozenset(chain.from_iterable(plain(words).text.split() for words in data["languages"].values()))
    return {**data, "english": english, "foreign": foreign - english}
