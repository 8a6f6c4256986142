"""A second reader: how much a text reads like those that people labelled, word by word and pair by pair.

It finds what no list of words can, and says it less surely. It is never alone a ground for anything: it asks a person
to look. Its weights are made by `infra.reader` from sentences of ours; the words that weigh most are shown.
"""

import base64
import json
import re
from array import array
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from itertools import pairwise
from operator import itemgetter
from pathlib import Path
from typing import Any

from shared.domain.assessment import Finding, Priority, Signpost
from shared.rules.reading import Reading
from shared.rules.text import merged

FILE = Path(__file__).with_name("reader.json")
RULE = "reader"
SHORTEST = 4  # words and signs: fewer say too little to lean on
SHOWN = 3  # passages: those that weigh most
STRETCH, STEP = 60, 30  # words: a long text is as worrying as its most worrying stretch
LETTERS = frozenset("abcdefghijklmnopqrstuvwxyz'")

_token = re.compile(r"@\w+|[a-z']+|[0-9]+|[^\sa-z0-9]")

Run = tuple[int, int]  # words of a stretch, from which to before which


def said(finding: Finding) -> bool:
    """Whether a finding is the second reader's."""
    return finding.rule.startswith(f"{RULE}.")


def words(text: str) -> list[str]:
    """The words and signs of a folded text; handles and numbers are all alike."""
    return [token if token[0] in LETTERS else _alike(token) for token in _token.findall(text)]


def stretches(all_words: list[str]) -> Iterator[tuple[int, list[str]]]:
    """A short text whole, a long one in overlapping stretches; each with the place of its first word."""
    for start in range(0, max(len(all_words) - STEP, 1), STEP):
        yield start, all_words[start : start + STRETCH]


def terms(some: list[str]) -> dict[str, Run]:
    """Every word, pair and triple of a stretch, where it stands last."""
    pairs = [f"{one} {two}" for one, two in pairwise(some)]
    found = {term: (at, at + 1) for at, term in enumerate(some)}
    found.update({term: (at, at + 2) for at, term in enumerate(pairs)})
    found.update({f"{pair} {some[at + 2]}": (at, at + 3) for at, pair in enumerate(pairs[:-1])})
    return found


def read(reading: Reading) -> Iterator[Finding]:
    """What the text leans to far enough, as findings that ask a person to look."""
    text, known = reading.plain.view.text, _weights()["terms"]
    all_words = words(text)
    if len(all_words) < SHORTEST:
        return
    parts = [(start, _known(terms(some), known)) for start, some in stretches(all_words)]
    for clause, made in _weights()["clauses"].items():
        score, start, found = max(((_score(made, found), start, found) for start, found in parts), key=itemgetter(0))
        level = next((level for level in made["levels"] if score >= level["least"]), None)
        if level:
            spans = _spans(text, start, _heaviest(made["weights"], found))
            yield Finding(
                clause=clause,
                rule=f"{RULE}.{level['name']}",
                passages=merged(reading.plain.view.passage(*span) for span in spans),
                why=level["why"],
                priority=Priority(level["priority"]),
                requires_response=level["requires_response"],
                signpost=Signpost(made["signpost"]) if made["signpost"] else None,
            )


def _known(found: Mapping[str, Run], known: Mapping[str, int]) -> dict[int, Run]:
    return {known[term]: found[term] for term in found.keys() & known.keys()}


def _score(made: Mapping[str, Any], found: Mapping[int, Run]) -> float:
    weights = made["weights"]
    return float(made["bias"] + made["scale"] * sum([weights[number] for number in found]) / max(1, len(found)) ** 0.5)


def _heaviest(weights: "array[int]", found: Mapping[int, Run]) -> list[Run]:
    heaviest = sorted(found, key=lambda number: (-weights[number], number))  # the same ones every time
    return [found[number] for number in heaviest[:SHOWN]]


def _spans(text: str, start: int, runs: Iterable[Run]) -> Iterator[tuple[int, int]]:
    """Runs of words as spans of the text."""
    places = [match.span() for match in _token.finditer(text)][start:]
    return ((places[first][0], places[after - 1][1]) for first, after in runs)


def _alike(token: str) -> str:
    if token[0].isdigit():
        return "0"
    return "@" if len(token) > 1 else token


@cache
def _weights() -> Mapping[str, Any]:
    kept = json.loads(FILE.read_text("utf-8"))
    for made in kept["clauses"].values():
        made["weights"] = array("b", base64.b64decode(made["weights"]))
    return {**kept, "terms": {term: number for number, term in enumerate(kept["terms"].split("\n"))}}
