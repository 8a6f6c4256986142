"""`ports.Store` on Firestore."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any, TypeVar

from google.api_core.exceptions import GoogleAPICallError, RetryError
from google.cloud.firestore import SERVER_TIMESTAMP, Client, Query, Transaction, transactional
from google.cloud.firestore_v1.base_query import FieldFilter

from shared import ports
from shared.adapters import codec
from shared.adapters.firestore import documents
from shared.adapters.firestore.transaction import READ_SECONDS, FirestoreTransaction
from shared.domain.action import Action, ActionState
from shared.domain.case import Case, State
from shared.ports import Arrival, AuditEntry, Quarantine, StoreUnavailable

T = TypeVar("T")
COMMIT_SECONDS = 4.0
Desc = Query.DESCENDING
LOST = "Failed to commit transaction"  # how the client says that a transaction lost every attempt


class FirestoreStore:
    """One database. The client's own retries are off where a platform waits for the answer."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def merge(self, arrivals: Sequence[Arrival], quarantined: Sequence[Quarantine]) -> None:
        """One commit, no read: see `ports.Store`."""
        batch = self._client.batch()
        for arrival in arrivals:
            batch.set(self._client.collection("cases").document(arrival.case), documents.merged(arrival), merge=True)
        for kept in quarantined:
            reference = self._client.collection("quarantine").document(kept.id)
            batch.set(reference, documents.quarantine(kept), merge=True)
        with _reachable():
            batch.commit(retry=None, timeout=COMMIT_SECONDS)

    def transact(self, work: Callable[[ports.Transaction], T]) -> T:
        """See `ports.Store`. Conflicts are tried again by the client, a few times."""

        def attempt(transaction: Transaction) -> T:
            tx = FirestoreTransaction(self._client, transaction)
            result = work(tx)
            tx.flush()
            return result

        with _reachable():
            result: T = transactional(attempt)(self._client.transaction())
            return result

    def case(self, case_id: str) -> Case | None:
        """See `ports.Store`."""
        with _reachable():
            found = self._client.collection("cases").document(case_id).get(timeout=READ_SECONDS).to_dict()
        return None if found is None else documents.case(case_id, found)

    def queue(self, limit: int) -> list[Case]:
        """See `ports.Store`."""
        return self._cases(self._in(State.WAITING).order_by("rank").order_by("due").limit(limit))

    def reading(self, limit: int) -> list[Case]:
        """See `ports.Store`."""
        return self._cases(self._in(State.READING).order_by("at").limit(limit))

    def pending(self, limit: int) -> list[Case]:
        """See `ports.Store`."""
        return self._cases(self._client.collection("cases").order_by("pending_since").limit(limit))

    def stuck_cases(self, now: datetime, limit: int) -> list[Case]:
        """See `ports.Store`."""
        return self._cases(self._stuck("cases", now, limit))

    def stuck_actions(self, now: datetime, limit: int) -> list[Action]:
        """See `ports.Store`."""
        return [codec.action.validate_json(body) for body in self._bodies(self._stuck("actions", now, limit))]

    def postpone(self, cases: Mapping[str, datetime], actions: Mapping[str, datetime]) -> None:
        """See `ports.Store`. On what has moved on meanwhile it leaves a date that the next run finds and clears."""
        batch = self._client.batch()
        for collection, until in (("cases", cases), ("actions", actions)):
            for id_, at in until.items():
                batch.update(self._client.collection(collection).document(id_), {"sweep_at": at})
        with _reachable():
            batch.commit(retry=None, timeout=COMMIT_SECONDS)

    def closed(self, limit: int) -> list[Case]:
        """See `ports.Store`."""
        return self._cases(self._in(State.CLOSED).order_by("at", direction=Desc).limit(limit))

    def conversation(self, case: Case, limit: int) -> list[Case]:
        """See `ports.Store`."""
        same = FieldFilter("conversation", "==", documents.conversation(case))
        found = self._cases(self._client.collection("cases").where(filter=same).order_by("at").limit(limit + 1))
        return [other for other in found if other.id != case.id][:limit]

    def actions_of(self, case_id: str) -> list[Action]:
        """See `ports.Store`."""
        return [codec.action.validate_json(body) for body in self._bodies(self._of("actions", case_id))]

    def unsettled(self, limit: int) -> list[Action]:
        """See `ports.Store`."""
        unknown = FieldFilter("state", "==", ActionState.UNKNOWN.value)
        query = self._client.collection("actions").where(filter=unknown).order_by("at").limit(limit)
        return [codec.action.validate_json(body) for body in self._bodies(query)]

    def audit_of(self, case_id: str) -> list[AuditEntry]:
        """See `ports.Store`."""
        return [codec.audit_entry.validate_json(body) for body in self._bodies(self._of("audit", case_id))]

    def quarantined(self, limit: int) -> list[Quarantine]:
        """See `ports.Store`."""
        query = self._client.collection("quarantine").order_by("at").limit(limit)
        return [codec.quarantine.validate_json(body) for body in self._bodies(query)]

    def ping(self) -> None:
        """See `ports.Store`."""
        with _reachable():
            beat = {"at": SERVER_TIMESTAMP}
            self._client.collection("health").document("beat").set(beat, retry=None, timeout=COMMIT_SECONDS)

    def _stuck(self, collection: str, now: datetime, limit: int) -> Query:
        due = FieldFilter("sweep_at", "<=", now)
        return self._client.collection(collection).where(filter=due).order_by("sweep_at").limit(limit)

    def _in(self, state: State) -> Query:
        return self._client.collection("cases").where(filter=FieldFilter("state", "==", state.value))

    def _of(self, collection: str, case_id: str) -> Query:
        return self._client.collection(collection).where(filter=FieldFilter("case", "==", case_id)).order_by("at")

    def _cases(self, query: Query) -> list[Case]:
        return [documents.case(snapshot.id, snapshot.to_dict()) for snapshot in self._stream(query)]

    def _bodies(self, query: Query) -> list[str]:
        return [snapshot.get("body") for snapshot in self._stream(query)]

    def _stream(self, query: Query) -> list[Any]:
        with _reachable():
            return list(query.stream(timeout=READ_SECONDS))


@contextmanager
def _reachable() -> Iterator[None]:
    """Every failure of Google's is `StoreUnavailable`, named by its type alone: its words may quote a value."""
    try:
        yield
    except (GoogleAPICallError, RetryError) as error:
        raise StoreUnavailable(type(error).__name__) from None
    except ValueError as error:
        if not str(error).startswith(LOST):
            raise
        raise StoreUnavailable("contention") from None
