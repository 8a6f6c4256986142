"""The rules on sentences written before them: fair to views and to self-descriptions, and no worse than before.

A failure says how many, never which: the sealed third stays sealed. Look at the open ones with `make evaluate`.
"""

import tomllib
from collections import Counter
from functools import cache

import pytest

from shared.rules import reader
from shared.rules.engine import examine
from tests.corpus.sentences import HERE, PARTS, Sentence, sentences

FLOORS: dict[str, dict[str, dict[str, float]]] = tomllib.loads((HERE / "floors.toml").read_text("utf-8"))
CLEAN = ("views", "self", "feedback")
CHARACTERISTICS = {
    *("age", "disability", "gender reassignment", "marriage and civil partnership", "pregnancy and maternity"),
    *("race", "religion or belief", "sex", "sexual orientation"),
}


@cache
def part(name: str) -> tuple[Sentence, ...]:
    return tuple(sentences(name))


def table(name: str) -> list[Sentence]:
    return [one for some in PARTS for one in part(some) if one.table == name]


def figures(name: str, where: str) -> tuple[float, float]:
    """Of the sentences that touch it the share that is found, and of the others the share that is found wrongly."""
    rows = [(one.touches, bool(one.found())) for one in part(where) if one.table == name]
    hits, misses = [found for touches, found in rows if touches], [found for touches, found in rows if not touches]
    return sum(hits) / len(hits) if hits else 1.0, sum(misses) / len(misses)


def test_a_third_is_sealed_by_its_hash() -> None:
    assert {one.sealed for one in part("sealed")} == {True}
    assert {one.sealed for one in part("open")} == {False}
    texts = [one.text.casefold() for name in {one.table for one in part("open")} for one in table(name)]
    assert len({(one.table, one.text) for some in PARTS for one in part(some)}) == len(texts)


@pytest.mark.parametrize("name", sorted(FLOORS.keys() - set(CLEAN)))
def test_there_are_enough_of_both(name: str) -> None:
    counted = Counter(one.touches for one in table(name))
    assert min(counted[True], counted[False]) >= 60


def test_there_are_enough_that_break_nothing() -> None:
    assert len(table("views")) >= 300
    counted = Counter(one.row["characteristic"] for one in table("self"))
    assert counted.keys() == CHARACTERISTICS
    assert min(counted.values()) >= 40


@pytest.mark.parametrize("name", ["views", "self"])
def test_a_view_and_a_self_description_break_no_house_rule(name: str) -> None:
    flagged = [one for one in table(name) if one.found()]
    assert len(flagged) == 0, f"{sum(one.sealed for one in flagged)} of them sealed"


@pytest.mark.parametrize("where", PARTS)
@pytest.mark.parametrize("name", sorted(FLOORS))
def test_no_worse_than_was_measured(name: str, where: str) -> None:
    """Raise a floor when the rules get better; lowering one needs a reason in its line."""
    recall, false = figures(name, where)
    floor = FLOORS[name][where]
    assert (recall >= floor["recall"], false <= floor["false"]) == (True, True), (
        f"recall {recall:.3f}, false {false:.3f}"
    )


def test_softened_where_somebody_reports_or_denies() -> None:
    eased = [one for one in part("open") if one.row.get("eased") and one.found()]
    assert len(eased) > 40
    soft = [one for one in eased if all(finding.eased_by or reader.said(finding) for finding in one.found())]
    assert len(soft) / len(eased) >= FLOORS["hateful"]["open"]["softened"]


@pytest.mark.parametrize("where", PARTS)
def test_few_patients_who_tell_of_care_are_taken_for_people_in_crisis(where: str) -> None:
    told = [one for one in part(where) if one.table == "feedback"]
    crisis = sum(any(finding.clause == "crisis" for finding in examine(one.text).findings) for one in told)
    assert crisis / len(told) <= FLOORS["feedback"][where]["crisis"]
