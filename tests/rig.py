"""The whole flow in one process on SQLite, with a clock that is an argument. Tests drive it step by step."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

from functions.facebook.inbound import parse
from shared.adapters.sqlite import Database, SqliteQueue, SqliteStore
from shared.domain.action import Action
from shared.domain.case import Case
from shared.domain.message import Platform, case_id
from shared.ports import PlatformClient, Receipt
from shared.principles.loading import Library, load
from shared.service import inbox, intake, sending
from shared.service.assessment import assess
from shared.service.intake import Delivery, Taken

PAGE = "100000000000001"
POST = f"{PAGE}_1"
OPEN = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)  # a Tuesday morning
NIGHT = datetime(2026, 11, 24, 22, 0, tzinfo=UTC)  # the same Tuesday, closed
LIBRARY = load()


def comment(
    text: str | None, *, at: datetime, id: str = "1_1", author: str | None = "900", **value: Any
) -> dict[str, Any]:
    """One comment of a delivery, as Facebook writes it."""
    return {
        "field": "feed",
        "value": {
            "item": "comment",
            "verb": "add",
            "comment_id": id,
            "post_id": POST,
            "parent_id": POST,
            "created_time": int(at.timestamp()),
            **({"from": {"id": author, "name": "Made Up"}} if author else {}),
            **({"message": text} if text is not None else {}),
            **value,
        },
    }


def direct(text: str, *, at: datetime, id: str = "m_1", author: str = "900", key: str = "messaging") -> dict[str, Any]:
    """One entry with one direct message."""
    message = {
        "sender": {"id": author},
        "recipient": {"id": PAGE},
        "timestamp": int(at.timestamp() * 1000),
        "message": {"mid": id, "text": text},
    }
    return {"id": PAGE, "time": int(at.timestamp() * 1000), key: [message]}


def page(*changes: dict[str, Any], at: datetime = OPEN, account: str = PAGE) -> dict[str, Any]:
    """A delivery of changes to one Page."""
    return {"object": "page", "entry": [{"id": account, "time": int(at.timestamp()), "changes": list(changes)}]}


def entries(*entry: dict[str, Any]) -> dict[str, Any]:
    """A delivery of whole entries."""
    return {"object": "page", "entry": list(entry)}


@dataclass
class FakeClient:
    """A platform that remembers what it was asked and does what the test says."""

    asked: list[Action] = field(default_factory=list)
    answers: list[Callable[[], Receipt]] = field(default_factory=list)

    def perform(self, action: Action) -> Receipt:
        self.asked.append(action)
        if self.answers:
            return self.answers.pop(0)()
        return Receipt(f"posted_{len(self.asked)}")


@dataclass
class Rig:
    """Intake, queue, inbox and sender over one file."""

    path: Path
    now: datetime = OPEN
    library: Library = LIBRARY
    seed: int = 1
    repeats: float = 0.0
    client: FakeClient = field(default_factory=FakeClient)
    objects: Callable[[str], bool] = lambda _text: False

    def __post_init__(self) -> None:
        database = Database(self.path / "rig.sqlite3")
        self.store = SqliteStore(database)
        self.queue = SqliteQueue(database, lambda: self.now, Random(self.seed), self.repeats)
        self._attempts = 0

    def deliver(self, delivery: Any, *, queue: Any = None) -> Taken:
        """One verified delivery through intake."""
        made = Delivery(Platform.FACEBOOK, self.now, "digest", frozenset({PAGE}))
        return intake.take_in(
            parse(json.loads(json.dumps(delivery))),
            made,
            store=self.store,
            queue=queue or self.queue,
            assess=lambda event, at: assess(event, self.library, at),
        )

    def inbox(self, rounds: int = 20) -> None:
        """Drain `needs-human` through `inbox`."""
        for _ in range(rounds):
            leases = self.queue.lease(intake.TOPIC, 100)
            if not leases:
                return
            for lease in leases:
                inbox.take_case(lease.data["case"], self.now, store=self.store, queue=self.queue, library=self.library)
                self.queue.acknowledge(lease)

    def send(self, rounds: int = 20) -> list[sending.Sent]:
        """Drain `actions-facebook` through the sender; what is to come again is given back."""
        results = []
        for _ in range(rounds):
            leases = self.queue.lease("actions-facebook", 100)
            if not leases:
                break
            for lease in leases:
                results.append(self.send_one(lease.data["action"]))
                if results[-1] is sending.Sent.DONE:
                    self.queue.acknowledge(lease)
                else:
                    self.queue.give_back(lease)
        return results

    def send_one(self, action_id: str, client: PlatformClient | None = None) -> sending.Sent:
        """One action through the sender."""
        self._attempts += 1
        return sending.send(
            action_id,
            Platform.FACEBOOK,
            store=self.store,
            client=lambda _action: client or self.client,
            objects=self.objects,
            clock=lambda: self.now,
            attempt=f"attempt-{self._attempts}",
        )

    def run(self, delivery: Any) -> None:
        """A delivery the whole way."""
        self.deliver(delivery)
        self.inbox()
        self.send()

    def case(self, message: str = "1_1") -> Case:
        """The case of a message; the test fails where there is none."""
        found = self.store.case(case_id(Platform.FACEBOOK, PAGE, message))
        assert found is not None
        return found

    def action(self, message: str = "1_1") -> Action:
        """The one action about a message; the test fails where there is none or more."""
        [only] = self.store.actions_of(self.case(message).id)
        return only

    def later(self, **duration: float) -> None:
        """Let time pass."""
        self.now += timedelta(**duration)
