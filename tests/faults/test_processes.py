"""The running server killed under load, stopped under load, and its secret renewed under load."""

import json
import os
import signal
import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from random import Random
from threading import Event

import pytest

from tests.faults.budget import KILLS
from tests.faults.burst import Burst, Told, rows
from tests.local.server import Server, start
from tests.rig import NIGHT

BETWEEN = timedelta(minutes=1)  # 200 rounds end in the same night
AFTER = timedelta(minutes=10)  # everything that waits is due by then


@pytest.fixture
def told() -> Iterator[Told]:
    with Told() as server:
        yield server
        server.shutdown()


def running(data: Path, told: Told, after: timedelta) -> Server:
    settings = {"SIGNPOST_APIS": json.dumps({"facebook": told.address})}
    return start(data, (NIGHT + after).isoformat(), **settings)


def kill(server: Server) -> None:
    """The whole of it, as a machine that goes away: the master first, so that it starts no new worker."""
    process = server.process.pid
    children = Path(f"/proc/{process}/task/{process}/children").read_text(encoding="ascii").split()
    server.process.kill()
    for child in children:
        with suppress(ProcessLookupError):
            os.kill(int(child), signal.SIGKILL)
    server.process.wait(timeout=10)


def loaded(server: Server, burst: Burst, rng: Random) -> Iterator[None]:
    """Under load up to a moment that the seed decides; after the caller's turn the load ends."""
    enough = Event()
    threads = burst.run(server, enough, burst.statuses[200] + rng.randint(1, 80))
    assert enough.wait(60), "nothing was answered"
    time.sleep(rng.random() / 50)  # between two answers too
    yield
    for thread in threads:
        thread.join(30)
        assert not thread.is_alive()


def drained(data: Path, server: Server) -> bool:
    """Swept until nothing waits any more. False when nothing has moved for 100 rounds."""
    waiting = (
        "SELECT id FROM cases WHERE pending_since IS NOT NULL UNION SELECT id FROM actions WHERE state = 'reserved'"
    )
    import httpx

    least, still = len(rows(data, waiting)), 0
    while least and still < 100:
        httpx.post(f"{server.address}/sweep", timeout=20)
        left = len(rows(data, waiting))
        least, still = (left, 0) if left < least else (least, still + 1)
        time.sleep(0.3)
    return not least


def settled(data: Path, told: Told, burst: Burst, after: timedelta) -> None:
    """Started once more and given time: nothing that was answered 200 is lost, nobody was written to twice."""
    server = running(data, told, after)
    try:
        burst.again(server)
        assert drained(data, server)
    finally:
        server.stop()
    assert rows(data, "PRAGMA integrity_check") == ["ok"]
    assert burst.refused == {}
    assert set(burst.answered) <= set(rows(data, "SELECT message FROM cases WHERE state IS NOT NULL"))
    assert [count for count in told.people.values() if count > 1] == []
    unknown = len(rows(data, "SELECT id FROM actions WHERE state IN ('unknown', 'sending')"))
    assert len(told.people) + unknown >= len(burst.answered)
    log = server.log.read_text(encoding="utf-8")
    assert "Traceback" not in log


def test_killed_under_load_again_and_again(tmp_path: Path, told: Told) -> None:
    data, burst, rng = tmp_path / "data", Burst(NIGHT), Random(3)
    for number in range(KILLS):
        server = running(data, told, number * BETWEEN)
        for _ in loaded(server, burst, rng):
            kill(server)
    settled(data, told, burst, KILLS * BETWEEN + AFTER)


def test_g25_stopped_under_load(tmp_path: Path, told: Told) -> None:
    data, burst = tmp_path / "data", Burst(NIGHT)
    server = running(data, told, timedelta())
    for _ in loaded(server, burst, Random(5)):
        assert server.stop(signal.SIGTERM) == 0
    settled(data, told, burst, AFTER)


def test_g21_secrets_renewed_in_a_burst(tmp_path: Path, told: Told) -> None:
    """Old, then both with the platform changing over, then the new one alone: nothing is refused on the way."""
    data, signing = tmp_path / "data", [b"local-secret"]
    burst = Burst(NIGHT, lambda: signing[0], stopping=True)
    server = running(data, told, timedelta())
    try:
        enough = Event()
        threads = burst.run(server, enough, 150)
        renew(data, b"new-secret\nlocal-secret\n")
        _after(burst, 50)
        signing[0] = b"new-secret"
        _after(burst, 100)
        renew(data, b"new-secret\n")
        for thread in threads:
            thread.join(30)
            assert not thread.is_alive()
        assert set(burst.statuses) == {200}
        _, body = burst._next()
        assert server.deliver(body, b"local-secret").status_code == 401
        assert server.deliver(body, b"new-secret").status_code == 200
    finally:
        server.stop()


def renew(data: Path, values: bytes) -> None:
    """As a mounted secret changes: from one moment to the next."""
    path = data / "secrets" / "meta-signing"
    path.with_suffix(".new").write_bytes(values)
    path.with_suffix(".new").replace(path)


def _after(burst: Burst, count: int) -> None:
    for _ in range(600):
        if burst.statuses[200] >= count:
            return
        time.sleep(0.05)
    raise AssertionError("the burst came to nothing")
