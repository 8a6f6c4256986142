"""What is signed is kept, however odd; and slow senders keep nobody else waiting."""

import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from tests.hostile import canaries
from tests.hostile.served import Served, request, statuses
from tests.hostile.test_raw_sockets import CHUNKED, MIB, quiet
from tests.rig import OPEN

BODIES = canaries.bodies(OPEN)
EMPTY = b'{"object":"page","entry":[]}'
SLOW = 50
SECONDS = 4


def kept(served: Served) -> set[str]:
    """All that a person can find, by id."""
    store = served.store
    cases = {revision.raw for case in store.pending(1000) for revision in case.revisions.values()}
    return cases | {entry.fragment for entry in store.quarantined(1000)}


@pytest.mark.parametrize("name", BODIES)
def test_what_is_signed_is_stored_or_in_quarantine(facebook: Served, name: str) -> None:
    before = kept(facebook)
    assert facebook.deliver(BODIES[name], b"a wrong secret") == 401
    assert kept(facebook) == before
    assert [facebook.deliver(BODIES[name]) for _ in range(2)] == [200, 200]
    added = kept(facebook) - before
    assert added, "a signed delivery left nothing behind"
    assert any(canaries.WORD in piece.replace("\x00", "") or "sha256" in piece for piece in added)
    quiet(facebook)


def test_a_deep_body_is_kept_whole(facebook: Served) -> None:
    facebook.deliver(BODIES["deep"])
    pieces = [e.fragment for e in facebook.store.quarantined(1000) if e.fragment.startswith("[[[[")]
    assert sum(map(len, pieces)) >= 200_000


@pytest.fixture
def slow(facebook: Served) -> Iterator[list[socket.socket]]:
    """Connections that will each say something, a byte at a time."""
    with ExitStack() as stack:
        yield [stack.enter_context(facebook.connect(20.0)) for _ in range(SLOW)]


def test_slow_senders_keep_nobody_waiting(facebook: Served, slow: list[socket.socket]) -> None:
    """Half of them dawdle over the head, half over the body. Every second somebody else is answered."""
    whole = request(EMPTY)
    tail = 20
    for connection in slow[::2]:
        connection.sendall(whole[:-tail])
    for second in range(SECONDS):
        for number, connection in enumerate(slow):
            start = second + (0 if number % 2 else len(whole) - tail)
            connection.sendall(whole[start : start + 1])
        assert facebook.deliver(EMPTY) == 200
        time.sleep(1)
    for connection in slow[::2]:
        connection.sendall(whole[SECONDS - tail :])
    assert [statuses(connection.recv(4096)) for connection in slow[::2]] == [[200]] * (SLOW // 2)


def test_a_sender_without_end_is_stopped(facebook: Served) -> None:
    """It is told 413 and then hung up on; what it goes on saying is not kept."""
    with facebook.connect(20.0) as connection:
        connection.sendall(request(b"", CHUNKED))
        sent = 0
        try:
            while sent < 1000:
                connection.sendall(b"100000\r\n" + MIB + b"\r\n")
                sent += 1
        except OSError:
            pass
    assert sent < 1000, "it would read for ever"
    assert facebook.deliver(EMPTY) == 200
