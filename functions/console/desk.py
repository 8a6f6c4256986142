"""What every view works with: the store, the principles, the words, and a page."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

import jinja2
from flask import Request, Response, g, request, url_for

from functions.console import forms
from functions.console.alarms import alarm_card
from functions.console.channels import channel_card
from functions.console.speech import Speech
from functions.console.words import Words
from shared.domain.case import Revision
from shared.domain.message import Platform
from shared.ports import Clock, Store
from shared.principles.coverage import Coverage
from shared.principles.loading import Library
from shared.service import channels
from shared.service.channels import Watched
from shared.service.desk.alarms import alarms
from shared.service.desk.entering import TakeIn
from shared.service.desk.lists import overview
from shared.service.desk.model import Person
from shared.service.desk.waiting import Overview
from shared.web.pages import environment

TEMPLATES = Path(__file__).parent / "templates"
LIMIT = 100  # entries of a list, and how far the navigation counts


@dataclass(frozen=True, slots=True)
class Reach:
    """The accounts that reach the desk, what of them does not, and the intake for what somebody saw there."""

    accounts: Sequence[tuple[Platform, str]]
    coverage: Coverage
    take_in: TakeIn


@dataclass(frozen=True, slots=True)
class Desk:
    """One console. `people` are those one may choose to be: demo people, so only locally."""

    store: Store
    library: Library
    clock: Clock
    key: str
    words: Words
    reach: Reach
    people: Sequence[Person] = ()
    templates: jinja2.Environment = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "templates", environment(TEMPLATES, words=self.words.text))

    def speech(self, now: datetime) -> Speech:
        """The desk's words at `now`, in the time zone of the principles in force."""
        return Speech(self.words, self.library.in_force(now).calendar().zone, now)

    def quote(self, slug: str, revision: Revision) -> tuple[str, str] | None:
        """The number and text of a clause in the principles in force when a revision was written."""
        try:
            clause = self.library.in_force(revision.event.sent_at or revision.received_at).clause(slug)
        except KeyError:
            return None
        return clause.id, clause.text

    def place(self, platform: Platform, account: str) -> str:
        """What to call one of our accounts."""
        names = {"platform": self.words.text["platform"][platform], "account": account}
        return self.words.text["channels"]["heading"].format(**names)

    def look(self, now: datetime) -> list[Watched]:
        """How each of our accounts is."""
        reach = self.reach
        return channels.look(reach.accounts, now, store=self.store, coverage=reach.coverage) if reach.accounts else []

    def page(
        self,
        template: str,
        now: datetime,
        status: int = 200,
        *,
        waits: Overview | None = None,
        seen: Sequence[Watched] | None = None,
        **context: Any,
    ) -> Response:
        """A page of a person who is let in: what waits in its navigation, and above it what fails."""
        speech = self.speech(now)
        waits = waits or overview(self.store, LIMIT)
        raised = alarms(now, waits, store=self.store, may_be_new=bool(self.people))
        cards = [channel_card(one, speech) for one in (self.look(now) if seen is None else seen)]
        troubled = [card for card in cards if card.is_troubled]
        sounding = [alarm_card(one, speech) for one in raised]
        return self.render(template, now, status, waits=waits, troubled=troubled, alarms=sounding, **context)

    def render(self, template: str, now: datetime | None, status: int, **context: Any) -> Response:
        """A page that asks nothing of the store, such as one that says that the store is away."""
        person: Person | None = g.get("person")
        common = {
            "root": request.script_root,
            "url_for": url_for,
            "person": person,
            "people": self.people if person and now else (),
            "token": partial(forms.token, self.key, person, now=now) if person and now else None,
            "limit": LIMIT,
            "here": request.endpoint,
            "waits": None,
            "troubled": (),
            "alarms": (),
        }
        html = self.templates.get_template(template).render(common | context)
        return Response(html, status, content_type="text/html; charset=utf-8")

    def is_ours(self, asked: Request, person: Person) -> bool:
        """Whether a form comes from our own page and this person."""
        return forms.is_ours(self.key, person, asked, self.clock())
