"""`ports.Store` on Firestore."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import cached_property
from typing import Any, TypeVar

from google.cloud.firestore import SERVER_TIMESTAMP, Query, Transaction, transactional
from google.cloud.firestore_v1.base_query import FieldFilter

from shared import ports
from shared.adapters import codec
from shared.adapters.firestore.channels import FirestoreChannels
from shared.adapters.firestore.intake import FirestoreIntake
from shared.adapters.firestore.limits import SECONDS, Prompt, reachable
from shared.adapters.firestore.reading import Reader
from shared.adapters.firestore.surroundings import FirestoreSurroundings
from shared.adapters.firestore.transaction import FirestoreTransaction
from shared.domain.action import Action, ActionState
from shared.domain.case import Case, State
from shared.ports import Arrival, AuditEntry, Quarantine

T = TypeVar("T")
Desc = Query.DESCENDING


class FirestoreStore(FirestoreSurroundings, FirestoreChannels):
    """One database. The client's own retries are off where a platform waits for the answer."""

    def merge(self, arrivals: Sequence[Arrival], quarantined: Sequence[Quarantine]) -> None:
        """See `ports.Store`."""
        self._intake.merge(arrivals, quarantined)

    @cached_property
    def _intake(self) -> FirestoreIntake:
        """Over the client's own channel and as the client would call, both of which it keeps to itself."""
        client: Any = self._client
        channel, database, headers = (
            client._firestore_api.transport.grpc_channel,  # noqa: SLF001
            client._database_string,  # noqa: SLF001
            client._rpc_metadata,  # noqa: SLF001
        )
        return FirestoreIntake(channel, database, headers)

    def transact(self, work: Callable[[ports.Transaction], T]) -> T:
        """See `ports.Store`. Conflicts are tried again by the client, a few times."""

        def attempt(transaction: Transaction) -> T:
            tx = FirestoreTransaction(self._client, transaction)
            result = work(tx)
            tx.flush()
            return result

        with reachable():
            result: T = transactional(attempt)(Prompt(self._client))
            return result

    def case(self, case_id: str) -> Case | None:
        """See `ports.Store`."""
        reader = Reader(self._client)
        with reachable():
            found = reader.get("cases", case_id)
            return None if found is None else reader.cases([(case_id, found)])[0]

    def queue(self, limit: int) -> list[Case]:
        """See `ports.Store`."""
        return self._cases(self._in(State.WAITING).order_by("rank").order_by("due").limit(limit))

    def reading(self, limit: int) -> list[Case]:
        """See `ports.Store`."""
        return self._cases(self._in(State.READING).order_by("at").limit(limit))

    def due_by(self, until: datetime, limit: int) -> list[Case]:
        """See `ports.Store`."""
        by_then = FieldFilter("due", "<=", until)
        return self._cases(self._in(State.WAITING).where(filter=by_then).order_by("due").limit(limit))

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
        with reachable():
            batch.commit(retry=None, timeout=SECONDS)

    def closed(self, limit: int) -> list[Case]:
        """See `ports.Store`."""
        return self._cases(self._in(State.CLOSED).order_by("at", direction=Desc).limit(limit))

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
        with reachable():
            found = reader.stream(self._client.collection("quarantine").order_by("at").limit(limit))
            bodies = reader.bodies([document for _, document in found])
        return [codec.quarantine.validate_json(body) for body in bodies]

    def ping(self) -> None:
        """See `ports.Store`."""
        with reachable():
            beat = {"at": SERVER_TIMESTAMP}
            self._client.collection("health").document("beat").set(beat, retry=None, timeout=SECONDS)

    def _stuck(self, collection: str, now: datetime, limit: int) -> Query:
        due = FieldFilter("sweep_at", "<=", now)
        return self._client.collection(collection).where(filter=due).order_by("sweep_at").limit(limit)

    def _in(self, state: State) -> Query:
        return self._client.collection("cases").where(filter=FieldFilter("state", "==", state.value))

    def _of(self, collection: str, case_id: str) -> Query:
        return self._client.collection(collection).where(filter=FieldFilter("case", "==", case_id)).order_by("at")

    def _bodies(self, query: Query) -> list[str]:
        with reachable():
            return [document["body"] for _, document in Reader(self._client).stream(query)]
