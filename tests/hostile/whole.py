"""Every function in one process, each in its framework, with canaries for secrets and platforms that fail."""

import json
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from threading import Thread
from typing import Any

import functions_framework
import pytest
from werkzeug.exceptions import NotFound
from werkzeug.middleware.dispatcher import DispatcherMiddleware
from werkzeug.serving import make_server
from werkzeug.test import Client, TestResponse

from infra.local.defaults import ACCOUNTS
from infra.local.fakes import fake
from infra.local.fakes.fake import Fake
from infra.local.relay import subscriptions
from infra.manifests import entry_points
from infra.signing import SIGNERS
from shared import bootstrap
from shared.adapters.sqlite import SqliteQueue
from shared.once import Once
from shared.webhooks.push import envelope
from tests.hostile import canaries
from tests.rig import NIGHT

ROUNDS = 50
TOPICS = {s.topic: s.function for s in sorted(subscriptions(), key=lambda s: s.topic != "needs-human")}


@dataclass
class Whole:
    """All functions, by name, over one store; and every answer that no member of staff was meant to read."""

    clients: Mapping[str, Client]
    platforms: Mapping[str, Fake]
    patch: pytest.MonkeyPatch
    answers: dict[str, str] = field(default_factory=dict)

    @property
    def platform(self) -> Fake:
        """Facebook."""
        return self.platforms["facebook"]

    def call(self, function: str, method: str = "POST", **options: Any) -> int:
        """One request; its answer is kept to be searched."""
        answer: TestResponse = self.clients[function].open(options.pop("path", "/"), method=method, **options)
        text = answer.get_data(as_text=True) + str(answer.headers)
        self.answers[f"{function} {method} {len(self.answers)}"] = text if function != "console" else ""
        return answer.status_code

    def deliver(self, body: bytes, secret: str = canaries.SECRET, platform: str = "facebook") -> int:
        return self.call(platform, data=body, headers=SIGNERS[platform](body, secret.encode()))

    def push(self, function: str, data: bytes) -> int:
        return self.call(function, json=envelope(data, "1", "test"))

    def drain(self) -> list[int]:
        """What the subscriptions would do, until nothing is due or the rounds are over."""
        queue, found = bootstrap.queue(), []
        assert isinstance(queue, SqliteQueue)
        for topic, function in TOPICS.items():
            for _ in range(ROUNDS):
                leases = queue.lease(topic)
                for lease in leases:
                    found.append(self.push(function, json.dumps(lease.data).encode()))
                    (queue.acknowledge if found[-1] < 300 else queue.give_back)(lease)
                if not leases:
                    break
        return found

    def at(self, now: datetime) -> None:
        """Another time of day, on the same data."""
        self.patch.setenv("SIGNPOST_CLOCK", now.isoformat())
        for built in (bootstrap.settings, bootstrap.ahead):
            built._built.clear()


def forget() -> None:
    """Let the composition root build everything anew."""
    modules = [module for name, module in sys.modules.items() if name.startswith(bootstrap.__name__)]
    for thing in [thing for module in modules for thing in vars(module).values() if isinstance(thing, Once)]:
        thing._built.clear()


@contextmanager
def whole(folder: Path, patch: pytest.MonkeyPatch) -> Iterator[Whole]:
    """Everything, at night, until the block ends."""
    platforms = {name: fake(name, canaries.TOKEN, lambda: NIGHT) for name in ACCOUNTS}
    mounts = DispatcherMiddleware(NotFound(), {f"/{name}": made for name, made in platforms.items()})
    server = make_server("127.0.0.1", 0, mounts, threaded=True)
    thread = Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    _settings(folder, patch, f"http://127.0.0.1:{server.server_port}")
    forget()
    apps = {e.name: functions_framework.create_app(e.name, str(source), "http") for source, e in entry_points()}
    try:
        yield Whole({name: Client(app) for name, app in apps.items()}, platforms, patch)
    finally:
        bootstrap.database().close()
        forget()
        server.shutdown()
        thread.join(10)
        server.server_close()


def _settings(folder: Path, patch: pytest.MonkeyPatch, api: str) -> None:
    apps = {app for accounts in ACCOUNTS.values() for app in accounts.values()}
    tokens = [f"{name}-token/{account}" for name, accounts in ACCOUNTS.items() for account in accounts]
    secrets = {
        **{f"{name}-verify": canaries.TOKEN for name in ACCOUNTS},
        **{f"{app}-signing": canaries.SECRET for app in apps},
        **dict.fromkeys(tokens, canaries.TOKEN),
        "console-key": canaries.SECRET,
    }
    for name, value in secrets.items():
        place = folder / "secrets" / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(value, encoding="utf-8")
    settings = {
        "SIGNPOST_LOCAL": "1",
        "SIGNPOST_DATA": str(folder / "data"),
        "SIGNPOST_SECRETS": str(folder / "secrets"),
        "SIGNPOST_ACCOUNTS": json.dumps(ACCOUNTS),
        "SIGNPOST_APIS": json.dumps({name: f"{api}/{name}" for name in ACCOUNTS}),
        "SIGNPOST_CLOCK": NIGHT.isoformat(),
    }
    for name, value in settings.items():
        patch.setenv(name, value)
    patch.delenv("GOOGLE_CLOUD_PROJECT", raising=False)
