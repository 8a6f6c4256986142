"""What every store must find around a message: by its traces from the first commit on, and by its conversation."""

import sqlite3
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from shared.adapters.sqlite import Database, SqliteStore
from shared.domain.assessment import Assessment, Priority
from shared.domain.case import Case, Revision, State
from shared.domain.message import Author, Event, EventKind, Kind, Platform
from shared.domain.trace import Trace
from shared.ports import Arrival, Store, Transaction

NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
WORDS, ABOVE = "f" * 64, "a" * 64


@pytest.fixture(params=("sqlite", "firestore"))
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    if request.param == "sqlite":
        return SqliteStore(Database(tmp_path / "s.sqlite3"))
    made: Store = request.getfixturevalue("firestore_store")
    return made


def arrival(id: str, trace: Trace | None, *, text: str = "Words", key: str = "r1") -> Arrival:
    event = Event(EventKind.POSTED, Platform.FACEBOOK, "page", id, Kind.REPLY, text, Author("a"), "c", "p", NOW)
    found = Assessment(Priority.READ, False, None, None, (), "1", "1", NOW)
    made = {key: Revision(event, NOW, "digest", "{}", found)}
    return Arrival(id, Platform.FACEBOOK, "page", id, made, None, NOW, trace)


def traced(store: Store, id: str, minute: float, words: str | None = WORDS, above: str | None = ABOVE) -> None:
    store.merge([arrival(id, Trace(NOW + minute * MINUTE, words, above))], [])


def words(store: Store, since: float = 0, until: float = 60, limit: int = 10, fingerprint: str = WORDS) -> list[str]:
    found = store.same_words(fingerprint, NOW + since * MINUTE, NOW + until * MINUTE, limit)
    return [case.id for case in found]


def replies(store: Store, since: float = 0, until: float = 60, limit: int = 10, above: str = ABOVE) -> list[str]:
    return [case.id for case in store.replies_to(above, NOW + since * MINUTE, NOW + until * MINUTE, limit)]


def place(store: Store, id: str, minute: float, conversation: str = "c") -> Case:
    def work(tx: Transaction) -> Case:
        case = tx.case(id)
        assert case is not None
        at = NOW + minute * MINUTE
        made = replace(case, state=State.READING, at=at, conversation=conversation, pending_since=None, sweep_at=None)
        tx.put_case(made)
        return made

    return store.transact(work)


def test_the_same_words_are_found_before_anybody_has_taken_them_oldest_first(store: Store) -> None:
    for id, minute in (("late", 9), ("early", 1), ("middle", 5)):
        traced(store, id, minute)
    traced(store, "others", 3, words="e" * 64)
    traced(store, "no words", 3, words=None)
    assert words(store) == ["early", "middle", "late"]
    assert words(store, limit=2) == ["early", "middle"]
    assert words(store, fingerprint="0" * 64) == []
    [first, *_] = store.same_words(WORDS, NOW, NOW + 9 * MINUTE, 10)
    assert first == store.case("early")


def test_a_time_has_both_its_ends(store: Store) -> None:
    for id, minute in (("early", 1), ("late", 9)):
        traced(store, id, minute)
    assert words(store, 1, 9) == replies(store, 1, 9) == ["early", "late"]
    assert words(store, 1.001, 9) == replies(store, 1.001, 9) == ["late"]
    assert words(store, 1, 8.999) == replies(store, 1, 8.999) == ["early"]


def test_replies_to_one_message_are_found_and_no_others(store: Store) -> None:
    traced(store, "b", 2, words=None)
    traced(store, "a", 1)
    traced(store, "other", 1, above="b" * 64)
    traced(store, "to nobody", 1, above=None)
    assert replies(store) == ["a", "b"]
    assert replies(store, limit=1) == ["a"]


def test_what_was_taken_edited_or_closed_is_still_found(store: Store) -> None:
    traced(store, "a", 1)
    place(store, "a", 1)
    store.merge([arrival("a", None, text="Other words", key="r2")], [])
    assert words(store) == replies(store) == ["a"]
    [case] = store.same_words(WORDS, NOW, NOW + MINUTE, 1)
    assert set(case.revisions) == {"r1", "r2"}
    assert case.state is State.READING


def test_delivered_again_it_is_found_once_and_words_that_come_later_are_added(store: Store) -> None:
    traced(store, "a", 1, words=None)
    traced(store, "a", 1)
    traced(store, "a", 1, above=None)
    assert words(store) == replies(store) == ["a"]


def test_what_was_kept_before_there_were_traces_is_found_by_none_and_works(store: Store) -> None:
    store.merge([arrival("old", None)], [])
    place(store, "old", 1)
    traced(store, "new", 2)
    assert words(store) == replies(store) == ["new"]
    assert store.case("old") is not None


def test_what_came_earlier_in_a_conversation_is_newest_first(store: Store) -> None:
    for minute in (3, 1, 2, 4):
        traced(store, f"c{minute}", minute)
        place(store, f"c{minute}", minute)
    traced(store, "elsewhere", 1)
    place(store, "elsewhere", 1, "other")
    traced(store, "untaken", 1)
    case = store.case("c3")
    assert case is not None
    assert [other.id for other in store.earlier(case, 5)] == ["c2", "c1"]
    assert [other.id for other in store.earlier(case, 1)] == ["c2"]
    fresh = Case("n", Platform.FACEBOOK, "page", "n", at=NOW + 4 * MINUTE, conversation="c")
    assert [other.id for other in store.earlier(fresh, 2)] == ["c4", "c3"]
    assert store.earlier(replace(fresh, account="other"), 5) == []


def test_a_file_of_an_older_version_is_opened_and_keeps_traces(tmp_path: Path) -> None:
    path = tmp_path / "s.sqlite3"
    old = SqliteStore(Database(path))
    old.merge([arrival("old", None)], [])
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("DROP TABLE traces")
    other.close()
    store = SqliteStore(Database(path))
    traced(store, "new", 1)
    assert words(store) == ["new"]
    assert store.case("old") is not None
