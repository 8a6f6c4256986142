"""Servers and emulators as children of the benchmark, on free ports of loopback, each stopped by its process id."""

import http.client
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from uuid import uuid4

from infra.bench.load import Load, Outcome
from infra.manifests import ROOT

READY_SECONDS = 60.0
STOP_SECONDS = 10.0
POLL_SECONDS = 0.002
PRODUCTION = {"WORKERS": "1", "THREADS": "8"}


@dataclass(frozen=True, slots=True)
class Server:
    """One function under functions-framework's own runner."""

    process: "subprocess.Popen[bytes]"
    port: int

    def load(self, connections: int, seconds: float) -> Outcome:
        """Put load on it from a process of its own. Raises `CalledProcessError` when that fails."""
        load = Load(self.port, connections, seconds, f"{uuid4().hex[:8]}-")
        command = [sys.executable, "-m", "infra.bench.load", json.dumps(asdict(load))]
        limit = seconds + READY_SECONDS
        done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, timeout=limit, check=True)  # noqa: S603 - our own program
        return Outcome(**json.loads(done.stdout))

    def ask(self, method: str, path: str, body: bytes = b"", headers: Mapping[str, str] | None = None) -> int:
        """The status of one request on a connection of its own. Raises `OSError` when nobody answers."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=READY_SECONDS)
        try:
            connection.request(method, path, body, dict(headers or {}))
            answer = connection.getresponse()
            answer.read()
            return answer.status
        finally:
            connection.close()

    def until_answered(
        self, method: str, path: str, body: bytes = b"", headers: Mapping[str, str] | None = None, status: int = 200
    ) -> None:
        """Ask again until the answer is `status`. Raises `TimeoutError` after a minute, or when the server is gone."""
        until = time.monotonic() + READY_SECONDS
        while time.monotonic() < until and self.process.poll() is None:
            try:
                if self.ask(method, path, body, headers) == status:
                    return
            except OSError:
                pass
            time.sleep(POLL_SECONDS)
        raise TimeoutError("the server never answered as it should: see its log")

    @property
    def resident_mib(self) -> float:
        """Memory of the worker, which is the only child of the runner, in MiB."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text("ascii")
        status = Path(f"/proc/{children.split()[0]}/status").read_text("ascii")
        return int(status.partition("VmRSS:")[2].split()[0]) / 1024


@contextmanager
def server(target: str, source: Path, folder: Path, environment: Mapping[str, str]) -> Iterator[Server]:
    """Start a function and hand it over at once, ready or not."""
    port = free_port()
    runner = str(Path(sys.executable).with_name("functions-framework"))
    command = [runner, "--target", target, "--source", str(source), "--host", "127.0.0.1", "--port", str(port)]
    kept = {name: value for name, value in os.environ.items() if not name.startswith("SIGNPOST_")}
    with (folder / f"{target}.log").open("ab") as log:
        env = {**kept, **PRODUCTION, **environment}
        process = subprocess.Popen(command, cwd=ROOT, env=env, stdout=log, stderr=log)  # noqa: S603 - our own function
    with stopped(process):
        yield Server(process, port)


@contextmanager
def stopped(process: "subprocess.Popen[bytes]") -> Iterator[None]:
    """Stop a child at the end, by its id, and wait for it."""
    try:
        yield
    finally:
        process.terminate()
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(STOP_SECONDS)


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
