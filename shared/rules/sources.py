"""What compiled packs are made of, and how a pattern of theirs is read."""

import hashlib
import re
from collections.abc import Mapping
from pathlib import Path

HERE = Path(__file__).parent
SOURCES = (
    *(
        "words/*.toml",
        "drafts/*/*.toml",
        "eases.toml",
        "vocabulary.toml",
        "who.toml",
        "sample.txt",
        "confusables.toml",
    ),
    *("compiling.py", "literals.py", "terms.py"),
)

_name = re.compile(r"<([a-z_]+)>")


def sources() -> str:
    """A hash of everything that packs are compiled from: the words, and the code that reads them."""
    paths = [path for pattern in SOURCES for path in sorted(HERE.glob(pattern))]
    return hashlib.sha256(b"\0".join(path.read_bytes() for path in paths)).hexdigest()


def expanded(written: str, vocabulary: Mapping[str, str]) -> str:
    """A pattern as RE2 reads it, with the entries of the vocabulary in place of their names.

    Raises `KeyError` for a name that the vocabulary lacks.
    """
    return _name.sub(lambda found: f"(?:{vocabulary[found[1]]})", written)
