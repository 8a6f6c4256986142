"""Cases, actions, audit and quarantine in Firestore; the same contract as SQLite.

`intake` is all that a webhook needs, and light; the store loads Google's client, which takes half a second.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from shared.adapters.firestore.store import FirestoreStore

__all__ = ["FirestoreStore"]


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(name)
    from shared.adapters.firestore.store import FirestoreStore

    return FirestoreStore
