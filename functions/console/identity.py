"""Who is at the desk. Whoever cannot be told is nobody, and nobody gets in (design, promise 11)."""

from collections.abc import Callable, Sequence

from flask import Request

from shared.service.desk.model import Person

COOKIE = "signpost-person"

Identify = Callable[[Request], Person | None]


def nobody(request: Request) -> Person | None:  # noqa: ARG001 - an `Identify` like the others
    """The identity of everybody where none can be verified."""
    return None


def demo(people: Sequence[Person]) -> Identify:
    """Local use only: the person that the cookie names, by default the first."""

    def identify(request: Request) -> Person | None:
        chosen = request.cookies.get(COOKIE)
        return next((person for person in people if person.id == chosen), people[0])

    return identify
