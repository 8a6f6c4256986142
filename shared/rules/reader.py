"""A second reader: how much a text reads like those that people labelled, word by word and pair by pair.

It finds what no list of words can, and says it less surely. It is never alone a ground for anything: it asks a person
to look. Its weights are made by `infra.reader` from sentences of ours; the words that weigh most are shown.
"""

import base64
import json
import re
from array import array
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
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
SHORTEST = 2  # words and signs: fewer say too little to lean on
SHOWN = 3  # passages: those that weigh most
STRETCH, STEP = 150, 75  # words: a long text is as worrying as its most worrying stretch
LENGTHS = (8, 16, 40, 100)  # words from which on a text is of the next length: a long one must weigh more
NOTHING = -1  # the number of no term, which weighs nothing
LONG = 3  # the first length of which many texts tell of the past
LETTERS = frozenset("abcdefghijklmnopqrstuvwxyz'")

_token = re.compile(r"@\w+|[a-z']+|[0-9]+|[^\sa-z0-9]")


@dataclass(frozen=True, slots=True)
class Leaning:
    """How far a text leans to each clause: the score of its most telling stretch, and where that begins."""

    length: int
    scores: Mapping[str, tuple[float, int]]

    def calm(self) -> frozenset[str]:
        """The clauses whose listed words a text of some length most likely tells of, rather than means now."""
        if self.length < LONG:
            return frozenset()
        least = _weights().leaning
        return frozenset(
            clause for clause in least.keys() & self.scores.keys() if self.scores[clause][0] < least[clause]
        )


NOWHERE = Leaning(0, {})


def said(finding: Finding) -> bool:
    """Whether a finding is the second reader's."""
    return finding.rule.startswith(f"{RULE}.")


def words(text: str) -> list[str]:
    """The words and signs of a folded text; handles and numbers are all alike."""
    return [token if token[0] in LETTERS else _alike(token) for token in _token.findall(text)]


def length(many: int) -> int:
    """Of which length a text of so many words and signs is, from 0 to the number of `LENGTHS`."""
    return bisect_right(LENGTHS, many)


def stretches(all_words: list[str]) -> Iterator[tuple[int, list[str]]]:
    """A short text whole, a long one in overlapping stretches; each with the place of its first word."""
    for start in range(0, max(len(all_words) - STEP, 1), STEP):
        yield start, all_words[start : start + STRETCH]


def terms(some: list[str]) -> list[str]:
    """Every word and every pair of a stretch."""
    return [*some, *[f"{one} {two}" for one, two in pairwise(some)]]


def lean(reading: Reading) -> Leaning:
    """How far a text leans to each clause that the reader knows; to none where it has too few words."""
    all_words = words(reading.plain.view.text)
    if len(all_words) < SHORTEST:
        return NOWHERE
    known, best = _weights().terms, dict[str, tuple[float, int]]()
    for start, some in stretches(all_words):
        numbers = {known[term] for term in terms(some) if term in known}
        pick, share = itemgetter(*numbers, NOTHING, NOTHING), max(1, len(numbers)) ** -0.5
        for clause, made in _weights().clauses.items():
            score = made.bias + made.scale * sum(pick(made.weights)) * share
            if start == 0 or score > best[clause][0]:
                best[clause] = score, start
    return Leaning(length(len(all_words)), best)


def read(reading: Reading, leaning: Leaning) -> Iterator[Finding]:
    """What the text leans to far enough, as findings that ask a person to look."""
    for clause, (score, start) in leaning.scores.items():
        made = _weights().clauses[clause]
        level = next((level for level in made.levels if score >= level["least"][leaning.length]), None)
        if level:
            spans = _heaviest(reading.plain.view.text, start, made.weights)
            yield Finding(
                clause=clause,
                rule=f"{RULE}.{level['name']}",
                passages=merged(reading.plain.view.passage(*span) for span in spans),
                why=level["why"],
                priority=Priority(level["priority"]),
                requires_response=level["requires_response"],
                signpost=made.signpost,
            )


def _heaviest(text: str, start: int, weights: Sequence[int]) -> Iterable[tuple[int, int]]:
    """Where the words and pairs stand that weigh most in a stretch; of equals the first."""
    known, places = _weights().terms, [match.span() for match in _token.finditer(text)][start : start + STRETCH]
    some = words(text)[start : start + STRETCH]
    spans = [*places, *[(first[0], second[1]) for first, second in pairwise(places)]]
    weighed = dict[str, tuple[int, tuple[int, int]]]()
    for term, span in zip(terms(some), spans, strict=True):
        if term in known:
            weighed.setdefault(term, (-weights[known[term]], span))
    return [span for _, span in sorted(weighed.values())[:SHOWN]] or places[:1]


def _alike(token: str) -> str:
    if token[0].isdigit():
        return "0"
    return "@" if len(token) > 1 else token


@dataclass(frozen=True, slots=True)
class _Clause:
    bias: float
    scale: float
    weights: "array[int]"
    signpost: Signpost | None
    levels: Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class _Weights:
    terms: Mapping[str, int]
    clauses: Mapping[str, _Clause]
    leaning: Mapping[str, float]


@cache
def _weights() -> _Weights:
    kept = json.loads(FILE.read_text("utf-8"))
    clauses = {
        clause: _Clause(
            bias=made["bias"],
            scale=made["scale"],
            weights=array("b", base64.b64decode(made["weights"]) + b"\0"),
            signpost=Signpost(made["signpost"]) if made["signpost"] else None,
            levels=made["levels"],
        )
        for clause, made in kept["clauses"].items()
    }
    leaning = {clause: made["leaning"] for clause, made in kept["clauses"].items() if made["leaning"] is not None}
    return _Weights({term: n for n, term in enumerate(kept["terms"].split("\n"))}, clauses, leaning)
