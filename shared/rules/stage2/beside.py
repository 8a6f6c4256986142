"""A case among others: when it was said, by whom, what came before it, and what was said near it."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from shared.domain.case import Case


def said_at(case: Case) -> datetime:
    """When a case with words was first posted, in UTC: the time that the promise counts from."""
    first = case.content[0]
    return first.assessment.clocked_at if first.assessment else first.received_at


def author(case: Case) -> str | None:
    """The platform's id of who wrote it; None where nobody can be told."""
    who = case.content[0].event.author
    return who.id if who else None


def before(case: Case, others: Sequence[Case]) -> list[Case]:
    """Those that came before a case, so that whoever is last sees all, in whatever order `inbox` takes them.

    Two webhooks may commit in another order than they received: what has been taken will not look again, and counts.
    """
    mine = _came(case)
    known = [other for other in others if other.id != case.id and other.content and not other.ours]
    return [other for other in known if _came(other) < mine or (other.taken and _came(other)[0] > mine[0])]


def windows(case: Case, others: Sequence[Case], span: timedelta) -> Iterator[list[Case]]:
    """Each stretch of time of that length that has the case in it: late arrivals count where they were written."""
    at = said_at(case)
    near = [other for other in others if abs(said_at(other) - at) <= span]
    for start in sorted({at, *(said_at(other) for other in near if said_at(other) <= at)}):
        yield [case, *(other for other in near if start <= said_at(other) <= start + span)]


def _came(case: Case) -> tuple[datetime, datetime, str]:
    return case.content[0].received_at, said_at(case), case.id
