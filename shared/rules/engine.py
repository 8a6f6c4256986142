"""All rules on one message, and what their findings come to. No rule stops another (promise 6)."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from shared.domain.assessment import Finding, Priority, Signpost
from shared.domain.message import Kind
from shared.rules import asks
from shared.rules.matching import Gate, Matcher, Reading, read
from shared.rules.packs import load

VERSION = "2026.11.1"
WORDS = Path(__file__).with_name("words")
PRECEDENCE = (
    *("crisis", "threat", "personal-information", "targets-staff", "hateful", "abusive", "clinical", "complaint"),
    *("care", "advertising"),
)

Rule = Callable[[Reading, Sequence[Matcher]], Iterable[Finding]]


@dataclass(frozen=True, slots=True)
class Examined:
    """What the rules found, gravest first, and the names of rules that failed."""

    findings: tuple[Finding, ...] = ()
    faults: tuple[str, ...] = ()


def examine(text: str | None, kind: Kind | None = None, *, public: bool = True) -> Examined:
    """Every rule on one text. Total: any text is read, and a rule that fails costs the others nothing.

    Passages are code points of `text`, half-open, in order and apart.
    """
    if not text:
        return Examined()
    try:
        reading = read(text, kind, public=public)
        touched = _by_rule(_gate().touched(reading))
    except Exception:  # noqa: BLE001 - a person must look in the rules' place, whatever broke
        return Examined(faults=("reading",))
    findings: list[Finding] = []
    faults: list[str] = []
    for name, rule in rules().items():
        try:
            findings.extend(rule(reading, touched.get(name, ())))
        except Exception:  # noqa: BLE001 - one rule must never cost the others their turn
            faults.append(name)
    return Examined(tuple(sorted(findings, key=_gravity)), tuple(faults))


def summary(examined: Examined) -> tuple[Priority, bool, Signpost | None]:
    """Overall priority, whether an answer is owed, and where to point first.

    A fault counts as a normal message that is owed an answer. Nothing found: to be read.
    """
    priorities = [finding.priority for finding in examined.findings]
    owed = any(finding.requires_response for finding in examined.findings)
    if examined.faults:
        priorities.append(Priority.NORMAL)
        owed = True
    signposts = {finding.signpost for finding in examined.findings if finding.requires_response}
    first = next((signpost for signpost in Signpost if signpost in signposts), None)
    return min(priorities, key=lambda priority: priority.rank, default=Priority.READ), owed, first


@cache
def rules() -> Mapping[str, Rule]:
    """The rules by name: one for each pack of words, and those that need more than words."""
    names = dict.fromkeys(matcher.rule for matcher in _gate().matchers)
    return {**dict.fromkeys(names, _words), asks.RULE: lambda reading, _: asks.direct(reading)}


@cache
def _gate() -> Gate:
    return Gate(load(WORDS))


def _words(reading: Reading, touched: Sequence[Matcher]) -> list[Finding]:
    return [finding for matcher in touched if (finding := matcher.finding(reading))]


def _by_rule(touched: Iterable[Matcher]) -> dict[str, list[Matcher]]:
    by_rule: dict[str, list[Matcher]] = {}
    for matcher in touched:
        by_rule.setdefault(matcher.rule, []).append(matcher)
    return by_rule


def _gravity(finding: Finding) -> tuple[int, int]:
    rule = finding.rule.partition(".")[0]
    return finding.priority.rank, PRECEDENCE.index(rule) if rule in PRECEDENCE else len(PRECEDENCE)
