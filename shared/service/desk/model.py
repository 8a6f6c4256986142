"""What the desk talks about: who sits there, how a case may end, and what is known of it."""

from dataclasses import dataclass

from shared.domain.assessment import Assessment, Finding, Priority
from shared.domain.case import Case, Revision
from shared.domain.trace import is_around


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who works at the desk. `id` is what the audit records; `role` is words for colleagues."""

    id: str
    name: str
    role: str


@dataclass(frozen=True, slots=True)
class Ending:
    """One way to close a case (principles 2.2). Which there are is data; `crisis` marks those fit for a crisis."""

    code: str
    label: str
    hint: str
    needs_note: bool = False
    crisis: bool = False


def assessed(case: Case) -> Assessment | None:
    """What is known of a case: what `inbox` froze, else the worst any revision showed at intake."""
    if case.assessment:
        return case.assessment
    return min(_stage_one(case), key=lambda found: found.priority.rank, default=None)


def found_in(case: Case, revision: Revision) -> list[Finding]:
    """What was found in the words of one revision, the gravest first.

    For the words as they stand it includes what `inbox` found around them, and how that softened the rest.
    """
    own = revision.assessment.findings if revision.assessment else ()
    frozen = case.assessment.findings if case.assessment and _is_latest_taken(case, revision) else ()
    known = {(finding.rule, finding.passages): finding for finding in frozen}
    found = [known.get((finding.rule, finding.passages), finding) for finding in own]
    return sorted((*found, *filter(is_around, frozen)), key=lambda finding: finding.priority.rank)


def is_crisis(case: Case) -> bool:
    """Whether any words of the case, old or new, showed a crisis (design, promise 6)."""
    found = [case.assessment, *_stage_one(case)]
    return any(assessment is not None and assessment.priority is Priority.CRISIS for assessment in found)


def _is_latest_taken(case: Case, revision: Revision) -> bool:
    taken = [known for key, known in case.revisions.items() if key in case.taken]
    return revision is case.latest and any(known is revision for known in taken)


def _stage_one(case: Case) -> list[Assessment]:
    return [revision.assessment for revision in case.content if revision.assessment]
