"""A second reader: how much a text reads like those that people labelled, word by word and pair by pair.

It finds what no list of words can, and says it less surely. It is never alone a ground for anything: it asks a person
to look. Its weights are made by `infra.reader` from sentences of ours; the words that weigh most are shown.
"""

import base64
import json
import math
import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import islice, pairwise
from pathlib import Path
from typing import Any, NamedTuple

from shared.domain.assessment import Finding, Priority, Signpost
from shared.rules.reading import Reading
from shared.rules.text import merged

FILE = Path(__file__).with_name("reader.json")
RULE = "reader"
SHORTEST = 2  # words and signs: fewer say too little to lean on
SHOWN = 3  # passages: those that weigh most
STRETCH, STEP = 150, 75  # words: a long text is as worrying as its most worrying stretch
LENGTHS = (8, 16, 40, 100)  # words from which on a text is of the next length: a long one must weigh more
FIELD = 3  # bytes that hold the weights of a stretch for one subject; those of all stand in one number
HIGHEST = 1 << 8 * FIELD - 1  # bit of a field: more than the weights of all terms of a stretch come to
RAISED = 128  # weights are from -128 to 127: so that none of them borrows from its neighbour
LONG = 3  # the first length of which many texts tell of the past
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
            for made in _weights().subjects
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
    weights, long = _weights().terms, length(len(all_words))
    best = dict[str, tuple[float, int]]()
    for start, some in stretches(all_words):
        known = weights.keys() & terms(some)
        total = sum(map(weights.__getitem__, known))
        for made in _reached(total, len(known), long):
            score = made.bias + made.scale * (_field(total, made.place) - RAISED * len(known)) * _share(len(known))
            if made.name not in best or score > best[made.name][0]:
                best[made.name] = score, start
    return Leaning(long, best)


def read(reading: Reading, leaning: Leaning, listed: Mapping[str | None, int]) -> Iterator[Finding]:
    """What the text leans to far enough, as findings that ask a person to look.

    Nothing of a subject that is `listed` with the rank of the same priority or of a graver one.
    """
    for made in _weights().subjects if leaning.scores else ():
        score, start = leaning.scores.get(made.name, (-math.inf, 0))
        level = next((one for one in made.levels if score >= one.least[leaning.length]), None)
        graver = level and level.priority.rank < listed.get(made.name, math.inf)
        if level and graver and not _of_self(made, score, reading):
            spans = _heaviest(reading.plain.view.text, start, made.place)
            yield Finding(
                clause=made.clause,
                rule=f"{RULE}.{level.name}",
                passages=merged(reading.plain.view.passage(*span) for span in spans),
                why=level.why,
                priority=level.priority,
                requires_response=level.requires_response,
                signpost=made.signpost,
            )


def _of_self(made: "_Subject", score: float, reading: Reading) -> bool:
    """Whether a text may describe its author: it speaks in the first person, and leans less far than then is asked."""
    if made.of_self is None or score >= made.of_self.least:
        return False
    return not made.of_self.words.isdisjoint(words(reading.plain.view.text))


def _heaviest(text: str, start: int, place: int) -> Iterable[tuple[int, int]]:
    """Where the words and pairs stand that weigh most in a stretch; of equals the first."""
    tokens = list(islice(_token.finditer(text), start, start + STRETCH))
    weights, places = _weights().terms, [token.span() for token in tokens]
    some = words(" ".join(token.group() for token in tokens))
    spans = [*places, *[(first[0], second[1]) for first, second in pairwise(places)]]
    weighed = dict[str, tuple[int, tuple[int, int]]]()
    for term, span in zip(terms(some), spans, strict=True):
        if term in weights:
            weighed.setdefault(term, (-_field(weights[term], place), span))
    return [span for _, span in sorted(weighed.values())[:SHOWN]] or places[:1]


def _alike(token: str) -> str:
    if token[0].isdigit():
        return "0"
    return "@" if len(token) > 1 else token


def _reached(total: int, many: int, long: int) -> Iterator["_Subject"]:
    """The subjects to which the weights of so many terms may lean far enough in a text of a length.

    All are compared at once: with its highest bit set first, a field keeps that bit where the least is not more.
    """
    subjects, highest = _weights().subjects, _weights().highest
    if over := (total + highest - _least(many, long)) & highest:
        yield from (made for made in subjects if _field(over, made.place))


@cache
def _least(many: int, long: int) -> int:
    """The least that the weights of so many terms must come to for each subject, packed; one less, for rounding."""
    packed = 0
    for made in _weights().subjects:
        enough = min(made.least[long], made.leaning if made.leaning is not None and long >= LONG else math.inf)
        least = math.floor((enough - made.bias) / (made.scale * _share(many))) + RAISED * many - 1
        packed |= min(max(least, 0), HIGHEST) << 8 * FIELD * made.place
    return packed


def _share(many: int) -> float:
    """How much each of so many terms counts."""
    return float(max(1, many) ** -0.5)


def _field(packed: int, place: int) -> int:
    """What a number of packed weights holds of the subject in one place."""
    return packed >> 8 * FIELD * place & (1 << 8 * FIELD) - 1


class _Level(NamedTuple):
    name: str
    why: str
    priority: Priority
    requires_response: bool
    least: Sequence[float]  # for each length


class _OfSelf(NamedTuple):
    least: float  # is asked of a text that holds one of the words
    words: frozenset[str]


class _Subject(NamedTuple):
    place: int
    name: str
    clause: str
    bias: float
    scale: float
    signpost: Signpost | None
    levels: Sequence[_Level]
    least: Sequence[float]  # for each length, of the level that asks least
    leaning: float | None  # listed words of the clause are told, not meant, in a text of some length that scores less
    of_self: _OfSelf | None


class _Weights(NamedTuple):
    terms: Mapping[str, int]
    subjects: Sequence[_Subject]
    highest: int  # of the field of each subject the highest bit


@cache
def _weights() -> _Weights:
    kept = json.loads(FILE.read_text("utf-8"))
    subjects = [_subject(place, *one) for place, one in enumerate(kept["subjects"].items())]
    weights = [base64.b64decode(made["weights"]) for made in kept["subjects"].values()]
    highest = sum(HIGHEST << 8 * FIELD * made.place for made in subjects)
    return _Weights(dict(zip(kept["terms"].split("\n"), _packed(weights), strict=True)), subjects, highest)


def _subject(place: int, name: str, made: Mapping[str, Any]) -> _Subject:
    return _Subject(
        place=place,
        name=name,
        clause=made["clause"],
        bias=made["bias"],
        scale=made["scale"],
        signpost=Signpost(made["signpost"]) if made["signpost"] else None,
        levels=[_Level(**{**level, "priority": Priority(level["priority"])}) for level in made["levels"]],
        least=[min(least) for least in zip(*(level["least"] for level in made["levels"]), strict=True)],
        leaning=made["leaning"],
        of_self=_OfSelf(made["of_self"]["least"], frozenset(made["of_self"]["words"])) if made["of_self"] else None,
    )


def _packed(weights: Sequence[bytes]) -> Iterator[int]:
    """For each term its weights for all subjects in one number, each raised."""
    size = FIELD * len(weights)
    packed = bytearray(size * len(weights[0]))
    for place, of_subject in enumerate(weights):
        packed[place * FIELD :: size] = of_subject.translate(_RAISING)
    return (int.from_bytes(packed[at : at + size], "little") for at in range(0, len(packed), size))


_RAISING = bytes((weight + RAISED) % 256 for weight in range(256))
