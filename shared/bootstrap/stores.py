"""The store, the queue and the principles of this process, each built on first use."""

from random import SystemRandom
from typing import TYPE_CHECKING

from shared.bootstrap.environment import clock, settings
from shared.once import Once

if TYPE_CHECKING:
    from shared.adapters.sqlite import Database
    from shared.ports import Intake, Queue, Store
    from shared.principles.coverage import Coverage
    from shared.principles.loading import Library
    from shared.service.channels import Heard


@Once
def library() -> "Library":
    """The principles. Raises `PrinciplesError`."""
    from shared.principles.loading import load

    return load()


@Once
def coverage() -> "Coverage":
    """What cannot be seen, and how long a channel may be silent. Raises `PrinciplesError`."""
    from shared.principles.coverage import load

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
def arrivals() -> "Intake":
    """Where deliveries are made durable: the store, or the half of it that needs nothing of Google's slow client."""
    project = settings().project
    if project is None:
        return store()
    from shared.adapters.firestore.intake import connect

    return connect(project, settings().firestore_emulator)


@Once
def queue() -> "Queue":
    """The queue of this process: Pub/Sub where a project is set, else the store's file."""
    project = settings().project
    if project is None:
        from shared.adapters.sqlite import SqliteQueue

        return SqliteQueue(database(), clock, SystemRandom())
    from shared.adapters.pubsub import PubSubQueue, connect

    return PubSubQueue(connect(settings().pubsub_emulator), project)


@Once
def heard() -> "Heard":
    """What this process remembers of when each account was last heard."""
    from shared.service.channels import Heard

    return Heard(store())
