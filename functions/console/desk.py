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
from functions.console.speech import Speech
from functions.console.words import Words
from shared.domain.case import Revision
from shared.ports import Clock, Store
from shared.principles.loading import Library
from shared.service.desk.lists import overview
from shared.service.desk.model import Person
from shared.service.desk.waiting import Overview
from shared.web.pages import environment

TEMPLATES = Path(__file__).parent / "templates"
LIMIT = 100  # entries of a list, and how far the navigation counts


@dataclass(frozen=True, slots=True)
class Desk:
    """One console. `people` are those one may choose to be: demo people, so only locally."""

    store: Store
    library: Library
    clock: Clock
    key: str
    words: Words
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

    def page(
        self, template: str, now: datetime, status: int = 200, *, waits: Overview | None = None, **context: Any
    ) -> Response:
        """A page of a person who is let in, with the counts of what waits in its navigation."""
        return self.render(template, now, status, waits=waits or overview(self.store, LIMIT), **context)

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
        }
        html = self.templates.get_template(template).render(common | context)
        return Response(html, status, content_type="text/html; charset=utf-8")

    def is_ours(self, asked: Request, person: Person) -> bool:
        """Whether a form comes from our own page and this person."""
        return forms.is_ours(self.key, person, asked, self.clock())
