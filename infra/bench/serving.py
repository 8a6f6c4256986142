"""Measures over HTTP: intake under load, one large delivery, cold starts, memory."""

import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from uuid import uuid4

from infra.bench.children import Server
from infra.bench.deliveries import HANDSHAKES, delivery
from infra.bench.figures import Sample, alternately
from infra.bench.load import Outcome
from infra.bench.workshop import Workshop
from infra.local.defaults import SIGNING_SECRET
from infra.signing import meta as sign

WARM_SECONDS = 1.0
BATCH = 1000
MEMORY_BATCH = 100
MEMORY_DELIVERIES = 100_000


class Refused(Exception):
    """A server did not answer 200 to everything, so its speed says nothing."""


def intake_on_sqlite(shop: Workshop, rounds: int, connections: int) -> list[Sample]:
    """Deliveries a second, signed to durable to 200, on SQLite, against a bare function."""
    return _under_load(shop, rounds, connections, {"bare": {}, "facebook": {}})


def intake_on_emulators(shop: Workshop, rounds: int, connections: int) -> list[Sample]:
    """The same on both emulators, against a naive handler."""
    return _under_load(shop, rounds, connections, {"naive": shop.on_emulators, "facebook": shop.on_emulators})


def batches(shop: Workshop, rounds: int) -> list[Sample]:
    """Events a second with 1000 in one delivery, on SQLite, against a bare function that reads the same body."""
    with shop.ready("bare") as bare, shop.ready("facebook") as ours:
        variants = {"floor": lambda: BATCH / _posted(bare, BATCH), "ours": lambda: BATCH / _posted(ours, BATCH)}
        alternately(1, variants)
        return [Sample(took["ours"], took["floor"]) for took in alternately(rounds, variants)]


def handshake(shop: Workshop, rounds: int, platform: str) -> list[Sample]:
    """Milliseconds from the start of the process to the first 200 on a handshake, against a bare function."""
    ask = HANDSHAKES[platform]
    variants = {
        "floor": lambda: _start(shop, "bare", {}, lambda server: server.until_answered("GET", ask)),
        "ours": lambda: _start(shop, platform, {}, lambda server: server.until_answered("GET", ask)),
    }
    alternately(1, variants)
    return [Sample(took["ours"], took["floor"]) for took in alternately(rounds, variants)]


def first_message(shop: Workshop, rounds: int) -> list[Sample]:
    """Milliseconds from the start to the first message stored and published on both emulators, against a naive one."""
    variants = {
        "floor": lambda: _start(shop, "naive", shop.on_emulators, _first_post),
        "ours": lambda: _start(shop, "facebook", shop.on_emulators, _first_post),
    }
    alternately(1, variants)
    return [Sample(took["ours"], took["floor"]) for took in alternately(rounds, variants)]


def memory(shop: Workshop, rounds: int) -> list[Sample]:
    """MiB of one webhook process after 100,000 messages, a hundred in each request, against itself after a fifth."""
    samples = []
    for _ in range(rounds):
        with shop.ready("facebook") as server:
            early = 0.0
            for number in range(MEMORY_DELIVERIES // MEMORY_BATCH):
                if number == MEMORY_DELIVERIES // MEMORY_BATCH // 5:
                    early = server.resident_mib
                _posted(server, MEMORY_BATCH)
            samples.append(Sample(server.resident_mib, early))
    return samples


def _under_load(
    shop: Workshop, rounds: int, connections: int, variants: Mapping[str, Mapping[str, str]]
) -> list[Sample]:
    """The first of `variants` is the floor."""
    floor, ours = variants
    with ExitStack() as stack:
        servers = {name: stack.enter_context(shop.ready(name, env)) for name, env in variants.items()}
        for server in servers.values():
            _loaded(server, connections, WARM_SECONDS)
        runs = {name: _load(server, connections, shop.seconds) for name, server in servers.items()}
        taken = alternately(rounds, runs)
    return [Sample(one[ours].a_second, one[floor].a_second, one[ours].p99_ms) for one in taken]


def _load(server: Server, connections: int, seconds: float) -> Callable[[], Outcome]:
    return lambda: _loaded(server, connections, seconds)


def _loaded(server: Server, connections: int, seconds: float) -> Outcome:
    outcome = server.load(connections, seconds)
    if outcome.failed:
        raise Refused(f"{outcome.failed} answers were not 200")
    return outcome


def _posted(server: Server, count: int) -> float:
    """Seconds of one delivery of `count` messages."""
    body = delivery(f"{uuid4().hex[:8]}-", 0, count, int(time.time()))
    headers = sign(body, SIGNING_SECRET.encode())
    started = time.perf_counter()
    status = server.ask("POST", "/", body, headers)
    if status != 200:
        raise Refused(f"the answer was {status}")
    return time.perf_counter() - started


def _start(shop: Workshop, name: str, env: Mapping[str, str], first: Callable[[Server], None]) -> float:
    """Milliseconds from spawning to the end of `first`."""
    started = time.perf_counter()
    with shop.spawned(name, env) as server:
        first(server)
        return (time.perf_counter() - started) * 1000


def _first_post(server: Server) -> None:
    body = delivery(f"{uuid4().hex[:8]}-", 0, 1, int(time.time()))
    server.until_answered("POST", "/", body, sign(body, SIGNING_SECRET.encode()))
