"""All rules on one message, and what their findings come to. No rule stops another (promise 6)."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from shared.domain.assessment import Finding, Priority, Signpost
from shared.domain.message import Kind
from shared.rules import asks, reader, unread
from shared.rules.matching import Matcher, Seen, matchers
from shared.rules.reading import Reading, read

VERSION = "2026.11.4"
WORDS = "words"
PRECEDENCE = (
    *("crisis", "threat", "personal-information", "targets-staff", "hateful", "abusive", "clinical", "complaint"),
    *("care", "advertising"),
)

ORDER = {rule: number for number, rule in enumerate(PRECEDENCE)}
SEVERAL = 3  # passages of one weak group that together are a finding

Touched = Mapping[Matcher, list[Seen]]
Rule = Callable[[Reading, reader.Leaning, Touched, Sequence[Finding]], Iterable[Finding]]


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
    faults: list[str] = []
    try:
        reading = read(text, kind, public=public)
        seen = matchers(WORDS).touched(reading)
        touched = _by_rule(seen.groups)
    except Exception:  # noqa: BLE001 - a person must look in the rules' place, whatever broke
        return Examined(faults=("reading",))
    try:
        leaning = reader.lean(reading)
    except Exception:  # noqa: BLE001 - the second reader must never cost the first its turn
        leaning = reader.NOWHERE
        faults.append(reader.RULE)
    findings = [*unread.unread(reading, skipped=seen.skipped)]
    for name in (*touched, asks.RULE, reader.RULE):
        try:
            findings.extend(rules()[name](reading, leaning, touched.get(name, {}), findings))
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
    names = dict.fromkeys(matcher.rule for matcher in matchers(WORDS).all)
    others: dict[str, Rule] = {
        asks.RULE: lambda reading, *_: asks.direct(reading),
        reader.RULE: lambda reading, leaning, _, found: reader.read(reading, leaning, _listed(found)),
    }
    return {**dict.fromkeys(names, _words), **others}


def _words(reading: Reading, leaning: reader.Leaning, touched: Touched, _: Sequence[Finding]) -> list[Finding]:
    strong, weak, calm = list[Finding](), list[Finding](), leaning.calm()
    for matcher, seen in touched.items():
        if finding := matcher.finding(reading, seen, calm):
            (weak if matcher.weak else strong).append(finding)
    return [*strong, *weak] if len(weak) > 1 or any(len(one.passages) >= SEVERAL for one in weak) else strong


def _listed(findings: Iterable[Finding]) -> dict[str | None, int]:
    """How gravely listed words touch clauses and rules: their lowest rank. There the second reader adds nothing."""
    gravest: dict[str | None, int] = {}
    for one in findings:
        for name in (one.clause, one.rule.partition(".")[0]):
            gravest[name] = min(one.priority.rank, gravest.get(name, Priority.READ.rank))
    return gravest


def _by_rule(touched: Touched) -> dict[str, dict[Matcher, list[Seen]]]:
    by_rule: dict[str, dict[Matcher, list[Seen]]] = {}
    for matcher, seen in touched.items():
        by_rule.setdefault(matcher.rule, {})[matcher] = seen
    return by_rule


def _gravity(finding: Finding) -> tuple[int, int]:
    return finding.priority.rank, ORDER.get(finding.rule.partition(".")[0], len(ORDER))
