"""`ports.Transaction` on Firestore: reads at once, writes kept back until the work is done."""

from collections.abc import Callable
from typing import Any

from google.cloud.firestore import Client, Transaction
from google.cloud.firestore_v1.base_query import FieldFilter

from shared.adapters import codec
from shared.adapters.firestore import documents
from shared.domain.action import Action
from shared.domain.case import Case
from shared.ports import AuditEntry

READ_SECONDS = 5.0


class FirestoreTransaction:
    """Firestore wants every read before the first write, whatever order the work asks in."""

    def __init__(self, client: Client, transaction: Transaction) -> None:
        self._client = client
        self._transaction = transaction
        self._writes: list[Callable[[], Any]] = []

    def case(self, case_id: str) -> Case | None:
        """See `ports.Transaction`."""
        found = self._get("cases", case_id)
        return None if found is None else documents.case(case_id, found)

    def action(self, action_id: str) -> Action | None:
        """See `ports.Transaction`."""
        found = self._get("actions", action_id)
        return None if found is None else codec.action.validate_json(found["body"])

    def actions_in(self, group: str) -> int:
        """See `ports.Transaction`."""
        query = self._client.collection("actions").where(filter=FieldFilter("group", "==", group)).select([])
        return sum(1 for _ in query.stream(transaction=self._transaction, timeout=READ_SECONDS))

    def put_case(self, case: Case) -> None:
        """See `ports.Transaction`."""
        reference = self._client.collection("cases").document(case.id)
        fields = documents.decided(case)
        self._writes.append(lambda: self._transaction.update(reference, fields))

    def put_action(self, action: Action) -> None:
        """See `ports.Transaction`."""
        reference = self._client.collection("actions").document(action.id)
        self._writes.append(lambda: self._transaction.set(reference, documents.action(action)))

    def audit(self, entry: AuditEntry) -> None:
        """See `ports.Transaction`."""
        reference = self._client.collection("audit").document(entry.id)
        self._writes.append(lambda: self._transaction.create(reference, documents.audit_entry(entry)))

    def flush(self) -> None:
        """Hand the writes to the transaction, which commits them all or none."""
        for write in self._writes:
            write()

    def _get(self, collection: str, id_: str) -> dict[str, Any] | None:
        reference = self._client.collection(collection).document(id_)
        snapshot = reference.get(transaction=self._transaction, timeout=READ_SECONDS)
        found: dict[str, Any] | None = snapshot.to_dict()
        return found
