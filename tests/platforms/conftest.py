"""A fake Graph API behind a real socket."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from threading import Thread

import pytest
from werkzeug.serving import make_server

from infra.local.fakes.facebook import Fake, app

NOW = datetime(2026, 11, 21, 22, 0, tzinfo=UTC)
TOKEN = "token-of-the-page"


@dataclass(frozen=True)
class Graph:
    """Where it listens, and what it was asked."""

    url: str
    fake: Fake


@pytest.fixture
def graph() -> Iterator[Graph]:
    """A fresh fake on a free port of this machine."""
    fake = app(TOKEN, lambda: NOW)
    server = make_server("127.0.0.1", 0, fake, threaded=True)
    thread = Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield Graph(f"http://127.0.0.1:{server.server_port}", fake)
    fake.release()
    server.shutdown()
    thread.join(10)
    server.server_close()
