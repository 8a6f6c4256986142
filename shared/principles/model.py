"""One version of the principles: the published text, and everything the software takes from it."""

from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Annotated, Self
from zoneinfo import ZoneInfo

from pydantic import AwareDatetime, Field, model_validator

from shared.domain.assessment import Signpost
from shared.domain.calendar import Calendar
from shared.domain.message import Platform
from shared.principles.alerts import Alerts
from shared.principles.hours import Holidays, Hours, calendar
from shared.principles.published import Clause, Data, Section, Words
from shared.principles.wording import HelpLine, Link, Wording

HOUSE_RULES = frozenset(
    {
        "hateful",
        "profane",
        "abusive",
        "targets-staff",
        "inappropriate-links",
        "illegal-activity",
        "personal-information",
        "advertising",
        "mean-spirited",
    }
)
NOT_HERE = frozenset({"crisis", "clinical", "complaint", "care"})
SLUGS = HOUSE_RULES | NOT_HERE
_Positive = Annotated[timedelta, Field(gt=timedelta())]


class PrinciplesError(ValueError):
    """A file cannot be used. The message names the file, the key and the reason."""


class Limits(Data):
    """The figures that acknowledgements and clocks obey. A platform that is not named gets no public ones."""

    ack_max_age: _Positive
    public_acks_per_post: Annotated[int, Field(ge=0)]
    public_acks: dict[Platform, bool]
    future_tolerance: _Positive


class Principles(Data):
    """One version. `effective_from` is when it comes into force."""

    version: Words
    effective_from: AwareDatetime
    summary: Words
    title: Words
    sections: Annotated[tuple[Section, ...], Field(min_length=1)]
    promises: dict[str, Words]
    hours: Hours
    holidays: Holidays
    links: dict[str, Link]
    help: Annotated[tuple[HelpLine, ...], Field(min_length=1)]
    wording: Wording
    alerts: Alerts = Alerts()
    limits: Limits

    @property
    def clauses(self) -> Iterator[Clause]:
        """Every sentence of the page, in its order."""
        return (clause for section in self.sections for block in section.blocks for clause in block.clauses)

    def clause(self, slug: str) -> Clause:
        """The clause that a rule cites. Raises `KeyError` for a word that is not one of `SLUGS`."""
        found = next((clause for clause in self.clauses if clause.slug == slug), None)
        if found is None:
            raise KeyError(slug)
        return found

    def calendar(self) -> Calendar:
        """The working time of this version; the same object for the same hours (principles 2.1)."""
        return calendar(self.hours, self.holidays)

    def acknowledgement(self, opening: datetime) -> str:
        """The automatic message out of hours, the same for everyone. `opening` is aware: when the team is back."""
        local = opening.astimezone(ZoneInfo(self.hours.zone))
        return self.wording.acknowledgement.fill({**self._fields, "opening": self.wording.say(local)})

    def public_acks(self, platform: Platform) -> bool:
        """Whether the acknowledgement may stand in public on a platform."""
        return self.limits.public_acks.get(platform, False)

    def reply(self, signpost: Signpost) -> str:
        """The fixed text that points somebody somewhere (principles 3.3)."""
        return self.wording.replies[signpost].fill(self._fields)

    def reviews_due(self, on: date) -> tuple[str, ...]:
        """The names of texts and help lines past their review date. They are still used: silence would be worse."""
        reviewed = {**self.wording.texts, **{line.label: line for line in self.help}}
        return tuple(name for name, text in reviewed.items() if text.review_by < on)

    @property
    def _fields(self) -> dict[str, str]:
        urls = {name: link.url for name, link in self.links.items() if link.url}
        return {**urls, "help": "\n".join(f"{line.label}: {line.text}" for line in self.help)}

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        faults = [*self._clause_faults(), *self.wording.faults(frozenset(self._fields))]
        if faults:
            raise ValueError("; ".join(faults))
        return self

    def _clause_faults(self) -> Iterator[str]:
        ids = Counter(clause.id for clause in self.clauses)
        slugs = Counter(clause.slug for clause in self.clauses if clause.slug)
        promised = {clause.promise for clause in self.clauses if clause.promise}
        linked = {clause.link for clause in self.clauses if clause.link}
        yield from (f"clauses: the id {name} is used twice" for name, times in ids.items() if times > 1)
        yield from (f"clauses: the slug {name} is used twice" for name, times in slugs.items() if times > 1)
        yield from (f"clauses: no clause has the slug {name}" for name in sorted(SLUGS - slugs.keys()))
        yield from (f"clauses: no rule has the name {name}" for name in sorted(slugs.keys() - SLUGS))
        yield from (f"promises.{name}: is missing" for name in sorted(promised - self.promises.keys()))
        yield from (f"promises.{name}: no clause names it" for name in sorted(self.promises.keys() - promised))
        yield from (f"links.{name}: is missing" for name in sorted(linked - self.links.keys()))
