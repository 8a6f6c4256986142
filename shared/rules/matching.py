"""What a group of words finds in a message: passages, who is meant, and what softens it."""

from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from shared.domain.assessment import Finding, Passage, Priority, Signpost, Who
from shared.domain.message import Kind
from shared.rules import who
from shared.rules.checks import CHECKS
from shared.rules.compiled import compiled
from shared.rules.gate import Gate, Written
from shared.rules.patterns import Pattern, Span, compile_set
from shared.rules.reading import Reading
from shared.rules.text import merged

MOST_PASSAGES = 100  # shown for one group: what comes after would tell a person nothing new
MOST_WORK = 1_000_000  # bytes times frames tried on one message: some milliseconds
TOLD = {Priority.CRISIS: Priority.NORMAL}  # of words that a calm text tells of
LOWER = {Priority.URGENT: Priority.NORMAL, Priority.NORMAL: Priority.READ}


@dataclass(frozen=True, slots=True)
class Seen:
    """Where the words of a group stand in one view, whatever they mean there."""

    written: Written
    spans: Sequence[Span]


@dataclass(frozen=True, eq=False)
class Matcher:
    """One group, ready to look."""

    rule: str
    clause: str | None
    name: str
    why: str
    calm: str | None
    priority: Priority
    requires_response: bool
    signpost: Signpost | None
    weak: bool
    disguised: bool
    kinds: tuple[Kind, ...]
    soft_for: tuple[Who, ...]
    only_for: tuple[Who, ...]
    asks_who: bool
    check: Callable[[str], bool] | None
    unless: tuple[str, ...]
    other_sense: Pattern | None = field(repr=False)

    def passages(self, reading: Reading, seen: Sequence[Seen]) -> tuple[Passage, ...]:
        """Where the group's words stand in the text as given; none where they mean something else."""
        return merged(passage for one in seen for passage in self._in(one, reading, self._spans(one)))

    def finding(self, reading: Reading, seen: Sequence[Seen], calm: AbstractSet[str]) -> Finding | None:
        """What the group found, softened where every passage is: softened findings stand one priority lower.

        `calm`: the clauses whose words the text as a whole tells of rather than means.
        """
        if self.kinds and reading.kind not in self.kinds:
            return None
        found = [(one, spans) for one in seen if (spans := self._spans(one))]
        passages = merged(passage for one, spans in found for passage in self._in(one, reading, spans))[:MOST_PASSAGES]
        if not passages:
            return None
        written, spans = found[0][0].written, found[0][1]
        aimed = who.meant(written, min(spans)) if self.asks_who else None
        if self.only_for and (aimed is None or aimed.who not in self.only_for):
            return None
        eased_by = self._eased_by(reading.plain, passages)
        if not eased_by and aimed and aimed.who in self.soft_for:
            eased_by = (written.view.passage(*aimed.span),)
        told = self.calm if self.clause in calm else None
        softer = TOLD if told else LOWER if eased_by else {}
        priority = softer.get(self.priority, self.priority)
        return Finding(
            clause=self.clause,
            rule=f"{self.rule}.{self.name}",
            passages=passages,
            why=told or self.why,
            priority=priority,
            requires_response=self.requires_response and priority is not Priority.READ,
            signpost=self.signpost,
            eased_by=eased_by,
            who=aimed and aimed.who,
        )

    def _spans(self, seen: Seen) -> Sequence[Span]:
        senses = seen.written.spans(self.other_sense) if self.other_sense else ()
        if not senses:
            return seen.spans
        return [span for span in seen.spans if not _overlaps(span, senses)]

    def _in(self, seen: Seen, reading: Reading, spans: Sequence[Span]) -> Iterator[Passage]:
        passages = (seen.written.view.passage(*span) for span in spans)
        return (passage for passage in passages if self.check is None or self.check(reading.text[slice(*passage)]))

    def _eased_by(self, plain: Written, passages: Sequence[Passage]) -> tuple[Passage, ...]:
        """The suppressors near the passages; empty unless every passage has one."""
        if not self.unless:
            return ()
        standing = _eases(self.unless).Match(plain.encoded) or ()
        softening = [
            (plain.view.passage(*span), reach)
            for place in standing
            for pattern, reach in (_ease(self.unless[place]),)
            for span in plain.spans(pattern)
        ]
        near = [[at for at, reach in softening if _distance(at, passage) <= reach] for passage in passages]
        return merged(at for ats in near for at in ats) if all(near) else ()


@dataclass(frozen=True, slots=True)
class Touched:
    """The groups that have something to say; `skipped`: some frames were not tried, to stay within the time."""

    groups: Mapping[Matcher, list[Seen]]
    skipped: bool


class Matchers:
    """All groups of a folder of packs behind one gate, people in crisis first."""

    def __init__(self, packs: Mapping[str, Any]) -> None:
        self.all = [_matcher(group) for group in packs["groups"]]
        self._gate = Gate(packs)

    def touched(self, reading: Reading) -> Touched:
        """The groups whose words stand in a text, gravest first."""
        found: dict[int, list[Seen]] = {}
        work = MOST_WORK
        for written in reading.views:
            by_group, work = self._gate.found(written, work)
            for number, spans in by_group.items():
                if written is reading.plain or self.all[number].disguised:
                    found.setdefault(number, []).append(Seen(written, spans))
        return Touched({self.all[number]: found[number] for number in sorted(found)}, skipped=work < 0)


@cache
def matchers(folder: str) -> Matchers:
    """The groups of a folder of packs. Raises `PackError`."""
    return Matchers(compiled()["packs"][folder])


def _matcher(group: Mapping[str, Any]) -> Matcher:
    return Matcher(
        rule=group["rule"],
        clause=group["clause"],
        name=group["name"],
        why=group["why"],
        calm=group["calm"],
        priority=Priority(group["priority"]),
        requires_response=group["requires_response"],
        signpost=Signpost(group["signpost"]) if group["signpost"] else None,
        weak=group["weak"],
        disguised=group["disguised"],
        kinds=tuple(map(Kind, group["kinds"])),
        soft_for=tuple(map(Who, group["soft_for"])),
        only_for=tuple(map(Who, group["only_for"])),
        asks_who=group["clause"] in who.ASKED or bool(group["soft_for"] or group["only_for"]),
        check=CHECKS[group["check"]] if group["check"] else None,
        unless=tuple(group["unless"]),
        other_sense=Pattern(group["other_sense"]) if group["other_sense"] else None,
    )


@cache
def _eases(names: tuple[str, ...]) -> Any:
    """Which of them stand in a text: most stand in few."""
    return compile_set([compiled()["eases"][name]["pattern"] for name in names])


@cache
def _ease(name: str) -> tuple[Pattern, int]:
    ease = compiled()["eases"][name]
    return Pattern(ease["pattern"]), ease["reach"]


def _overlaps(span: Span, others: Sequence[Span]) -> bool:
    """Whether a span overlaps any of others, which are in order and apart."""
    index = bisect_left(others, (span[1], 0))
    return index > 0 and others[index - 1][1] > span[0]


def _distance(one: Passage, other: Passage) -> int:
    """Code points between two passages; 0 where they touch or overlap."""
    return max(one[0] - other[1], other[0] - one[1], 0)
