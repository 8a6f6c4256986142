"""What an operator sets: addresses, credentials and where data is. Everything else is principles data.

Plain Python on purpose: a handshake reads it, and must not wait for a model library to load.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any


class ConfigurationError(Exception):
    """A setting is missing or wrong; the text names each one."""


@dataclass(frozen=True, slots=True)
class Settings:
    """One function's settings, read once from the environment.

    `accounts`: platform → account id → the app whose secret signs for it. `secrets`: a folder with one file, or one
    folder of files, per secret; every non-empty line is an accepted value, so two may overlap while one is renewed.
    `project`: with one, cases are in Firestore and topics in Pub/Sub; without, both are in one file in `data`.
    """

    data: Path
    secrets: Path
    accounts: Mapping[str, Mapping[str, str]]
    apis: Mapping[str, str] = field(default_factory=dict)
    local: bool = False
    clock: datetime | None = None
    project: str | None = None
    pubsub_emulator: str | None = None


def read(env: Mapping[str, str]) -> Settings:
    """The settings in `env`. Raises `ConfigurationError` with everything that is wrong, one line each."""
    wrong: list[str] = []
    settings = Settings(
        data=Path(env.get("SIGNPOST_DATA", ".signpost")),
        secrets=Path(env.get("SIGNPOST_SECRETS", "/secrets")),
        accounts=_table(env, "SIGNPOST_ACCOUNTS", wrong, depth=2),
        apis=_table(env, "SIGNPOST_APIS", wrong, depth=1),
        local=env.get("SIGNPOST_LOCAL") == "1",
        clock=_clock(env, wrong),
        project=env.get("GOOGLE_CLOUD_PROJECT"),
        pubsub_emulator=env.get("PUBSUB_EMULATOR_HOST"),
    )
    if wrong:
        raise ConfigurationError("\n".join(wrong))
    return settings


def _table(env: Mapping[str, str], name: str, wrong: list[str], depth: int) -> Any:
    try:
        table = json.loads(env.get(name, "{}"))
    except ValueError:
        wrong.append(f"{name}: not JSON")
        return {}
    if not _is_table(table, depth):
        wrong.append(f"{name}: must be an object of {'objects of ' if depth > 1 else ''}strings")
        return {}
    return table


def _is_table(value: object, depth: int) -> bool:
    if depth == 0:
        return isinstance(value, str)
    return isinstance(value, dict) and all(_is_table(inner, depth - 1) for inner in value.values())


def _clock(env: Mapping[str, str], wrong: list[str]) -> datetime | None:
    """A made-up start of the clock: for a laptop only, so that production can never tell the wrong time."""
    text = env.get("SIGNPOST_CLOCK")
    if text is None:
        return None
    if env.get("SIGNPOST_LOCAL") != "1":
        wrong.append("SIGNPOST_CLOCK: only for local use")
        return None
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        wrong.append("SIGNPOST_CLOCK: not an ISO 8601 time")
        return None
    if at.tzinfo is None:
        wrong.append("SIGNPOST_CLOCK: needs an offset from UTC")
    return at
