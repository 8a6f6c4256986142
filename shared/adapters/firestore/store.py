"""`ports.Store` on Firestore."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import TypeVar

from google.api_core.exceptions import GoogleAPICallError, InvalidArgument, RetryError
from google.cloud.firestore import SERVER_TIMESTAMP, Client, Query, Transaction, transactional
from google.cloud.firestore_v1.base_query import FieldFilter

from shared import ports
from shared.adapters import codec
from shared.adapters.firestore import documents
from shared.adapters.firestore.limits import Prompt
from shared.adapters.firestore.packing import Write, commits
from shared.adapters.firestore.reading import Reader
from shared.adapters.firestore.transaction import FirestoreTransaction
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
        """See `ports.Store`. A case that was posted in more versions than it holds gets the new ones beside it."""
        fragments = [write for kept in quarantined for write in documents.quarantined(kept)]
        with _reachable():
            try:
                self._commit([*fragments, *(write for a in arrivals for write in documents.arrived(a))])
            except InvalidArgument:
                self._commit([*fragments, *(write for a in arrivals for write in documents.arrived(a, inline=False))])

    def transact(self, work: Callable[[ports.Transaction], T]) -> T:
        """See `ports.Store`. Conflicts are tried again by the client, a few times."""

        def attempt(transaction: Transaction) -> T:
            tx = FirestoreTransaction(self._client, transaction)
            result = work(tx)
            tx.flush()
            return result

        with _reachable():
            result: T = transactional(attempt)(Prompt(self._client))
            return result

    def case(self, case_id: str) -> Case | None:
        """See `ports.Store`."""
        reader = Reader(self._client)
        with _reachable():
            found = reader.get("cases", case_id)
            return None if found is None else reader.cases([(case_id, found)])[0]

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
        those = self._client.collection("cases").where(filter=same)
        until = those.where(filter=FieldFilter("at", "<=", case.at)).order_by("at", direction=Desc).limit(limit + 1)
        since = those.where(filter=FieldFilter("at", ">", case.at)).order_by("at").limit(limit)
        earlier = [other for other in self._cases(until) if other.id != case.id][:limit]
        return [*reversed(earlier), *self._cases(since)]

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
        reader = Reader(self._client)
        with _reachable():
            found = reader.stream(self._client.collection("quarantine").order_by("at").limit(limit))
            bodies = reader.bodies([document for _, document in found])
        return [codec.quarantine.validate_json(body) for body in bodies]

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
        reader = Reader(self._client)
        with _reachable():
            return reader.cases(reader.stream(query))

    def _bodies(self, query: Query) -> list[str]:
        with _reachable():
            return [document["body"] for _, document in Reader(self._client).stream(query)]

    def _commit(self, writes: Iterable[Write]) -> None:
        """Merge blindly, in their order. Cut between two commits, the delivery comes again and merges the same."""
        for some in commits(writes):
            batch = self._client.batch()
            for write in some:
                batch.set(self._client.collection(write.collection).document(write.id), write.document, merge=True)
            batch.commit(retry=None, timeout=COMMIT_SECONDS)


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
