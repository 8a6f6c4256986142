"""A signed body, whatever is in it: read strictly, and everything posted is stored or quarantined."""

import contextlib
import io
import json
import math
from collections.abc import Iterator
from datetime import UTC, datetime
from random import Random
from typing import Any

from functions.facebook.inbound import parse
from shared.adapters.sqlite import Database, SqliteQueue, SqliteStore
from shared.domain.message import Event, EventKind, Part, Platform, case_id, event_hash
from shared.principles.loading import load
from shared.service.assessment import assess
from shared.service.intake import Delivery, Taken, take_in
from shared.webhooks.body import Body
from shared.webhooks.delivering import deliverer
from shared.webhooks.json import DEEPEST, BadJson, loads

NOW = datetime(2026, 11, 24, 22, 0, tzinfo=UTC)
PAGE = "100000000000001"
MOST = 10_000  # fragments and cases looked at after one delivery
LIBRARY = load()
KEYS = ("changes", "messaging", "standby")


def strict_json(data: bytes) -> object:
    """Bytes as JSON: refused, or the value that Python's own reader finds, within our limits. None when refused."""
    try:
        value = loads(data)
    except BadJson:
        return None
    assert repr(value) == repr(_softened(json.loads(data.decode()))), "read otherwise than Python reads it"
    _check(value, DEEPEST)
    return json.dumps(value, ensure_ascii=False).encode()


def delivery(data: bytes) -> Taken | None:
    """A signed body through parsing, the rules and the store. What became of it; None for an empty one."""
    if not data:
        return None
    database = Database(":memory:")
    store, queue = SqliteStore(database), SqliteQueue(database, lambda: NOW, Random(1))
    results: list[Taken] = []
    seen: list[Part] = []

    def watched(value: Any) -> Iterator[Part]:
        seen.extend(parse(value))
        _check_nothing_passed_over(value, seen)
        yield from seen

    def take(parts: Any, made: Delivery) -> Taken:
        judge = lambda event, at: assess(event, LIBRARY, at)  # noqa: E731
        results.append(take_in(parts, made, store=store, queue=queue, assess=judge))
        return results[-1]

    deliver = deliverer(Platform.FACEBOOK, lambda: NOW, {PAGE: "app", "other": "another app"}, take)
    with contextlib.redirect_stdout(io.StringIO()):
        deliver(Body(data, len(data), "digest", {}), frozenset({"app"}), watched)
    [taken] = results
    for part in seen:
        _check_kept(part, store)
    whys = [kept.why for kept in store.quarantined(MOST)]
    assert len(whys) == taken.quarantined
    assert not [why for why in whys if why.startswith("could not be assessed") or "our reader failed" in why]
    assert taken.published
    assert len(store.pending(MOST)) == taken.cases == len(queue.lease("needs-human", MOST))
    assert taken.cases or taken.quarantined or taken.passed_over or not _elements(loads(data)), "nothing came of it"
    database.close()
    return taken


def _check(value: Any, deeper: int) -> None:
    assert deeper >= 0 or not isinstance(value, dict | list)
    if isinstance(value, str):
        value.encode()
    elif isinstance(value, float):
        assert math.isfinite(value)
    elif isinstance(value, int):
        assert -(2**63) <= value < 2**63
    elif isinstance(value, dict):
        for key, inner in value.items():
            key.encode()
            _check(inner, deeper - 1)
    elif isinstance(value, list):
        for inner in value:
            _check(inner, deeper - 1)


def _softened(value: Any) -> Any:
    """Half an emoji becomes U+FFFD."""
    if isinstance(value, str):
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(value, list):
        return [_softened(inner) for inner in value]
    return {_softened(key): _softened(inner) for key, inner in value.items()} if isinstance(value, dict) else value


def _elements(value: Any) -> list[tuple[Any, Any]]:
    """Each element of a delivery with its entry, found without our reader."""
    entries = value.get("entry") if isinstance(value, dict) else None
    return [
        (entry, element)
        for entry in (entries if isinstance(entries, list) else ())
        if isinstance(entry, dict)
        for key in KEYS
        if isinstance(entry.get(key), list)
        for element in entry[key]
    ]


def _check_nothing_passed_over(value: Any, parts: list[Part]) -> None:
    kept = {id(part.fragment) for part in parts}
    for entry, element in _elements(value):
        assert kept & {id(element), id(entry), id(value)}, "an element of a delivery came to nothing"


def _check_kept(part: Part, store: SqliteStore) -> None:
    said = part.said
    if isinstance(said, Event) and said.event in {EventKind.ECHO, EventKind.IGNORED}:
        assert said.text is None or said.event is EventKind.ECHO, "somebody's words are in nobody's hands"
        return
    if isinstance(said, Event) and said.id is not None and said.account == PAGE:
        case = store.case(case_id(said.platform, said.account, said.id))
        assert case is not None
        assert case.revisions[event_hash(said)].event.text == said.text
        return
    fragment = part.fragment if isinstance(part.fragment, str) else json.dumps(part.fragment, ensure_ascii=False)
    assert fragment in {kept.fragment for kept in store.quarantined(MOST)}
