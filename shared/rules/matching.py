"""What a group of words finds in a message: passages, who is meant, and what softens it."""

from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from shared.domain.assessment import Finding, Passage, Priority, Signpost, Who
from shared.domain.message import Kind
from shared.rules import who
from shared.rules.checks import CHECKS
from shared.rules.compiled import compiled
from shared.rules.disguises import undisguised
from shared.rules.gate import Gate, Span, Touch, Written, compile_bytes
from shared.rules.text import abridged, merged

MOST_PASSAGES = 100  # shown for one group: what comes after would tell a person nothing new
MOST_WORK = 1_000_000  # bytes times frames tried on one message: some milliseconds
LOWER = {Priority.URGENT: Priority.NORMAL, Priority.NORMAL: Priority.READ}


@dataclass(frozen=True, slots=True)
class Reading:
    """A message as the rules see it: `plain` in one case and alphabet, `others` behind disguises, if there are any."""

    text: str
    kind: Kind | None
    public: bool
    plain: Written
    others: Sequence[Written]

    @property
    def views(self) -> Sequence[Written]:
        """All of them."""
        return [self.plain, *self.others]


@dataclass(frozen=True, slots=True)
class Seen:
    """One view in which a group may have something to say."""

    written: Written
    touch: Touch


@dataclass(frozen=True, eq=False)
class Matcher:
    """One group, ready to look."""

    rule: str
    clause: str | None
    name: str
    why: str
    priority: Priority
    requires_response: bool
    signpost: Signpost | None
    weak: bool
    disguised: bool
    kinds: tuple[Kind, ...]
    soft_for: tuple[Who, ...]
    only_for: tuple[Who, ...]
    check: Callable[[str], bool] | None
    unless: tuple[str, ...]
    other_sense: str = field(repr=False)

    def passages(self, reading: Reading, seen: Sequence[Seen]) -> tuple[Passage, ...]:
        """Where the group's words stand in the text as given; none where they mean something else."""
        return merged(passage for one in seen for passage in self._in(one, reading, self._spans(one)))

    def finding(self, reading: Reading, seen: Sequence[Seen]) -> Finding | None:
        """What the group found, softened where every passage is: softened findings stand one priority lower."""
        if self.kinds and reading.kind not in self.kinds:
            return None
        found = [(one, spans) for one in seen if (spans := self._spans(one))]
        passages = merged(passage for one, spans in found for passage in self._in(one, reading, spans))[:MOST_PASSAGES]
        if not passages:
            return None
        aimed = who.meant(found[0][0].written, found[0][1]) if self.clause else None
        if self.only_for and aimed not in self.only_for:
            return None
        eased_by = self._eased_by(reading.plain, passages) or (passages if aimed in self.soft_for else ())
        priority = LOWER.get(self.priority, self.priority) if eased_by else self.priority
        return Finding(
            clause=self.clause,
            rule=f"{self.rule}.{self.name}",
            passages=passages,
            why=self.why,
            priority=priority,
            requires_response=self.requires_response and priority is not Priority.READ,
            signpost=self.signpost,
            eased_by=eased_by,
            who=aimed,
        )

    def _spans(self, seen: Seen) -> list[Span]:
        spans = [*seen.touch.phrases, *(span for frame in seen.touch.frames for span in frame.spans(seen.written))]
        if not spans or not self.other_sense:
            return spans
        senses = seen.written.spans(_regex(self.other_sense))
        return [span for span in spans if not _overlaps(span, senses)]

    def _in(self, seen: Seen, reading: Reading, spans: Sequence[Span]) -> Iterator[Passage]:
        passages = (seen.written.view.passage(*span) for span in spans)
        return (passage for passage in passages if self.check is None or self.check(reading.text[slice(*passage)]))

    def _eased_by(self, plain: Written, passages: Sequence[Passage]) -> tuple[Passage, ...]:
        """The suppressors near the passages; empty unless every passage has one."""
        softening = [
            (plain.view.passage(*span), reach)
            for name in self.unless
            for pattern, reach in (_ease(name),)
            for span in plain.spans(pattern)
        ]
        near = [[at for at, reach in softening if _distance(at, passage) <= reach] for passage in passages]
        return merged(at for ats in near for at in ats) if all(near) else ()


@dataclass(frozen=True, slots=True)
class Touched:
    """The groups that may have something to say; `skipped`: some frames were not tried, to stay within the time."""

    groups: Mapping[Matcher, list[Seen]]
    skipped: bool


class Matchers:
    """All groups of a folder of packs behind one gate."""

    def __init__(self, groups: Sequence[Mapping[str, Any]]) -> None:
        self.all = [_matcher(group) for group in groups]
        self._gate = Gate(groups)

    def touched(self, reading: Reading) -> Touched:
        """The groups that may have something to say, in the order of their packs."""
        found: dict[int, list[Seen]] = {}
        for written in reading.views:
            for number, touch in self._gate.touched(written.view).items():
                if written is reading.plain or self.all[number].disguised:
                    found.setdefault(number, []).append(Seen(written, touch))
        skipped = self._skip(found)
        return Touched({self.all[number]: found[number] for number in sorted(found)}, skipped)

    def _skip(self, found: Mapping[int, Sequence[Seen]]) -> bool:
        """Take off the frames that would cost too much, people in crisis last of all. Whether there were any."""
        work = 0
        for number in sorted(found, key=lambda number: (self.all[number].priority.rank, number)):
            for seen in found[number]:
                work += len(seen.touch.frames) * len(seen.written.encoded)
                if work > MOST_WORK:
                    seen.touch.frames.clear()
        return work > MOST_WORK


@cache
def matchers(folder: str) -> Matchers:
    """The groups of a folder of packs. Raises `PackError`."""
    return Matchers(compiled()["packs"][folder])


def read(text: str, kind: Kind | None = None, *, public: bool = True) -> Reading:
    """A text for all rules; its views are made once."""
    view = abridged(text)
    return Reading(text, kind, public, Written(view), [Written(other) for other in undisguised(view)])


def _matcher(group: Mapping[str, Any]) -> Matcher:
    return Matcher(
        rule=group["rule"],
        clause=group["clause"],
        name=group["name"],
        why=group["why"],
        priority=Priority(group["priority"]),
        requires_response=group["requires_response"],
        signpost=Signpost(group["signpost"]) if group["signpost"] else None,
        weak=group["weak"],
        disguised=group["disguised"],
        kinds=tuple(map(Kind, group["kinds"])),
        soft_for=tuple(map(Who, group["soft_for"])),
        only_for=tuple(map(Who, group["only_for"])),
        check=CHECKS[group["check"]] if group["check"] else None,
        unless=tuple(group["unless"]),
        other_sense=group["other_sense"],
    )


@cache
def _regex(pattern: str) -> Any:
    return compile_bytes(pattern)


@cache
def _ease(name: str) -> tuple[Any, int]:
    ease = compiled()["eases"][name]
    return compile_bytes(ease["pattern"]), ease["reach"]


def _overlaps(span: Span, others: Sequence[Span]) -> bool:
    """Whether a span overlaps any of others, which are in order and apart."""
    index = bisect_left(others, (span[1], 0))
    return index > 0 and others[index - 1][1] > span[0]


def _distance(one: Passage, other: Passage) -> int:
    """Code points between two passages; 0 where they touch or overlap."""
    return max(one[0] - other[1], other[0] - one[1], 0)
