"""A desk with made-up people: cases put in as intake and `inbox` would, and a console over them."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

from flask import Flask
from werkzeug.test import Client, TestResponse

from functions.console import app, identity, words
from functions.console.desk import Reach
from shared.adapters.sqlite import Database, SqliteQueue, SqliteStore
from shared.domain.action import Action, ActionKind, ActionState
from shared.domain.assessment import Assessment, Finding, Passage, Priority
from shared.domain.case import Case, Revision
from shared.domain.message import Attachment, Author, Event, EventKind, Kind, Parts, Platform, case_id, event_hash
from shared.domain.taking import take
from shared.ports import Arrival, Quarantine
from shared.principles import coverage
from shared.principles.loading import Library, load
from shared.service import intake
from shared.service.assessment import assess
from shared.service.desk.model import Person
from shared.service.intake import Delivery, Taken

ACCOUNT = "100000000000001"
NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)  # a Tuesday morning
LIBRARY = load()
COVERAGE = coverage.load()
ACCOUNTS = [(Platform.FACEBOOK, ACCOUNT), (Platform.X, "3000000001")]
WORDS = words.load()
MORGAN, ROWAN, ASHLEY = WORDS.people
KEY = "a key for tests"


def finding(
    rule: str, *passages: Passage, clause: str | None = None, priority: Priority = Priority.NORMAL, **more: object
) -> Finding:
    """What a rule might have found."""
    return Finding(clause, rule, passages, f"why of {rule}", priority, **more)  # type: ignore[arg-type]


@dataclass
class Seeds:
    """A store on disk and ways to put messages into it."""

    folder: Path
    now: datetime = NOW
    made: int = 0
    store: SqliteStore = field(init=False)

    def __post_init__(self) -> None:
        self.database = Database(self.folder / "desk.sqlite3")
        self.store = SqliteStore(self.database)

    def message(
        self,
        text: str | None,
        *findings: Finding,
        at: datetime | None = None,
        kind: Kind = Kind.COMMENT,
        id: str = "",
        event: EventKind = EventKind.POSTED,
        late: timedelta = timedelta(seconds=2),
        taken: bool = True,
        name: str | None = "Sam Sample",
        conversation: str = "post_1",
        attachments: tuple[str, ...] = (),
        why: str | None = None,
    ) -> Case:
        """One event of one message; with `taken` it is on the desk as well."""
        self.made += 1
        id, at = id or f"message_{self.made}", at or self.now - timedelta(minutes=30)
        said = Event(
            event,
            Platform.FACEBOOK,
            ACCOUNT,
            id,
            kind,
            text,
            Author("900", name),
            conversation,
            sent_at=at,
            public=kind is not Kind.DIRECT,
            attachments=tuple(Attachment(type_, "https://tracker.invalid/x") for type_ in attachments),
            why=why,
        )
        written = event in (EventKind.POSTED, EventKind.EDITED)
        assessment = self.assess(findings, at) if written else None
        revision = Revision(said, at + late, "0" * 64, "{}", assessment)
        key = case_id(said.platform, ACCOUNT, id)
        removed = at if event is EventKind.REMOVED else None
        arrival = Arrival(key, said.platform, ACCOUNT, id, {event_hash(said): revision}, removed, at + late)
        self.store.merge([arrival], [])
        return self.take(key) if taken else self.case(key)

    def assess(self, findings: tuple[Finding, ...], at: datetime) -> Assessment:
        """Stage 1 of made-up findings."""
        priority = min((found.priority for found in findings), key=lambda found: found.rank, default=Priority.READ)
        due = None if priority is Priority.READ else LIBRARY.in_force(at).calendar().due(at)
        return Assessment(priority, bool(findings), due, None, findings, "2026-11-22", "test", at)

    def take(self, key: str) -> Case:
        """What `inbox` does."""
        due = LIBRARY.in_force(self.now).calendar().due
        self.store.transact(lambda tx: tx.put_case(take(self.known(tx.case(key)), self.now, due)))
        return self.case(key)

    def case(self, key: str) -> Case:
        """The case as it is in the store."""
        return self.known(self.store.case(key))

    @staticmethod
    def known(case: Case | None) -> Case:
        """A case that must be there."""
        assert case is not None
        return case

    def action(self, case: Case, state: ActionState) -> Action:
        """An acknowledgement of a case, as far as `state`."""
        action = Action(
            f"action-{case.id}-{state}",
            ActionKind.ACKNOWLEDGE,
            case.platform,
            case.account,
            case.id,
            case.message,
            "900",
            public=True,
            text="An automatic message.",
            group="group",
            principles="2026-11-22",
            reserved_at=self.now,
            expires_at=self.now,
            state=state,
            attempts=2,
            why="timed out",
        )
        self.store.transact(lambda tx: tx.put_action(action))
        return action

    def fragment(self, text: str) -> Quarantine:
        """A part of a delivery that nobody understood."""
        entry = Quarantine(f"fragment-{text[:10]}", Platform.FACEBOOK, ACCOUNT, "unknown verb", text, self.now)
        self.store.merge([], [entry])
        return entry

    def full(self) -> dict[str, Case]:
        """One of everything that the desk can show."""
        friday = datetime(2026, 11, 19, 12, 0, tzinfo=UTC)
        crisis = finding("crisis", (0, 19), clause="crisis", priority=Priority.CRISIS)
        hateful = finding("abusive", (4, 12), clause="abusive", priority=Priority.URGENT)
        question = finding("question", (0, 10))
        complaint = finding("complaint", (11, 20), (13, 30), clause="complaint", eased_by=((0, 5),))
        text = "I cannot go on like this. Nobody rings back and I have stopped asking."
        cases = {
            "crisis": self.message(text, crisis, kind=Kind.DIRECT, conversation="chat_1", name="Jamie Example"),
            "abusive": self.message("You utter nonsense people, all of you.", hateful, name="Alex Made-Up"),
            "overdue": self.message("When does the café at St Nicholas open on Sundays?", question, at=friday),
            "complaint": self.message("I want to make a complaint about how I was spoken to.", complaint),
            "claimed": self.message("Is there parking for visitors at Hopewood Park?", question, kind=Kind.POST),
            "sticker": self.message(None, kind=Kind.DIRECT, attachments=("sticker",), conversation="chat_2"),
            "thanks": self.message("Thank you to everybody on the team, you were kind to my mum."),
            "late": self.message("Do you run a carers’ group?", question, late=timedelta(minutes=40)),
            "pending": self.message("Hello, is anyone there?", question, taken=False),
            "closed": self.message("What time is the open day?", question),
            "noteonly": self.message(None, id="notice_1", event=EventKind.NOTICE, why="hidden"),
        }
        self.message("I want to make a complaint about the ward.", complaint, id="edited_1")
        edited_at = self.now - timedelta(minutes=5)
        cases["edited"] = self.message("Never mind.", id="edited_1", event=EventKind.EDITED, at=edited_at)
        cases["removed"] = self.message("I wish I were not here.", crisis, id="removed_1")
        cases["removed"] = self.message(None, id="removed_1", event=EventKind.REMOVED, at=edited_at)
        for case, state in zip(cases.values(), ActionState, strict=False):
            self.action(case, state)
        self.fragment('{"odd": "\\u202e shape"}')
        return cases


def console(seeds: Seeds, people: tuple[Person, ...] = WORDS.people, library: Library = LIBRARY) -> Flask:
    """The console over the seeds, as on a laptop, or as where nobody can be verified."""
    identify = identity.demo(people) if people else identity.nobody
    return app.create(seeds.store, library, lambda: seeds.now, identify, KEY, WORDS, reach(seeds), people=people)


def reach(seeds: Seeds) -> Reach:
    """The accounts of the desk, and the intake behind the form for what was seen elsewhere."""

    def take_in(parts: Parts, delivery: Delivery) -> Taken:
        queue = SqliteQueue(seeds.database, lambda: seeds.now, Random(1))
        store = SqliteStore(seeds.database)
        return intake.take_in(parts, delivery, store=store, queue=queue, assess=lambda e, at: assess(e, LIBRARY, at))

    return Reach(ACCOUNTS, COVERAGE, take_in)


def body(response: TestResponse) -> str:
    """The page as text."""
    return response.get_data(as_text=True)


def send(client: Client, page: str, action: str, **fields: str) -> TestResponse:
    """Fill in and send the form of `page` that goes to `action`, as a browser would."""
    from tests.desk.pages import forms

    form = next(form for form in forms(body(client.get(page))) if form.action == action)
    headers = {"Sec-Fetch-Site": "same-origin"}
    return client.post(action, data={**form.fields, **fields}, headers=headers)
