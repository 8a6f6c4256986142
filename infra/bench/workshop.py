"""Where the measures are taken: a folder of their own, the settings of a laptop, the emulators when they are needed."""

import json
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from uuid import uuid4

from infra.bench.children import Server, server
from infra.bench.deliveries import HANDSHAKE, HANDSHAKES
from infra.bench.emulators import emulators
from infra.local.defaults import ACCOUNTS, write_secrets
from infra.manifests import FUNCTIONS

HANDLERS = Path(__file__).parent / "handlers"
TOPIC = "needs-human"
SOURCES = {
    "bare": HANDLERS / "bare.py",
    "naive": HANDLERS / "naive.py",
    **{platform: FUNCTIONS / platform / "main.py" for platform in HANDSHAKES},
}


@dataclass(frozen=True)
class Workshop:
    """One run's folder, how long a load lasts, and what is stopped at its end."""

    folder: Path
    seconds: float
    stack: ExitStack

    @cached_property
    def on_emulators(self) -> Mapping[str, str]:
        """The environment of a function on both emulators, which start when this is first asked for."""
        return self.stack.enter_context(emulators(TOPIC))

    @contextmanager
    def spawned(self, name: str, environment: Mapping[str, str] | None = None) -> Iterator[Server]:
        """One of `SOURCES`, just spawned, with data of its own."""
        data = self.folder / uuid4().hex[:8]
        data.mkdir()
        write_secrets(data / "secrets")
        settings = {
            "SIGNPOST_DATA": str(data),
            "SIGNPOST_SECRETS": str(data / "secrets"),
            "SIGNPOST_ACCOUNTS": json.dumps(ACCOUNTS),
        }
        with server(name, SOURCES[name], self.folder, {**settings, **(environment or {})}) as running:
            yield running

    @contextmanager
    def ready(self, name: str, environment: Mapping[str, str] | None = None) -> Iterator[Server]:
        """One of `SOURCES`, once it answers."""
        with self.spawned(name, environment) as running:
            running.until_answered("GET", HANDSHAKES.get(name, HANDSHAKE))
            yield running
