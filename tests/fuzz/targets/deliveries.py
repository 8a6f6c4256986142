"""A signed body of any platform, whatever is in it: everything posted is stored or quarantined."""

import contextlib
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from random import Random
from typing import Any

from infra.local.defaults import ACCOUNTS
from shared.adapters.sqlite import Database, SqliteQueue, SqliteStore
from shared.domain.message import Event, EventKind, Part, Platform, case_id, event_hash
from shared.principles.loading import load
from shared.service.assessment import assess
from shared.service.intake import Delivery, Taken, take_in
from shared.webhooks.body import Body
from shared.webhooks.delivering import deliverer
from shared.webhooks.json import loads
from tests.platforms.every import reader

NOW = datetime(2026, 11, 24, 22, 0, tzinfo=UTC)
MOST = 10_000  # fragments and cases looked at after one delivery
LIBRARY = load()
READERS = {platform: reader(platform) for platform in Platform}
META = tuple(("entry", "*", key, "*") for key in ("changes", "messaging", "standby"))
# where each platform's elements stand; `*` is each item of a list, or the object that stands there instead of one
PLACES: Mapping[Platform, Sequence[tuple[str, ...]]] = {
    Platform.FACEBOOK: META,
    Platform.INSTAGRAM: META,
    Platform.THREADS: (("values", "*"),),
    Platform.X: (("*", "data", "*", "payload"),),
    Platform.LINKEDIN: (("notifications", "*"),),
    Platform.TIKTOK: ((),),
    Platform.YOUTUBE: (("items", "*"),),
    Platform.BLUESKY: tuple((name, "*") for name in ("notifications", "feed", "posts", "logs", "messages")),
}


def delivery(data: bytes) -> Taken | None:
    """A signed body through parsing, the rules and the store; the first byte says whose. What became of it; None for
    an empty one.
    """
    if len(data) < 2:
        return None
    platform, body = list(Platform)[data[0] % len(Platform)], data[1:]
    database = Database(":memory:")
    store, queue = SqliteStore(database), SqliteQueue(database, lambda: NOW, Random(1))
    results: list[Taken] = []
    seen: list[Part] = []

    def watched(value: Any) -> Iterator[Part]:
        seen.extend(READERS[platform](value))
        _check_nothing_passed_over(platform, value, seen)
        yield from seen

    def take(parts: Any, made: Delivery) -> Taken:
        judge = lambda event, at: assess(event, LIBRARY, at)  # noqa: E731
        results.append(take_in(parts, made, store=store, queue=queue, assess=judge))
        return results[-1]

    accounts = {**dict.fromkeys(ACCOUNTS[platform], "app"), "other": "another app"}
    deliver = deliverer(platform, lambda: NOW, accounts, take)
    with contextlib.redirect_stdout(io.StringIO()):
        deliver(Body(body, len(body), "digest", {}), frozenset({"app"}), watched)
    [taken] = results
    for part in seen:
        _check_kept(part, store)
    whys = [kept.why for kept in store.quarantined(MOST)]
    assert len(whys) == taken.quarantined
    assert not [why for why in whys if why.startswith("could not be assessed") or "our reader failed" in why]
    assert taken.published
    assert len(store.pending(MOST)) == taken.cases == len(queue.lease("needs-human", MOST))
    assert taken.cases or taken.quarantined or taken.passed_over or not _elements(platform, loads(body)), "all is gone"
    database.close()
    return taken


def _elements(platform: Platform, value: Any) -> list[Sequence[Any]]:
    """Each element of a delivery after all that it stands in, found without our reader."""
    found = [list(_at(path, [value])) for path in PLACES[platform]]
    one_list = platform is Platform.BLUESKY  # an answer to our own question is one list
    return next(filter(None, found), []) if one_list else [element for some in found for element in some]


def _at(path: Sequence[str], chain: Sequence[Any]) -> Iterator[Sequence[Any]]:
    if not path:
        yield chain
        return
    name, here = path[0], chain[-1]
    if name == "*":
        inner = here if isinstance(here, list) else [here] if isinstance(here, dict) else []
    else:
        inner = [here[name]] if isinstance(here, dict) and name in here else []
    for one in inner:
        yield from _at(path[1:], [*chain, one])


def _inside(value: Any) -> Iterator[Any]:
    """Every object and list in a value; of anything smaller there is only one in the whole process."""
    if isinstance(value, dict | list):
        yield value
        for inner in value.values() if isinstance(value, dict) else value:
            yield from _inside(inner)


def _check_nothing_passed_over(platform: Platform, value: Any, parts: list[Part]) -> None:
    """What a part was read from is the element, holds it, or stands in it."""
    kept = {id(part.fragment) for part in parts}
    for chain in _elements(platform, value):
        around = {id(one) for one in (*chain, *_inside(chain[-1]))}
        assert kept & around, "an element of a delivery came to nothing"


def _check_kept(part: Part, store: SqliteStore) -> None:
    said = part.said
    if isinstance(said, Event) and said.event in {EventKind.ECHO, EventKind.IGNORED}:
        assert said.text is None or said.event is EventKind.ECHO, "somebody's words are in nobody's hands"
        return
    if isinstance(said, Event) and said.id is not None and said.account in ACCOUNTS[said.platform]:
        case = store.case(case_id(said.platform, said.account, said.id))
        assert case is not None
        assert case.revisions[event_hash(said)].event.text == said.text
        return
    fragment = part.fragment if isinstance(part.fragment, str) else json.dumps(part.fragment, ensure_ascii=False)
    assert fragment in {kept.fragment for kept in store.quarantined(MOST)}
