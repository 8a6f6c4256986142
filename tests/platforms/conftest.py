"""A fake Graph API behind a real socket."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from threading import Thread

import pytest
from werkzeug.serving import make_server

from infra.local.fakes import fake
from infra.local.fakes.fake import Fake

NOW = datetime(2026, 11, 21, 22, 0, tzinfo=UTC)
TOKEN = "token-of-the-page"


@dataclass(frozen=True)
class Served:
    """Where a fake listens, and what it was asked."""

    url: str
    fake: Fake


def serve(app: Fake) -> Iterator[Served]:
    """A fake on a free port of this machine."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield Served(f"http://127.0.0.1:{server.server_port}", app)
    app.release()
    server.shutdown()
    thread.join(10)
    server.server_close()


@pytest.fixture
def served(request: pytest.FixtureRequest) -> Iterator[Served]:
    """The fake of the platform that `request.param` names (`indirect=True`)."""
    yield from serve(fake(request.param, TOKEN, lambda: NOW))


@pytest.fixture
def graph() -> Iterator[Served]:
    """A fresh fake Facebook."""
    yield from serve(fake("facebook", TOKEN, lambda: NOW))
