"""Every query the store makes has its index in `infra/firestore.indexes.json`: the emulator would not tell us."""

import json
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

import pytest

from infra.manifests import ROOT
from shared.domain.case import Case
from shared.domain.message import Platform
from shared.ports import Store
from tests.counts.conftest import Cloud
from tests.counts.scenes import batch, deliver, take
from tests.rig import NIGHT, OPEN, comment, page

DEFINED = json.loads((ROOT / "infra/firestore.indexes.json").read_text(encoding="utf-8"))
DIRECTIONS = {1: "ASCENDING", 2: "DESCENDING"}
EQUAL, IN = 5, 8  # operators of a field filter that need no order
HIDDEN = (
    "cases/revisions",
    "cases/decided",
    "cases/fingerprint",
    "cases/reply_to",
    "actions/body",
    "audit/body",
    "quarantine/body",
    "revisions/body",
    "alerts/body",
    "channels/cursor",
    "channels/session",
)


def ask_everything(store: Store) -> None:
    """Every read there is."""
    case = Case("c", Platform.FACEBOOK, "page", "m", conversation="c", at=OPEN)
    for name in ("queue", "reading", "pending", "closed", "unsettled", "quarantined"):
        getattr(store, name)(5)
    store.stuck_cases(OPEN + timedelta(hours=1), 5)
    store.stuck_actions(OPEN, 5)
    store.due_by(OPEN, 5)
    store.conversation(case, 5)
    store.earlier(case, 5)
    store.same_words("f", OPEN, NIGHT, 5)
    store.replies_to("r", OPEN, NIGHT, 5)
    store.channels()
    store.channel(Platform.FACEBOOK, "page")
    store.open_alerts(5)
    store.last_beat("sweep")
    store.actions_of("c")
    store.audit_of("c")
    store.case("c")
    store.transact(lambda tx: (tx.case("c"), tx.action("a"), tx.actions_in("g"), tx.alert("a")))


def filters(where: Any) -> list[Any]:
    """The field filters of a query."""
    if where.WhichOneof("filter_type") == "composite_filter":
        return [inner.field_filter for inner in where.composite_filter.filters]
    return [where.field_filter] if where.WhichOneof("filter_type") else []


def needed(query: Any) -> tuple[str, frozenset[str], list[tuple[str, str]]]:
    """The collection of a query, the fields it fixes, and the fields it orders by or compares."""
    found = filters(query.where)
    fixed = frozenset(f.field.field_path for f in found if f.op in (EQUAL, IN))
    ordered = [(o.field.field_path, DIRECTIONS[o.direction]) for o in query.order_by]
    ranged = [(f.field.field_path, "ASCENDING") for f in found if f.op not in (EQUAL, IN)]
    order = [pair for pair in ordered or ranged if pair[0] != "__name__"]
    assert {name for name, _ in ranged} <= {name for name, _ in order}
    return query.from_[0].collection_id, fixed, order


def covered(query: Any, defined: Mapping[str, Any]) -> bool:
    """Whether an index serves the query: one field's own, or a composite one of exactly these fields."""
    collection, fixed, order = needed(query)
    names = [*fixed, *(name for name, _ in order)]
    if not names:  # all of a collection, in the order of its ids
        return True
    if len(names) == 1:
        return not any(
            o["collectionGroup"] == collection and o["fieldPath"] == names[0] for o in defined["fieldOverrides"]
        )
    return any(
        index["collectionGroup"] == collection and _serves(index["fields"], fixed, order)
        for index in defined["indexes"]
    )


def _serves(fields: Sequence[Mapping[str, str]], fixed: frozenset[str], order: list[tuple[str, str]]) -> bool:
    first, rest = fields[: len(fixed)], fields[len(fixed) :]
    same = {f["fieldPath"] for f in first} == fixed
    return same and [(f["fieldPath"], f["order"]) for f in rest] == order


@pytest.fixture
def asked(cloud: Cloud) -> list[Any]:
    """The queries of every read, and of the flow."""
    deliver(cloud.store, cloud.queue, batch(2, at=NIGHT), NIGHT)
    deliver(cloud.store, cloud.queue, page(comment("Changed", at=NIGHT, id="1_0", verb="edited")), NIGHT)
    take(cloud.store, cloud.queue, now=NIGHT)
    ask_everything(cloud.store)
    return cloud.meter.queries


def test_every_query_has_its_index(asked: list[Any]) -> None:
    assert len(asked) >= 17
    missing = [needed(query) for query in asked if not covered(query, DEFINED)]
    assert missing == []


def test_no_index_is_kept_that_no_query_needs(asked: list[Any]) -> None:
    unused = []
    for index in DEFINED["indexes"]:
        others = {**DEFINED, "indexes": [other for other in DEFINED["indexes"] if other != index]}
        if all(covered(query, others) for query in asked):
            unused.append(index)
    assert unused == []


@pytest.mark.parametrize("place", HIDDEN)
def test_what_people_wrote_is_in_no_index(place: str) -> None:
    collection, path = place.split("/")
    assert {"collectionGroup": collection, "fieldPath": path, "indexes": []} in DEFINED["fieldOverrides"]


def test_every_index_is_of_the_standard_form() -> None:
    assert set(DEFINED) == {"indexes", "fieldOverrides"}
    for index in DEFINED["indexes"]:
        assert set(index) == {"collectionGroup", "queryScope", "fields"}
        assert index["queryScope"] == "COLLECTION"
        assert all(field["order"] in DIRECTIONS.values() for field in index["fields"])
