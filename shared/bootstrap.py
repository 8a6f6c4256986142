"""The composition root: the only place that reads the environment and the wall clock.

Everything is built on first use and once a process, so never before the server has forked, and a handshake loads
nothing but the standard library and Flask.
"""

import os
import secrets as randomness
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import SystemRandom
from typing import TYPE_CHECKING

from shared import settings as configuration
from shared.domain.message import Parts, Platform
from shared.once import Once
from shared.settings import ConfigurationError, Settings

if TYPE_CHECKING:
    from shared.adapters.sqlite import Database
    from shared.ports import PlatformClient, Poller, Queue, Reader, Store
    from shared.principles.loading import Library
    from shared.service.intake import Delivery, Taken
    from shared.webhooks.delivering import Deliver


@Once
def settings() -> Settings:
    """The settings of this process. Raises `ConfigurationError`."""
    return configuration.read(os.environ)


@Once
def _ahead() -> timedelta:
    start = settings().clock
    return start - datetime.now(UTC) if start else timedelta()


def clock() -> datetime:
    """Now, in UTC. Locally it may have been told to start at another time (`SIGNPOST_CLOCK`), and runs on."""
    return datetime.now(UTC) + _ahead()


def secret(name: str) -> tuple[bytes, ...]:
    """The accepted values of a secret, newest first as the operator keeps them; empty when there is none.

    Read anew each time: a rotated secret counts from the next request on.
    """
    lines = [line.strip() for value in _values(settings().secrets / name) for line in value.splitlines()]
    return tuple(line for line in lines if line)


def _values(place: Path) -> Iterator[bytes]:
    """One file, or every file of one folder, by name: the usual case is one call to open."""
    try:
        yield place.read_bytes()
    except IsADirectoryError:
        yield from (file.read_bytes() for file in sorted(place.iterdir()) if file.is_file())
    except (FileNotFoundError, NotADirectoryError):
        return


def accounts(platform: Platform) -> Mapping[str, str]:
    """Our accounts on a platform, each with the app that signs for it."""
    return settings().accounts.get(platform, {})


def signing_secrets(platform: Platform) -> Mapping[str, Sequence[bytes]]:
    """The signing secrets of every app that speaks for one of our accounts on a platform."""
    return {app: secret(f"{app}-signing") for app in sorted(set(accounts(platform).values()))}


def verify_tokens(platform: Platform) -> tuple[bytes, ...]:
    """The accepted verify tokens of a platform's handshake."""
    return secret(f"{platform}-verify")


@Once
def library() -> "Library":
    """The principles. Raises `PrinciplesError`."""
    from shared.principles.loading import load

    return load()


@Once
def database() -> "Database":
    """The embedded database, where there is no project."""
    from shared.adapters.sqlite import Database

    settings().data.mkdir(parents=True, exist_ok=True)
    return Database(settings().data / "signpost.sqlite3")


@Once
def store() -> "Store":
    """The store of this process: Firestore where a project is set, else one file."""
    if settings().project is None:
        from shared.adapters.sqlite import SqliteStore

        return SqliteStore(database())
    from google.cloud.firestore import Client

    from shared.adapters.firestore import FirestoreStore

    return FirestoreStore(Client(project=settings().project))


@Once
def queue() -> "Queue":
    """The queue of this process: Pub/Sub where a project is set, else the store's file."""
    project = settings().project
    if project is None:
        from shared.adapters.sqlite import SqliteQueue

        return SqliteQueue(database(), clock, SystemRandom())
    from shared.adapters.pubsub import PubSubQueue, connect

    return PubSubQueue(connect(settings().pubsub_emulator), project)


def deliver(platform: Platform) -> "Deliver":
    """What a platform's webhook does with a verified body."""
    from shared.webhooks.delivering import deliverer

    return deliverer(platform, clock, dict(accounts(platform)), take_in)


def take_in(parts: Parts, delivery: "Delivery") -> "Taken":
    """Intake, for whatever came and however it came."""
    from shared.service import intake
    from shared.service.assessment import assess

    return intake.take_in(
        parts, delivery, store=store(), queue=queue(), assess=lambda event, at: assess(event, library(), at)
    )


def take_case(ids: Mapping[str, str]) -> bool:
    """What `inbox` does with one message of the queue."""
    from shared.service import inbox

    inbox.take_case(ids["case"], clock(), store=store(), queue=queue(), library=library())
    return True


def attempt() -> str:
    """A fresh random token for one attempt at sending."""
    return randomness.token_hex(16)


def api(platform: Platform, default: str) -> str:
    """Where a platform's API is; locally a fake on loopback."""
    return settings().apis.get(platform, default)


def token(platform: Platform, account: str) -> str:
    """The access token of one of our accounts. Raises `ConfigurationError`."""
    found = secret(f"{platform}-token/{account}")
    if not found:
        raise ConfigurationError(f"no access token for the {platform} account")
    return found[0].decode("ascii")


def data() -> Path:
    """The folder of local data."""
    return settings().data


def send(ids: Mapping[str, str], platform: Platform, client: "Callable[[str], PlatformClient]") -> bool:
    """What a sender does with one message of its topic. False: deliver it again."""
    from shared.rules.guard import objections
    from shared.service.sending import Sent
    from shared.service.sending import send as send_action

    done = send_action(
        ids["action"],
        platform,
        store=store(),
        client=lambda action: client(action.account),
        objects=lambda text: bool(objections(text)),
        clock=clock,
        attempt=attempt(),
    )
    return done is Sent.DONE


def look_up(ids: Mapping[str, str], platform: Platform, reader: "Callable[[str], Reader]") -> bool:
    """Fetch the words of a message that came without them. Raises `ChannelTrouble`: ask again."""
    from shared.service import looking_up

    looking_up.look_up(ids["case"], platform, clock(), store=store(), reader=reader, take_in=take_in)
    return True


def poll(platform: Platform, poller: "Callable[[str], Poller]") -> int:
    """Ask every account of a platform what is new: how much was."""
    from shared.service import polling

    return sum(
        polling.poll(platform, account, poller, clock, store=store(), take_in=take_in) for account in accounts(platform)
    )


def sweep() -> int:
    """What `sweep` does: how much was told again."""
    from shared.service import sweeping

    swept = sweeping.sweep(clock(), store=store(), queue=queue())
    return swept.cases + swept.actions
