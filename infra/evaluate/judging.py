"""What the rules make of a sample, in this process."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from infra.evaluate.labels import HOUSE, NONE, RULES
from infra.evaluate.reading import Sample
from shared.domain.assessment import Finding, Passage
from shared.principles.model import HOUSE_RULES, SLUGS
from shared.rules.engine import Examined, examine, summary

CLAUSES = {**{name: frozenset({name}) for name in sorted(SLUGS | RULES)}, HOUSE: HOUSE_RULES}


@dataclass(frozen=True, slots=True)
class Judgement:
    """What was found, by clause; `house` is one, and `none` where there is no other."""

    clauses: frozenset[str]
    findings: Mapping[str, Sequence[Finding]]
    owed: bool
    failed: bool

    def rules(self, clause: str) -> set[str]:
        """The rules that found it."""
        return {finding.rule for finding in self.findings.get(clause, ())}

    def passages(self, clause: str) -> list[Passage]:
        """Where it was found, in code points, half-open."""
        return [passage for finding in self.findings.get(clause, ()) for passage in finding.passages]


def examined(sample: Sample) -> Examined:
    """All rules on one sample."""
    return examine(sample.text, sample.kind, public=sample.public)


def judgement(found: Examined) -> Judgement:
    """What the rules found, clause by clause."""
    touching = {
        name: [one for one in found.findings if {one.clause, *one.rule.split(".")} & slugs]
        for name, slugs in CLAUSES.items()
    }
    by_clause = {name: findings for name, findings in touching.items() if findings}
    return Judgement(frozenset(by_clause or {NONE}), by_clause, summary(found)[1], bool(found.faults))
