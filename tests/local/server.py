"""`make run`'s server as a child process on a free port, stopped by its process id."""

import os
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from infra.manifests import ROOT
from infra.signing import meta as sign

READY_SECONDS = 60.0


@dataclass
class Server:
    """One running server."""

    process: "subprocess.Popen[bytes]"
    address: str
    log: Path

    def get(self, path: str, **options: Any) -> httpx.Response:
        return httpx.get(self.address + path, timeout=20.0, **options)

    def deliver(self, body: bytes, secret: bytes = b"local-secret") -> httpx.Response:
        return httpx.post(f"{self.address}/facebook", content=body, headers=sign(body, secret), timeout=20.0)

    def eventually(self, path: str, holds: Any) -> httpx.Response:
        """Ask until the answer is as expected; the last answer either way."""
        until = time.monotonic() + READY_SECONDS
        answer = self.get(path)
        while not holds(answer) and time.monotonic() < until:
            time.sleep(0.1)
            answer = self.get(path)
        assert holds(answer), f"{path} never became what it should"
        return answer

    def stop(self, number: signal.Signals = signal.SIGINT) -> int:
        """Ctrl-C, as a terminal sends it: to all of its processes at once; the exit status."""
        os.killpg(self.process.pid, number)
        return self.process.wait(timeout=30)


def start(data: Path, clock: str | None = None, **settings: str) -> Server:
    """Start and wait until it is healthy. `settings` are further variables of its environment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    env = {key: value for key, value in os.environ.items() if not key.startswith("SIGNPOST_")}
    env |= {"PORT": str(port), "SIGNPOST_DATA": str(data)} | ({"SIGNPOST_CLOCK": clock} if clock else {}) | settings
    log = data.with_suffix(".log")
    with log.open("ab") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "infra.local"],
            cwd=ROOT,
            env=env,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    server = Server(process, f"http://127.0.0.1:{port}", log)
    until = time.monotonic() + READY_SECONDS
    while time.monotonic() < until and process.poll() is None:
        try:
            if server.get("/health").status_code == 200 and b"is running" in log.read_bytes():
                return server
        except httpx.HTTPError:
            pass
        time.sleep(0.1)
    process.kill()
    process.wait(timeout=10)
    raise AssertionError(f"the server did not become ready:\n{log.read_text(encoding='utf-8')}")
