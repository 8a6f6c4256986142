"""Finding words: one gate over all groups, then the touched groups one by one for their passages."""

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import islice
from typing import Any

import re2

from shared.domain.assessment import Finding, Passage, Priority
from shared.domain.message import Kind
from shared.rules.checks import CHECKS
from shared.rules.packs import Group, Pack, eases, frame, pattern
from shared.rules.text import View, merged, plain, undisguised

MOST_PASSAGES = 100  # shown for one group: what comes after would tell a person nothing new
MEMORY = 64 << 20  # bytes that RE2 may use for one automaton
LOWER = {Priority.URGENT: Priority.NORMAL, Priority.NORMAL: Priority.READ}

Pattern = str  # compiled when first touched: most packs stay untouched for long
Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Reading:
    """A message as the rules see it."""

    text: str
    plain: View
    undisguised: View
    kind: Kind | None
    public: bool


@dataclass(frozen=True, slots=True)
class Matcher:
    """One group, ready to look for."""

    rule: str
    clause: str | None
    group: Group
    plain: Pattern
    tolerant: Pattern | None
    other_sense: Pattern | None
    check: Callable[[str], bool] | None
    unless: tuple[tuple[Pattern, int], ...]

    def passages(self, reading: Reading) -> tuple[Passage, ...]:
        """Where the group's words stand in the text as given; none where they mean something else."""
        if self.group.kinds and reading.kind not in self.group.kinds:
            return ()
        found = list(self._in(self.plain, reading.plain, reading.text))
        if self.tolerant and reading.undisguised is not reading.plain:
            found += self._in(self.tolerant, reading.undisguised, reading.text)
        return merged(found)

    def finding(self, reading: Reading) -> Finding | None:
        """What the group found, eased where every passage is: eased findings stand one priority lower."""
        passages = self.passages(reading)
        if not passages:
            return None
        eased_by = self._eased_by(reading.plain, passages)
        priority = LOWER.get(self.group.priority, self.group.priority) if eased_by else self.group.priority
        return Finding(
            clause=self.clause,
            rule=f"{self.rule}.{self.group.name}",
            passages=passages,
            why=self.group.why,
            priority=priority,
            requires_response=self.group.requires_response and priority is not Priority.READ,
            signpost=self.group.signpost,
            eased_by=eased_by,
        )

    def _in(self, written: Pattern, view: View, text: str) -> Iterator[Passage]:
        senses = _spans(self.other_sense, view.text) if self.other_sense else []
        spans = (span for span in _found(written, view.text) if not _overlaps(span, senses))
        passages = (view.passage(*span) for span in spans)
        sound = (passage for passage in passages if self.check is None or self.check(text[slice(*passage)]))
        return islice(sound, MOST_PASSAGES)

    def _eased_by(self, view: View, passages: Sequence[Passage]) -> tuple[Passage, ...]:
        """The suppressors near the passages; empty unless every passage has one."""
        softening = [
            (view.passage(*span), reach)
            for written, reach in self.unless
            for span in islice(_found(written, view.text), MOST_PASSAGES)
        ]
        near = [[at for at, reach in softening if _distance(at, passage) <= reach] for passage in passages]
        return merged(at for ats in near for at in ats) if all(near) else ()


class Gate:
    """Which groups a text touches at all: one pass over each view, however many groups there are."""

    def __init__(self, packs: Iterable[Pack]) -> None:
        self.matchers = [_matcher(pack, group) for pack in packs for group in pack.groups]
        self._tolerant = {index: matcher.tolerant for index, matcher in enumerate(self.matchers) if matcher.tolerant}
        self._plain_set = _set(matcher.plain for matcher in self.matchers)

    @cached_property
    def _tolerant_set(self) -> Any:
        """Compiled for the first text that is disguised: few are."""
        return _set(self._tolerant.values())

    def touched(self, reading: Reading) -> list[Matcher]:
        """The groups whose words occur in either view, in the order of their packs."""
        touched = set(self._plain_set.Match(reading.plain.text) or ())
        if reading.undisguised is not reading.plain:
            disguised = list(self._tolerant)
            touched.update(disguised[i] for i in self._tolerant_set.Match(reading.undisguised.text) or ())
        return [self.matchers[index] for index in sorted(touched)]


def read(text: str, kind: Kind | None = None, *, public: bool = True) -> Reading:
    """The views of a text, made once for all rules."""
    view = plain(text)
    return Reading(text, view, undisguised(view), kind, public)


def _matcher(pack: Pack, group: Group) -> Matcher:
    return Matcher(
        rule=pack.rule,
        clause=pack.clause,
        group=group,
        plain=pattern(group),
        tolerant=pattern(group, tolerant=True) if group.disguised else None,
        other_sense="|".join(map(frame, group.other_sense)) if group.other_sense else None,
        check=CHECKS[group.check] if group.check else None,
        unless=tuple((pattern(eases()[name]), eases()[name].reach) for name in group.unless),
    )


def _options() -> Any:
    options = re2.Options()
    options.max_mem = MEMORY
    options.log_errors = False
    return options


@cache
def _compiled(written: Pattern) -> Any:
    return re2.compile(written, _options())


def _set(patterns: Iterable[str]) -> Any:
    gate = re2.Set.SearchSet(_options())
    for written in patterns:
        gate.Add(written)
    gate.Compile()
    return gate


def _found(written: Pattern, text: str) -> Iterator[Span]:
    return (match.span() for match in _compiled(written).finditer(text) if match.end() > match.start())


def _spans(written: Pattern, text: str) -> list[Span]:
    return list(_found(written, text))


def _overlaps(span: Span, others: Sequence[Span]) -> bool:
    """Whether a span overlaps any of others, which are in order and apart."""
    index = bisect_left(others, (span[1], 0))
    return index > 0 and others[index - 1][1] > span[0]


def _distance(one: Passage, other: Passage) -> int:
    """Code points between two passages; 0 where they touch or overlap."""
    return max(one[0] - other[1], other[0] - one[1], 0)
