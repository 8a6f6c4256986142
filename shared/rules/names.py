"""Whether words may be somebody's name. A guess from capitals and a list, which only ever orders a person's work."""

import tomllib
from collections.abc import Mapping
from functools import cache
from itertools import pairwise
from pathlib import Path

AROUND = "\"'.,:;!?()&-\u2018\u2019\u201c\u201d"
SHORTEST = 3
OPENING = 5  # words in which a first name may stand


def is_named(written: str) -> bool:
    """Whether two words in a row begin with a capital: a first name and a surname."""
    words = written.split()
    return any(first[:1].isupper() and second[:1].isupper() for first, second in pairwise(words[1:]))


def is_titled(written: str) -> bool:
    """Whether all words but the small ones begin with a capital, as in the name of a street."""
    words = [word for word in written.split() if word[:1].isalpha() and word.lower() not in _known()["small"]]
    return all(word[0].isupper() for word in words)


def is_person(written: str) -> bool:
    """Whether two words in a row are written like a name, and are not everyday words that open a sentence."""
    return any(_may_be_name(first) and _may_be_name(second) for first, second in pairwise(written.split()))


def is_someone(written: str) -> bool:
    """Whether somebody is named in full: a title and a name, or a first name and a surname."""
    return is_person(written) or any(_names(first, second) for first, second in pairwise(written.split()))


def is_first_name(written: str) -> bool:
    """Whether one of the words is written like a name, and is no everyday word that opens a sentence."""
    return any(map(_may_be_name, written.split()[:OPENING]))


def _names(first: str, second: str) -> bool:
    """Whether a title or a common first name, and what follows may be a name."""
    title, name, known = first.strip(AROUND).lower(), second.strip(AROUND), _known()
    if len(name) < SHORTEST or not name[0].isalpha() or name.lower() in known["not_names"]:
        return title in known["titles"] and name[:1].isupper()
    return title in known["titles"] | known["first_names"] or (title in known["titles_in_full"] and name[0].isupper())


def _may_be_name(word: str) -> bool:
    bare = word.strip(AROUND)
    plain = bare.lower().partition("'")[0].partition("\u2019")[0]
    return len(plain) > 1 and bare[0].isupper() and not bare.isupper() and plain not in _known()["not_names"]


@cache
def _known() -> Mapping[str, frozenset[str]]:
    data = tomllib.loads(Path(__file__).with_name("names.toml").read_text("utf-8"))
    return {name: frozenset(words.split()) for name, words in data.items()}
