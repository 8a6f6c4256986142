"""The only place that reads the environment, the wall clock and chance."""

import os
import secrets as randomness
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

from shared import settings as configuration
from shared.domain.message import Platform
from shared.once import Once
from shared.settings import Settings


@Once
def settings() -> Settings:
    """The settings of this process. Raises `ConfigurationError`."""
    return configuration.read(os.environ)


@Once
def ahead() -> timedelta:
    """How far the desk's clock is ahead of the wall's."""
    start = settings().clock
    return start - datetime.now(UTC) if start else timedelta()


def clock() -> datetime:
    """Now, in UTC. Locally it may have been told to start at another time (`SIGNPOST_CLOCK`), and runs on."""
    return datetime.now(UTC) + ahead()


def attempt() -> str:
    """A fresh random token for one attempt at sending."""
    return randomness.token_hex(16)


def accounts(platform: Platform) -> Mapping[str, str]:
    """Our accounts on a platform, each with the app that signs for it."""
    return settings().accounts.get(platform, {})


def api(platform: Platform, default: str) -> str:
    """Where a platform's API is; locally a fake on loopback."""
    return settings().apis.get(platform, default)


def data() -> Path:
    """The folder of local data."""
    return settings().data
