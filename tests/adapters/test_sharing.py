"""Who waits together shares one call of Google's, and each learns whether it was confirmed."""

import json
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from threading import Event
from typing import Any

import grpc
import pytest
from google.cloud.firestore_v1.types import CommitRequest
from google.pubsub_v1.types import PublishRequest

from shared.adapters.firestore.intake import FirestoreIntake
from shared.adapters.pubsub import PubSubQueue
from shared.adapters.sharing import Shared
from shared.domain.message import Platform
from shared.ports import Notice, Quarantine, QueueUnavailable, StoreUnavailable

SECONDS = 30
WRITERS = 6


class Lost(grpc.RpcError):  # type: ignore[misc]
    """What gRPC raises, as much of it as is read."""

    def __init__(self, code: grpc.StatusCode) -> None:
        super().__init__()
        self._code = code

    def code(self) -> grpc.StatusCode:
        return self._code


class Channel:
    """A channel, as far as the queue uses it: the first call waits until it is let go."""

    def __init__(self) -> None:
        self.calls: list[list[str]] = []
        self.inside, self.go = Event(), Event()
        self.broken = False

    def unary_unary(self, method: str) -> Callable[..., None]:
        assert method.endswith("/Publish")
        return self._publish

    def _publish(self, request: bytes, **_: Any) -> None:
        asked = PublishRequest.deserialize(request)
        self.calls.append([json.loads(message.data)["case"] for message in asked.messages])
        if len(self.calls) == 1:
            self.inside.set()
            assert self.go.wait(SECONDS)
        elif self.broken:
            raise Lost(grpc.StatusCode.UNAVAILABLE)


def together(channel: Channel) -> list["Future[None]"]:
    """One publisher, and several more that come while it is under way."""
    queue = PubSubQueue(channel, "demo")
    with ThreadPoolExecutor(WRITERS + 1) as pool:
        first = pool.submit(queue.publish, "t", [Notice({"case": "first"})])
        assert channel.inside.wait(SECONDS)
        futures = [pool.submit(queue.publish, "t", [Notice({"case": str(n)})]) for n in range(WRITERS)]
        while len(queue._topics["t"]._waiting) < WRITERS:
            assert not any(future.done() for future in futures)
        channel.go.set()
        first.result(SECONDS)
    return futures


def test_who_comes_meanwhile_shares_the_next_call() -> None:
    channel = Channel()
    assert [future.result() for future in together(channel)] == [None] * WRITERS
    assert [sorted(call) for call in channel.calls] == [["first"], [str(n) for n in range(WRITERS)]]


def test_a_call_that_fails_is_told_to_everybody_in_it_and_to_nobody_else() -> None:
    channel = Channel()
    channel.broken = True
    told = [future.exception() for future in together(channel)]
    assert all(isinstance(error, QueueUnavailable) for error in told)
    assert [str(error) for error in told] == ["UNAVAILABLE"] * WRITERS


def test_who_comes_alone_waits_for_nobody_and_after_a_failure_it_works_again() -> None:
    done: list[list[int]] = []

    def work(items: list[int]) -> None:
        done.append(items)
        if items == [1]:
            raise KeyError

    shared = Shared(work)
    with pytest.raises(KeyError):
        shared.do(1)
    shared.do(2)
    assert done == [[1], [2]]


@dataclass
class Refusing:
    """A channel to Firestore that says no to a commit which holds `bad`. The first waits until it is let go."""

    commits: list[list[str]] = field(default_factory=list)
    inside: Event = field(default_factory=Event)
    go: Event = field(default_factory=Event)

    def unary_unary(self, method: str) -> Callable[..., None]:
        assert method.endswith("/Commit")
        return self._commit

    def _commit(self, request: bytes, **_: Any) -> None:
        asked = CommitRequest.deserialize(request)
        self.commits.append([write.update.name.rpartition("/")[2] for write in asked.writes])
        if len(self.commits) == 1:
            self.inside.set()
            assert self.go.wait(SECONDS)
        if "bad" in self.commits[-1]:
            raise Lost(grpc.StatusCode.INVALID_ARGUMENT)


def test_deliveries_that_come_at_once_share_a_commit_and_a_bad_one_costs_the_others_nothing() -> None:
    channel = Refusing()
    intake = FirestoreIntake(channel, "projects/demo/databases/(default)", ())
    ids = ["1", "bad", "3"]
    with ThreadPoolExecutor(len(ids) + 1) as pool:
        first = pool.submit(intake.merge, [], [kept("first")])
        assert channel.inside.wait(SECONDS)
        futures = [pool.submit(intake.merge, [], [kept(id_)]) for id_ in ids]
        while len(intake._commits._waiting) < len(ids):
            assert not any(future.done() for future in futures)
        channel.go.set()
        first.result(SECONDS)
    told = [future.exception() for future in futures]
    assert [type(error) for error in told] == [type(None), StoreUnavailable, type(None)]
    assert str(told[1]) == "INVALID_ARGUMENT"
    assert [sorted(commit) for commit in channel.commits[:2]] == [["first"], ["1", "3", "bad"]]
    assert sorted(channel.commits[2:]) == [["1"], ["3"], ["bad"]], "then each for itself"


def kept(id_: str) -> Quarantine:
    """A fragment for a person."""
    return Quarantine(id_, Platform.FACEBOOK, None, "unknown verb", "{}", datetime(2026, 11, 24, tzinfo=UTC))
