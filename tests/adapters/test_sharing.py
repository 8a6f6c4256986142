"""Publishers that wait together share one call of Pub/Sub, and each learns whether it was confirmed."""

import json
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Event
from typing import Any

import pytest
from google.api_core.exceptions import ServiceUnavailable

from shared.adapters.pubsub import PubSubQueue
from shared.adapters.sharing import Shared
from shared.ports import Notice, QueueUnavailable

SECONDS = 30
WRITERS = 6


class Client:
    """Google's publisher, as far as the queue calls it: the first call waits until it is let go."""

    def __init__(self) -> None:
        self.calls: list[list[str]] = []
        self.inside, self.go = Event(), Event()
        self.broken = False

    def publish(self, *, topic: str, messages: list[Any], **_: Any) -> None:
        self.calls.append([json.loads(message.data)["case"] for message in messages])
        if len(self.calls) == 1:
            self.inside.set()
            assert self.go.wait(SECONDS)
        elif self.broken:
            raise ServiceUnavailable("away")  # type: ignore[no-untyped-call]


def together(client: Client) -> list["Future[None]"]:
    """One publisher, and several more that come while it is under way."""
    queue: Any = PubSubQueue(client, "demo")  # type: ignore[arg-type]
    with ThreadPoolExecutor(WRITERS + 1) as pool:
        first = pool.submit(queue.publish, "t", [Notice({"case": "first"})])
        assert client.inside.wait(SECONDS)
        futures = [pool.submit(queue.publish, "t", [Notice({"case": str(n)})]) for n in range(WRITERS)]
        while len(queue._topics["t"]._waiting) < WRITERS:
            assert not any(future.done() for future in futures)
        client.go.set()
        first.result(SECONDS)
    return futures


def test_who_comes_meanwhile_shares_the_next_call() -> None:
    client = Client()
    assert [future.result() for future in together(client)] == [None] * WRITERS
    assert [sorted(call) for call in client.calls] == [["first"], [str(n) for n in range(WRITERS)]]


def test_a_call_that_fails_is_told_to_everybody_in_it_and_to_nobody_else() -> None:
    client = Client()
    client.broken = True
    told = [future.exception() for future in together(client)]
    assert all(isinstance(error, QueueUnavailable) for error in told)
    assert [str(error) for error in told] == ["ServiceUnavailable"] * WRITERS


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
