"""A platform under load: posts signed deliveries from some threads and remembers what was answered 2xx."""

import json
import sqlite3
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Lock, Thread
from typing import Any

import httpx

from tests.local.server import Server
from tests.rig import direct, entries

THREADS = 4


@dataclass
class Burst:
    """Direct messages, each of another person. What was not answered 200 is kept to be delivered again."""

    at: datetime
    secret: Callable[[], bytes] = lambda: b"local-secret"
    answered: dict[str, bytes] = field(default_factory=dict)
    refused: dict[str, bytes] = field(default_factory=dict)
    statuses: Counter[int] = field(default_factory=Counter)
    count: int = 0
    stopping: bool = False  # at the number asked for; else only when the server is gone
    _lock: Lock = field(default_factory=Lock)

    def run(self, server: Server, enough: Event, until: int) -> list[Thread]:
        """Post until the server is gone, or until so many were answered; `enough` is set at that number."""
        threads = [Thread(target=self._post, args=(server, enough, until), daemon=True) for _ in range(THREADS)]
        for thread in threads:
            thread.start()
        return threads

    def again(self, server: Server) -> None:
        """What was not answered 200, once more."""
        for id, body in list(self.refused.items()):
            if server.deliver(body, self.secret()).status_code == 200:
                self.answered[id] = self.refused.pop(id)

    def _post(self, server: Server, enough: Event, until: int) -> None:
        while not (enough.is_set() and self.stopping):
            id, body = self._next()
            self.refused[id] = body
            try:
                status = server.deliver(body, self.secret()).status_code
            except httpx.HTTPError:
                return
            with self._lock:
                self.statuses[status] += 1
                if status == 200:
                    self.answered[id] = self.refused.pop(id)
                if self.statuses[200] >= until:
                    enough.set()

    def _next(self) -> tuple[str, bytes]:
        with self._lock:
            self.count += 1
            id = f"m_{self.count}"
            body = entries(direct("Are you there?", at=self.at, id=id, author=f"{10**6 + self.count}"))
        return id, json.dumps(body).encode()


class Told(ThreadingHTTPServer):
    """A platform's API on a free port that outlives the server under test: whom it was told to write to."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Answers)
        self.people: Counter[str] = Counter()
        self.address = f"http://127.0.0.1:{self.server_address[1]}"
        Thread(target=self.serve_forever, daemon=True).start()


class _Answers(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        assert isinstance(self.server, Told)
        self.server.people[body.get("recipient", {}).get("id", self.path)] += 1  # a public one is known by its comment
        answer = json.dumps({"message_id": f"m_{self.path}", "id": "1"}).encode()
        with suppress(OSError):  # whoever asked was killed
            self.send_response(200)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

    def log_message(self, format: str, *values: Any) -> None:
        pass


def rows(data: Path, sql: str) -> list[str]:
    """The first column of a query on the file of a server, read from outside."""
    other = sqlite3.connect(f"file:{data / 'signpost.sqlite3'}?mode=ro", uri=True)
    try:
        return [str(row[0]) for row in other.execute(sql)]
    finally:
        other.close()
