"""`ports.Transaction` on Firestore: reads at once, writes kept back until the work is done."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from google.cloud.firestore import Client, Transaction
from google.cloud.firestore_v1.base_query import FieldFilter

from shared.adapters import codec
from shared.adapters.firestore import documents
from shared.adapters.firestore.reading import Reader
from shared.domain.action import Action
from shared.domain.alert import Alert
from shared.domain.case import Case
from shared.ports import AuditEntry


class FirestoreTransaction:
    """Firestore wants every read before the first write, whatever order the work asks in."""

    def __init__(self, client: Client, transaction: Transaction) -> None:
        self._client = client
        self._transaction = transaction
        self._reader = Reader(client, transaction)
        self._writes: list[Callable[[], Any]] = []

    def case(self, case_id: str) -> Case | None:
        """See `ports.Transaction`."""
        found = self._reader.get("cases", case_id)
        return None if found is None else self._reader.cases([(case_id, found)])[0]

    def action(self, action_id: str) -> Action | None:
        """See `ports.Transaction`. What a sweep noted on the document counts, so that the sender can clear it."""
        found = self._reader.get("actions", action_id)
        if found is None:
            return None
        return replace(codec.action.validate_json(found["body"]), sweep_at=documents.plain(found.get("sweep_at")))

    def actions_in(self, group: str) -> int:
        """See `ports.Transaction`."""
        query = self._client.collection("actions").where(filter=FieldFilter("group", "==", group)).select([])
        return len(self._reader.stream(query))

    def alert(self, alert_id: str) -> Alert | None:
        """See `ports.Transaction`."""
        found = self._reader.get("alerts", alert_id)
        return None if found is None else codec.alert.validate_json(found["body"])

    def put_case(self, case: Case) -> None:
        """See `ports.Transaction`."""
        reference = self._client.collection("cases").document(case.id)
        fields = documents.decided(case)
        self._writes.append(lambda: self._transaction.update(reference, fields))

    def put_action(self, action: Action) -> None:
        """See `ports.Transaction`."""
        reference = self._client.collection("actions").document(action.id)
        self._writes.append(lambda: self._transaction.set(reference, documents.action(action)))

    def put_alert(self, alert: Alert) -> None:
        """See `ports.Transaction`."""
        reference = self._client.collection("alerts").document(alert.id)
        self._writes.append(lambda: self._transaction.set(reference, documents.alert(alert)))

    def audit(self, entry: AuditEntry) -> None:
        """See `ports.Transaction`."""
        reference = self._client.collection("audit").document(entry.id)
        self._writes.append(lambda: self._transaction.create(reference, documents.audit_entry(entry)))

    def flush(self) -> None:
        """Hand the writes to the transaction, which commits them all or none."""
        for write in self._writes:
            write()
