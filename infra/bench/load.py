"""The load: one process, a few connections that are kept open, one signed delivery after another on each.

It runs as a child, `python -m infra.bench.load`, so that it shares no interpreter with anything it measures. What
it posts is signed before the clock starts.
"""

import asyncio
import json
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from typing import cast

from infra.bench.deliveries import delivery, request
from infra.bench.figures import percentile

SIGNED_A_SECOND = 2500  # more than any server here answers
GRACE = 10.0


@dataclass(frozen=True, slots=True)
class Load:
    """What to do: where, on how many connections, for how many seconds. `prefix` makes the ids its own."""

    port: int
    connections: int
    seconds: float
    prefix: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of it: answers a second, times in milliseconds, and how many answers were not 200."""

    a_second: float
    p50_ms: float
    p99_ms: float
    worst_ms: float
    failed: int


@dataclass(slots=True)
class _Tally:
    took: list[float] = field(default_factory=list)
    failed: int = 0


class _Caller(asyncio.Protocol):
    """One connection: the next delivery as soon as the last one is answered, until time is up."""

    def __init__(self, requests: Iterator[bytes], until: float, tally: _Tally) -> None:
        self._requests = requests
        self._until = until
        self._tally = tally
        self._answer = b""
        self._sent_at = 0.0
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """asyncio says that the connection stands."""
        self._transport = cast("asyncio.Transport", transport)
        self._next()

    def data_received(self, data: bytes) -> None:
        """asyncio hands over what came."""
        self._answer += data
        if not _is_whole(self._answer):
            return
        self._tally.took.append(time.perf_counter() - self._sent_at)
        self._tally.failed += not self._answer.startswith(b"HTTP/1.1 200 ")
        self._next()

    def connection_lost(self, _: Exception | None) -> None:
        """asyncio says that the connection is gone: too early, unless we closed it."""
        if not self.done.done():
            self._tally.failed += 1
            self.done.set_result(None)

    def _next(self) -> None:
        self._answer = b""
        following = next(self._requests, None) if time.perf_counter() < self._until else None
        if following is None:
            self.done.set_result(None)
            self._transport.close()
            return
        self._sent_at = time.perf_counter()
        self._transport.write(following)


def outcome(took: list[float], failed: int, seconds: float) -> Outcome:
    """The figures of one load from the seconds that each answer took. Raises `ValueError` when there was none."""
    return Outcome(
        a_second=(len(took) - failed) / seconds,
        p50_ms=percentile(took, 0.5) * 1000,
        p99_ms=percentile(took, 0.99) * 1000,
        worst_ms=max(took) * 1000,
        failed=failed,
    )


async def run(load: Load, requests: Iterator[bytes]) -> Outcome:
    """Post until time is up. Raises `OSError` when nobody listens."""
    tally, started, loop = _Tally(), time.perf_counter(), asyncio.get_running_loop()
    callers = [_Caller(requests, started + load.seconds, tally) for _ in range(load.connections)]
    for caller in callers:
        await loop.create_connection(lambda caller=caller: caller, "127.0.0.1", load.port)  # type: ignore[misc]
    await asyncio.wait_for(asyncio.gather(*(caller.done for caller in callers)), load.seconds + GRACE)
    return outcome(tally.took, tally.failed, time.perf_counter() - started)


def _is_whole(answer: bytes) -> bool:
    head, separator, body = answer.partition(b"\r\n\r\n")
    if not separator:
        return False
    length = head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0]
    return len(body) >= int(length or 0)


def main() -> None:
    """Read a `Load` as JSON from the first argument, print an `Outcome` as JSON."""
    load = Load(**json.loads(sys.argv[1]))
    now, count = int(time.time()), int(load.seconds * SIGNED_A_SECOND)
    signed = [request(delivery(load.prefix, number, 1, now)) for number in range(count)]
    sys.stdout.write(json.dumps(asdict(asyncio.run(run(load, iter(signed))))))


if __name__ == "__main__":
    main()
