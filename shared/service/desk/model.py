"""What the desk talks about: who sits there, how a case may end, and what is known of it."""

from dataclasses import dataclass

from shared.domain.assessment import Assessment, Priority
from shared.domain.case import Case


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


def is_crisis(case: Case) -> bool:
    """Whether any words of the case, old or new, showed a crisis (design, promise 6)."""
    found = [case.assessment, *_stage_one(case)]
    return any(assessment is not None and assessment.priority is Priority.CRISIS for assessment in found)


def _stage_one(case: Case) -> list[Assessment]:
    return [revision.assessment for revision in case.content if revision.assessment]
