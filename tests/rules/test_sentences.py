"""Every clause on sentences made up for it: what must be found, what must not, and what is found but softened."""

import tomllib
from pathlib import Path

import pytest

from shared.domain.assessment import Finding, Priority
from shared.rules import reader
from shared.rules.engine import examine, summary

SENTENCES = Path(__file__).with_name("sentences")
HOUSE = {
    *("hateful", "profane", "abusive", "targets-staff", "inappropriate-links", "illegal-activity"),
    *("personal-information", "advertising", "mean-spirited"),
}
CLAUSES = HOUSE | {"crisis", "clinical", "complaint", "care"}
TABLES = {path.stem: tomllib.loads(path.read_text("utf-8")) for path in sorted(SENTENCES.glob("*.toml"))}
VIEWS = TABLES.pop("views")


def said(kind: str) -> list[tuple[str, str]]:
    return [(clause, text) for clause, table in TABLES.items() for text in table.get(kind, ())]


def findings(clause: str, text: str) -> list[Finding]:
    """What listed words found. How often the second reader is wrong is measured elsewhere, on many sentences."""
    return [finding for finding in examine(text).findings if finding.clause == clause and not reader.said(finding)]


def test_every_clause_has_its_table() -> None:
    assert set(TABLES) == CLAUSES
    for clause, table in TABLES.items():
        least = 6 if clause in HOUSE else 12
        assert min(len(set(table["hits"])), len(set(table["misses"]))) >= least, clause


@pytest.mark.parametrize(("clause", "text"), said("hits"))
def test_hit(clause: str, text: str) -> None:
    assert findings(clause, text)


@pytest.mark.parametrize(("clause", "text"), said("misses"))
def test_miss(clause: str, text: str) -> None:
    assert not findings(clause, text)


@pytest.mark.parametrize(("clause", "text"), said("eased"))
def test_eased(clause: str, text: str) -> None:
    found = findings(clause, text)
    assert found
    assert all(finding.eased_by for finding in found)
    assert all(finding.priority in {Priority.NORMAL, Priority.READ} for finding in found)


@pytest.mark.parametrize("text", TABLES["crisis"]["hits"])
def test_crisis_comes_first(text: str) -> None:
    examined = examine(text)
    assert summary(examined)[:2] == (Priority.CRISIS, True)
    assert examined.findings[0].clause == "crisis"


@pytest.mark.parametrize("text", [*VIEWS["read"], *VIEWS["negative"]])
def test_a_view_breaks_no_house_rule(text: str) -> None:
    assert not HOUSE & {finding.clause for finding in examine(text).findings}


@pytest.mark.parametrize("text", VIEWS["read"])
def test_a_view_is_read(text: str) -> None:
    assert summary(examine(text)) == (Priority.READ, False, None)
