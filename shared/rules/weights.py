"""The weights of the second reader: of every term for all subjects in one number, and when a subject is reached."""

import base64
import json
import math
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from shared.domain.assessment import Priority, Signpost

FILE = Path(__file__).with_name("reader.json")
FIELD = 3  # bytes that hold the weights of a stretch for one subject; those of all stand in one number
HIGHEST = 1 << 8 * FIELD - 1  # bit of a field: more than the weights of all terms of a stretch come to
RAISED = 128  # weights are from -128 to 127: so that none of them borrows from its neighbour
LONG = 3  # the first length of which many texts tell of the past


class Level(NamedTuple):
    """One degree of sureness, and what is said then."""

    name: str
    why: str
    priority: Priority
    requires_response: bool
    least: Sequence[float]  # for each length


class OfSelf(NamedTuple):
    """What is asked of a text that may describe its author: one that holds one of the words."""

    least: float
    words: frozenset[str]


class Subject(NamedTuple):
    """A clause, or a rule that is part of one, in its place in the packed weights."""

    place: int
    name: str
    clause: str
    bias: float
    scale: float
    signpost: Signpost | None
    levels: Sequence[Level]
    least: Sequence[float]  # for each length, of the level that asks least
    leaning: float | None  # listed words of the clause are told, not meant, in a text of some length that scores less
    of_self: OfSelf | None

    def score(self, total: int, many: int) -> float:
        """How far a stretch leans to it, whose known terms are so many and weigh so much in all."""
        return self.bias + self.scale * (self.weight(total) - RAISED * many) * _share(many)

    def weight(self, packed: int) -> int:
        """What a number of packed weights holds of it, raised."""
        return packed >> 8 * FIELD * self.place & (1 << 8 * FIELD) - 1


class Weights(NamedTuple):
    """The packed weights of each term, and the subjects in order."""

    terms: Mapping[str, int]
    subjects: Sequence[Subject]
    highest: int  # of the field of each subject the highest bit


@cache
def weights() -> Weights:
    """As `infra.reader` wrote them."""
    kept = json.loads(FILE.read_text("utf-8"))
    subjects = [_subject(place, *one) for place, one in enumerate(kept["subjects"].items())]
    packed = _packed([base64.b64decode(made["weights"]) for made in kept["subjects"].values()])
    highest = sum(HIGHEST << 8 * FIELD * made.place for made in subjects)
    return Weights(dict(zip(kept["terms"].split("\n"), packed, strict=True)), subjects, highest)


def reached(total: int, many: int, long: int) -> Iterator[Subject]:
    """The subjects to which the weights of so many terms may lean far enough in a text of a length.

    All are compared at once: with its highest bit set first, a field keeps that bit where the least is not more.
    """
    subjects, highest = weights().subjects, weights().highest
    if over := (total + highest - _least(many, long)) & highest:
        yield from (made for made in subjects if made.weight(over))


@cache
def _least(many: int, long: int) -> int:
    """The least that the weights of so many terms must come to for each subject, packed; one less, for rounding."""
    packed = 0
    for made in weights().subjects:
        enough = min(made.least[long], made.leaning if made.leaning is not None and long >= LONG else math.inf)
        least = math.floor((enough - made.bias) / (made.scale * _share(many))) + RAISED * many - 1
        packed |= min(max(least, 0), HIGHEST) << 8 * FIELD * made.place
    return packed


def _share(many: int) -> float:
    """How much each of so many terms counts."""
    return float(max(1, many) ** -0.5)


def _subject(place: int, name: str, made: Mapping[str, Any]) -> Subject:
    return Subject(
        place=place,
        name=name,
        clause=made["clause"],
        bias=made["bias"],
        scale=made["scale"],
        signpost=Signpost(made["signpost"]) if made["signpost"] else None,
        levels=[Level(**{**level, "priority": Priority(level["priority"])}) for level in made["levels"]],
        least=[min(least) for least in zip(*(level["least"] for level in made["levels"]), strict=True)],
        leaning=made["leaning"],
        of_self=OfSelf(made["of_self"]["least"], frozenset(made["of_self"]["words"])) if made["of_self"] else None,
    )


def _packed(weights: Sequence[bytes]) -> Iterator[int]:
    """For each term its weights for all subjects in one number, each raised."""
    size = FIELD * len(weights)
    packed = bytearray(size * len(weights[0]))
    for place, of_subject in enumerate(weights):
        packed[place * FIELD :: size] = of_subject.translate(_RAISING)
    return (int.from_bytes(packed[at : at + size], "little") for at in range(0, len(packed), size))


_RAISING = bytes((weight + RAISED) % 256 for weight in range(256))
