"""What is too long for one document or one commit is kept whole, on every store."""

import gzip
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

import pytest

from shared.adapters import codec
from shared.adapters.firestore import FirestoreStore, packing
from shared.adapters.sqlite import Database, SqliteStore
from shared.domain.assessment import Assessment, Priority
from shared.domain.case import Case, Revision
from shared.domain.message import Author, Event, EventKind, Kind, Platform
from shared.domain.taking import take
from shared.ports import Arrival, Quarantine, Store, Transaction

NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
MIB = 1024 * 1024


@pytest.fixture(params=("sqlite", "firestore"))
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    if request.param == "sqlite":
        return SqliteStore(Database(tmp_path / "s.sqlite3"))
    made: Store = request.getfixturevalue("firestore_store")
    return made


def noise(length: int, seed: int = 1) -> str:
    """Text that does not compress to nothing."""
    return Random(seed).randbytes(length // 2).hex()


def revision(text: str, event: EventKind = EventKind.POSTED, *, raw: str = "{}", minute: int = 0) -> Revision:
    at = NOW + timedelta(minutes=minute)
    said = Event(event, Platform.FACEBOOK, "page", "m", Kind.COMMENT, text, Author("a"), "c", "p", at)
    found = Assessment(Priority.NORMAL, True, NOW, None, (), "1", "1", at)
    return Revision(said, NOW, "digest", raw, found)


def arrival(id: str, revisions: dict[str, Revision]) -> Arrival:
    return Arrival(id, Platform.FACEBOOK, "page", "m-" + id, revisions, None, NOW)


def read(store: Store, id: str) -> Case:
    """The case, which reads the same inside and outside a transaction."""
    found = store.case(id)
    assert found is not None
    assert store.transact(lambda tx: tx.case(id)) == found
    return found


def settle(store: Store, id: str) -> None:
    def work(tx: Transaction) -> None:
        case = tx.case(id)
        assert case is not None
        tx.put_case(take(case, NOW, lambda at: at))

    store.transact(work)


def test_a_text_of_8_mib(store: Store) -> None:
    long = revision(noise(8 * MIB), raw=noise(8 * MIB, seed=2))
    store.merge([arrival("long", {"r1": long}), arrival("short", {"r1": revision("short")})], [])
    assert read(store, "long").revisions == {"r1": long}
    settle(store, "long")
    assert [case.id for case in store.queue(5)] == ["long"]
    assert store.queue(5)[0].revisions == {"r1": long}
    assert read(store, "short").revisions == {"r1": revision("short")}


def test_a_fragment_of_8_mib_in_quarantine(store: Store) -> None:
    kept = [Quarantine(f"q{n}", Platform.FACEBOOK, None, "why", noise(n * 4 * MIB + 40), NOW) for n in range(3)]
    store.merge([], kept)
    assert store.quarantined(5) == kept


def test_a_case_edited_5000_times(store: Store) -> None:
    edits = {f"r{n:04}": revision(f"{n} {noise(600, n)}", EventKind.EDITED, minute=n) for n in range(1, 5001)}
    store.merge([arrival("c1", {"r0000": revision("first")})], [])
    keys = sorted(edits)
    for at in range(0, 5000, 1000):
        store.merge([arrival("c1", {key: edits[key] for key in keys[at : at + 1000]})], [])
    settle(store, "c1")
    case = read(store, "c1")
    assert len(case.revisions) == len(case.taken) == 5001
    assert case.latest == edits["r5000"]
    store.merge([arrival("c1", {"r5001": revision("one more", EventKind.EDITED, minute=9000)})], [])
    settle(store, "c1")
    assert len(read(store, "c1").taken) == 5002


def test_a_case_posted_in_many_versions_is_never_full(store: Store) -> None:
    versions = {f"r{n}": revision(noise(28_000, n)) for n in range(45)}
    for key, made in versions.items():
        store.merge([arrival("c1", {key: made})], [])
    assert read(store, "c1").revisions == versions


def test_many_short_edits_leave_the_document_of_the_case_small(firestore_store: FirestoreStore) -> None:
    """All of them together would be more than 900 kB, and less than where Firestore itself says no."""
    edits = {f"r{n:03}": revision(noise(1800, n), EventKind.EDITED, minute=n) for n in range(400)}
    firestore_store.merge([arrival("c1", {"first": revision("first")})], [])
    firestore_store.merge([arrival("c1", {key: made}) for key, made in edits.items()], [])
    together = sum(len(codec.revision.dump_json(made)) for made in edits.values())
    assert 900_000 < together < MIB
    case = firestore_store._client.collection("cases").document("c1").get().to_dict() or {}
    assert case["beside"] is True
    assert packing.Write("cases", "c1", case).weight < 10_000
    assert len(read(firestore_store, "c1").revisions) == 401


def test_1000_events_of_8_kb(store: Store) -> None:
    events = [arrival(f"c{n:03}", {"r": revision(noise(8000, n), raw=noise(8000, n))}) for n in range(1000)]
    store.merge(events, [])
    store.merge(events, [])
    found = {case.id: case.revisions for case in store.pending(2000)}
    assert found == {made.case: made.revisions for made in events}


def test_a_list_keeps_its_order_and_every_revision(store: Store) -> None:
    """Also of cases whose revisions stand beside them, and more of them than one query names."""
    names = [f"c{n:02}" for n in range(70)]
    Random(1).shuffle(names)
    for n, name in enumerate(names):
        edit = revision(f"edited {name}", EventKind.EDITED, minute=1)
        made = arrival(name, {"r1": revision(name)} | ({"r2": edit} if n % 2 else {}))
        since = NOW + timedelta(seconds=n)
        store.merge([Arrival(name, made.platform, "page", name, made.revisions, None, since)], [])
    cases = store.pending(100)
    assert [case.id for case in cases] == names
    assert [len(case.revisions) for case in cases] == [1, 2] * 35
    assert [case.latest.event.text for case in cases if case.latest][:4] == [
        names[0], f"edited {names[1]}", names[2], f"edited {names[3]}"
    ]  # fmt: skip


def test_a_redelivery_cut_between_two_commits_never_mixes_its_pieces_with_the_old_ones() -> None:
    """The second delivery has other times in it, so its bytes differ: its pieces are its own."""
    old, new = (noise(3 * MIB, seed).encode() for seed in (1, 2))
    fields, pieces = packing.packed("c1", old)
    _, later = packing.packed("c1", new)
    kept = {piece.id: piece.document["data"] for piece in (*pieces, *later[:2])}
    assert packing.unpacked(fields, kept) == old
    assert all(piece.document["owner"] == "c1" for piece in pieces)


def test_short_bodies_are_in_no_pieces() -> None:
    fields, pieces = packing.packed("c1", b"short")
    assert (gzip.decompress(fields["body"]), pieces) == (b"short", [])
