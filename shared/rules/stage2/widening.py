"""What stage 2 makes of a stage 1 assessment. Pure; it adds findings and softens one, and deletes none."""

from collections.abc import Sequence
from dataclasses import replace

from shared.domain.assessment import Assessment, Finding, Passage, Priority
from shared.domain.trace import is_around
from shared.rules import asks, engine
from shared.rules.stage2.around import THANKED
from shared.rules.stage2.wording import wording


def widened(stage_one: Assessment, found: Sequence[Finding], faults: Sequence[str] = ()) -> Assessment:
    """A stage 1 assessment with what stage 2 found. The priority only rises, unless thanks are all there is.

    A fault counts as at stage 1: a normal message that is owed an answer. Both versions of the rules are named.
    """
    base = _softened(stage_one, next((one.passages for one in found if one.rule == THANKED), ()))
    priorities = [base.priority, *(one.priority for one in found), *[Priority.NORMAL][: len(faults)]]
    return replace(
        base,
        findings=tuple(sorted((*base.findings, *found), key=lambda one: one.priority.rank)),
        priority=min(priorities, key=lambda one: one.rank),
        requires_response=base.requires_response or bool(faults),
        faults=(*base.faults, *faults),
        rules=f"{base.rules}+{wording().version}",
    )


def kept(before: Assessment | None, *, same_words: bool) -> tuple[Finding, ...]:
    """What stage 2 found of a case earlier. Of other words only what made it graver stays, without their places."""
    found = [one for one in before.findings if is_around(one)] if before else []
    if same_words:
        return tuple(found)
    return tuple(replace(one, passages=(), eased_by=()) for one in found if one.priority is not Priority.READ)


def _softened(stage_one: Assessment, by: tuple[Passage, ...]) -> Assessment:
    """Thanks owe nobody an answer: only the rule that every private message wants one is softened by them."""
    if not by:
        return stage_one
    findings = tuple(_eased(one, by) if one.rule == asks.RULE else one for one in stage_one.findings)
    priority, owed, signpost = engine.summary(engine.Examined(findings, stage_one.faults))
    return replace(stage_one, findings=findings, priority=priority, requires_response=owed, signpost=signpost)


def _eased(finding: Finding, by: tuple[Passage, ...]) -> Finding:
    return replace(finding, priority=Priority.READ, requires_response=False, eased_by=by)
