"""A function served as on Google Cloud, by functions-framework's own gunicorn in a child process; and raw sockets."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from infra.local import defaults
from infra.manifests import ROOT
from infra.signing import meta as sign
from shared.adapters.sqlite import Database, SqliteStore

READY_SECONDS = 60.0
THREADS = 80  # as many as the requests Cloud Run gives one instance at once
SECRET = defaults.SIGNING_SECRET.encode()


@dataclass
class Served:
    """One function and what it wrote."""

    port: int
    data: Path
    log: Path
    process: "subprocess.Popen[bytes]"

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def store(self) -> SqliteStore:
        """What it stored, read from outside."""
        return SqliteStore(Database(self.data / "signpost.sqlite3"))

    def deliver(self, body: bytes, secret: bytes = SECRET) -> int:
        """A signed delivery over an ordinary client; the status."""
        return httpx.post(self.address, content=body, headers=sign(body, secret), timeout=20.0).status_code

    def connect(self, seconds: float = 10.0) -> socket.socket:
        """A connection that gives up after so long."""
        return socket.create_connection(("127.0.0.1", self.port), timeout=seconds)

    def say(self, *pieces: bytes, seconds: float = 10.0) -> bytes:
        """Send these bytes, however wrong; all that comes back until the other side hangs up or time is out."""
        with self.connect(seconds) as connection:
            try:
                for piece in pieces:
                    connection.sendall(piece)
                connection.shutdown(socket.SHUT_WR)
            except OSError:
                pass  # it hung up on us while we were talking
            return _hear(connection)


def request(body: bytes = b"", *headers: str, line: str = "POST / HTTP/1.1", signed: bool = True) -> bytes:
    """An HTTP/1.1 request on one connection; a length is only said where the headers say none."""
    fixed = ["Host: 127.0.0.1", "Connection: close"]
    if signed:
        fixed += [f"{name}: {value}" for name, value in sign(body, SECRET).items()]
    if not any(h.lower().startswith(("content-length", "transfer-encoding")) for h in headers):
        fixed.append(f"Content-Length: {len(body)}")
    return "\r\n".join([line, *fixed, *headers, "", ""]).encode("latin-1") + body


def statuses(answer: bytes) -> list[int]:
    """The status of every answer on a connection."""
    lines = answer.replace(b"\r\n", b"\n").split(b"\n")
    return [int(line.split()[1]) for line in lines if line.startswith(b"HTTP/1.") and len(line.split()) > 1]


@contextmanager
def serving(folder: Path, function: str = "facebook", source: str = "facebook", **env: str) -> Iterator[Served]:
    """Serve one function until the block ends."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    data, log = folder / "data", folder / "output.log"
    data.mkdir()
    clean = {key: value for key, value in os.environ.items() if not key.startswith("SIGNPOST_")}
    settings = clean | defaults.environment(data, port) | {"THREADS": str(THREADS)} | env
    defaults.write_secrets(data / "secrets")
    command = [sys.executable, "-m", "functions_framework", "--target", function, "--host", "127.0.0.1"]
    command += ["--port", str(port), "--source", str(ROOT / "functions" / source / "main.py")]
    with log.open("wb") as output:
        process = subprocess.Popen(command, cwd=ROOT, env=settings, stdout=output, stderr=output)
    served = Served(port, data, log, process)
    try:
        _ready(served)
        yield served
    finally:
        process.terminate()
        process.wait(timeout=30)


def _ready(served: Served) -> None:
    until = time.monotonic() + READY_SECONDS
    while time.monotonic() < until and served.process.poll() is None:
        try:
            if httpx.get(served.address, timeout=5.0).status_code:
                return
        except httpx.HTTPError:
            time.sleep(0.1)
    raise AssertionError("the function was not served")


def _hear(connection: socket.socket) -> bytes:
    heard = bytearray()
    try:
        while chunk := connection.recv(65536):
            heard += chunk
    except OSError:
        pass
    return bytes(heard)
