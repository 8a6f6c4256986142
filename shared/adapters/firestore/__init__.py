"""Cases, actions, audit and quarantine in Firestore; the same contract as SQLite."""

from shared.adapters.firestore.store import FirestoreStore

__all__ = ["FirestoreStore"]
