"""A second reader: how much a text reads like those that people labelled, word by word and pair by pair.

It finds what no list of words can, and says it less surely. It is never alone a ground for anything: it asks a person
to look. Its weights are made by `infra.reader` from sentences of ours; the words that weigh most are shown.
"""

import math
import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice, pairwise

from shared.domain.assessment import Finding
from shared.rules.reading import Reading
from shared.rules.text import merged
from shared.rules.weights import LONG, Subject, reached, weights

RULE = "reader"
SHORTEST = 2  # words and signs: fewer say too little to lean on
SHOWN = 3  # passages: those that weigh most
STRETCH, STEP = 150, 75  # words: a long text is as worrying as its most worrying stretch
LENGTHS = (8, 16, 40, 100)  # words from which on a text is of the next length: a long one must weigh more
LETTERS = frozenset("abcdefghijklmnopqrstuvwxyz'")

_token = re.compile(r"@\w+|[a-z']+|[0-9]+|[^\sa-z0-9]")


@dataclass(frozen=True, slots=True)
class Leaning:
    """To which subjects (clauses, or rules that are part of one) a text leans far enough to matter: the score of its
    most telling stretch, and where that begins."""

    length: int
    scores: Mapping[str, tuple[float, int]]

    def calm(self) -> frozenset[str]:
        """The clauses whose listed words a text of some length most likely tells of, rather than means now."""
        if self.length < LONG:
            return frozenset()
        return frozenset(
            made.clause
            for made in weights().subjects
            if made.leaning is not None and (made.name not in self.scores or self.scores[made.name][0] < made.leaning)
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
    """How far a text leans to what the reader knows; to nothing where it has too few words."""
    all_words = words(reading.plain.view.text)
    if len(all_words) < SHORTEST:
        return NOWHERE
    weighed, long = weights().terms, length(len(all_words))
    best = dict[str, tuple[float, int]]()
    for start, some in stretches(all_words):
        known = weighed.keys() & terms(some)
        total = sum(map(weighed.__getitem__, known))
        for made in reached(total, len(known), long):
            score = made.score(total, len(known))
            if made.name not in best or score > best[made.name][0]:
                best[made.name] = score, start
    return Leaning(long, best)


def read(reading: Reading, leaning: Leaning, listed: Mapping[str | None, int]) -> Iterator[Finding]:
    """What the text leans to far enough, as findings that ask a person to look.

    Nothing of a subject that is `listed` with the rank of the same priority or of a graver one.
    """
    for made in weights().subjects if leaning.scores else ():
        score, start = leaning.scores.get(made.name, (-math.inf, 0))
        level = next((one for one in made.levels if score >= one.least[leaning.length]), None)
        graver = level and level.priority.rank < listed.get(made.name, math.inf)
        if level and graver and not _of_self(made, score, reading):
            spans = _heaviest(reading.plain.view.text, start, made)
            yield Finding(
                clause=made.clause,
                rule=f"{RULE}.{level.name}",
                passages=merged(reading.plain.view.passage(*span) for span in spans),
                why=level.why,
                priority=level.priority,
                requires_response=level.requires_response,
                signpost=made.signpost,
            )


def _of_self(made: Subject, score: float, reading: Reading) -> bool:
    """Whether a text may describe its author: it speaks in the first person, and leans less far than then is asked."""
    if made.of_self is None or score >= made.of_self.least:
        return False
    return not made.of_self.words.isdisjoint(words(reading.plain.view.text))


def _heaviest(text: str, start: int, made: Subject) -> Iterable[tuple[int, int]]:
    """Where the words and pairs stand that weigh most in a stretch; of equals the first."""
    tokens = list(islice(_token.finditer(text), start, start + STRETCH))
    weighed, places = weights().terms, [token.span() for token in tokens]
    some = words(" ".join(token.group() for token in tokens))
    spans = [*places, *[(first[0], second[1]) for first, second in pairwise(places)]]
    heaviest_first = dict[str, tuple[int, tuple[int, int]]]()
    for term, span in zip(terms(some), spans, strict=True):
        if term in weighed:
            heaviest_first.setdefault(term, (-made.weight(weighed[term]), span))
    return [span for _, span in sorted(heaviest_first.values())[:SHOWN]] or places[:1]


def _alike(token: str) -> str:
    if token[0].isdigit():
        return "0"
    return "@" if len(token) > 1 else token
