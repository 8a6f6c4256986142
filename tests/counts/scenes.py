"""What the counts are taken of: deliveries through the real intake, and desks with many cases."""

import json
from datetime import datetime, timedelta
from typing import Any

from functions.facebook.inbound import parse
from shared.domain.message import Platform, case_id
from shared.ports import Queue, Store
from shared.service import inbox
from shared.service.assessment import assess
from shared.service.channels import Heard
from shared.service.intake import Delivery, Taken, take_in
from tests.rig import LIBRARY, NIGHT, OPEN, PAGE, comment, page


def batch(count: int, text: str = "When is the next meeting?", at: datetime = OPEN) -> dict[str, Any]:
    """A delivery of so many comments."""
    return page(*(comment(f"{text} {n}", at=at, id=f"1_{n}", author=f"9{n}") for n in range(count)), at=at)


def deliver(store: Store, queue: Queue, delivery: Any, now: datetime = OPEN) -> Taken:
    """A verified delivery through intake."""
    made = Delivery(Platform.FACEBOOK, now, "digest", frozenset({PAGE}))
    return take_in(
        parse(json.loads(json.dumps(delivery))),
        made,
        store=store,
        queue=queue,
        assess=lambda event, at: assess(event, LIBRARY, at),
    )


def take(store: Store, queue: Queue, message: str = "1_0", now: datetime = OPEN, heard: Heard | None = None) -> bool:
    """One case through `inbox`; with `heard` as a process does that may have noted its channel lately."""
    key = case_id(Platform.FACEBOOK, PAGE, message)
    return inbox.take_case(key, now, store=store, queue=queue, library=LIBRARY, heard=heard)


def case_row(number: int) -> dict[str, Any]:
    """What a case needs to be in a list: one in ten waits, one in ten is to be read, the others are closed."""
    state = {0: "waiting", 1: "reading"}.get(number % 10, "closed")
    at = NIGHT + timedelta(seconds=number)
    row = {"id": f"c{number:06}", "platform": "facebook", "account": PAGE, "message": f"m{number}", "state": state}
    return {**row, "rank": number % 3, "due": at, "at": at}
