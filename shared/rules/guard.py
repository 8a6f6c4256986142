"""The reply guard: what must not leave. Nothing confidential, clinical or about a complaint (promise 8).

If the guard cannot run it raises, and then nothing is sent.
"""

import hashlib
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import re2

from shared.domain.assessment import Passage
from shared.rules.engine import examine
from shared.rules.matching import Matcher, Seen, matchers
from shared.rules.reading import Reading, read

DRAFTS = Path(__file__).with_name("drafts")
REPEATABLE = 4  # shorter details are too common to count as repeated
_digits = re2.compile(r"[0-9](?:[ ().-]{0,3}[0-9]){9,14}")


@dataclass(frozen=True, slots=True)
class Objection:
    """Why a text must not be sent, and where. `clause` is the slug of a clause of the principles."""

    clause: str
    why: str
    passage: Passage


def objections(text: str, about: str | None = None) -> tuple[Objection, ...]:
    """What speaks against sending `text`, in order of place; `about` is the message it answers.

    Empty: it may be sent. Passages are code points of `text`, half-open. Serves all three clauses of what we won't do.
    """
    reading = read(text)
    found = [*_wording(reading), *_retired(reading)]
    if about:
        found += [*_agreeing(reading, about), *_repeated(reading, about)]
    return tuple(sorted(set(found), key=lambda objection: (objection.passage, objection.clause)))


def _wording(reading: Reading) -> Iterator[Objection]:
    for matcher, seen in matchers("drafts/always").touched(reading).groups.items():
        yield from _objected(matcher, reading, seen)


def _agreeing(reading: Reading, about: str) -> Iterator[Objection]:
    """Agreeing with or correcting somebody's account of their care confirms it."""
    if any(finding.clause == "care" for finding in examine(about).findings):
        for matcher, seen in matchers("drafts/about-care").touched(reading).groups.items():
            yield from _objected(matcher, reading, seen)


def _repeated(reading: Reading, about: str) -> Iterator[Objection]:
    """A detail that identifies a person is not said again by us."""
    details = {
        _telling(read(about[start:end]).plain.view.text)
        for finding in examine(about).findings
        if finding.clause == "personal-information"
        for start, end in finding.passages
    }
    for detail in details:
        at = reading.plain.view.text.find(detail)
        if at >= 0 and len(detail) >= REPEATABLE:
            passage = reading.plain.view.passage(at, at + len(detail))
            yield Objection("personal-information", _numbers()["why_repeated"], passage)


def _telling(passage: str) -> str:
    """The part of a passage that identifies somebody: what holds digits or an @, else all of it."""
    words = passage.split()
    return " ".join(word for word in words if "@" in word or any(map(str.isdigit, word))) or passage.strip()


def _retired(reading: Reading) -> Iterator[Objection]:
    """A crisis line that no longer answers. The numbers are kept as hashes, so that nobody copies one from here."""
    retired, lengths = frozenset(_numbers()["sha256"]), _numbers()["lengths"]
    for match in _digits.finditer(reading.plain.view.text):
        places = [index for index in range(*match.span()) if reading.plain.view.text[index].isdigit()]
        for start in range(len(places)):
            for length in lengths:
                run = places[start : start + length]
                number = "".join(reading.plain.view.text[index] for index in run)
                if len(run) == length and hashlib.sha256(number.encode()).hexdigest() in retired:
                    passage = reading.plain.view.passage(run[0], run[-1] + 1)
                    yield Objection("crisis", _numbers()["why"], passage)


def _objected(matcher: Matcher, reading: Reading, seen: Sequence[Seen]) -> Iterator[Objection]:
    for passage in matcher.passages(reading, seen):
        yield Objection(matcher.clause or matcher.rule, matcher.why, passage)


@cache
def _numbers() -> Mapping[str, Any]:
    return tomllib.loads((DRAFTS / "retired.toml").read_text("utf-8"))
