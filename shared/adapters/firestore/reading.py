"""Documents put together again: a case with what stands beside it, a long body from its pieces."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from typing import Any

from google.cloud.firestore import Client, Query, Transaction
from google.cloud.firestore_v1.base_query import FieldFilter

from shared.adapters.firestore import documents
from shared.adapters.firestore.limits import ONCE
from shared.adapters.firestore.packing import Document, unpacked
from shared.domain.case import Case

READ_SECONDS = 5.0
_AT_ONCE = 30  # cases a query may name


class Reader:
    """Reads of one database, in a transaction or not. A case that was never edited is one document."""

    def __init__(self, client: Client, transaction: Transaction | None = None) -> None:
        self._client = client
        self._transaction = transaction

    def cases(self, found: Sequence[tuple[str, Document]]) -> list[Case]:
        """The cases of these documents, in their order."""
        beside = self._beside([id_ for id_, document in found if document.get("beside")])
        return [documents.case(id_, document, beside.get(id_, {})) for id_, document in found]

    def bodies(self, found: Sequence[Document]) -> list[bytes]:
        """What `packed` wrote, with one more call where anything is in pieces."""
        names = [name for document in found for name in document.get("pieces", ())]
        references = [self._client.collection("pieces").document(name) for name in names]
        got = (
            self._client.get_all(references, transaction=self._transaction, retry=ONCE, timeout=READ_SECONDS)
            if names
            else ()
        )
        pieces = {piece.id: piece.get("data") for piece in got if piece.exists}
        return [unpacked(document, pieces) for document in found]

    def stream(self, query: Query) -> list[tuple[str, Document]]:
        """The documents of a query with their ids."""
        found: Iterable[Any] = query.stream(transaction=self._transaction, retry=ONCE, timeout=READ_SECONDS)
        return [(snapshot.id, snapshot.to_dict()) for snapshot in found]

    def get(self, collection: str, id_: str) -> Document | None:
        """One document."""
        reference = self._client.collection(collection).document(id_)
        found: Document | None = reference.get(
            transaction=self._transaction, retry=ONCE, timeout=READ_SECONDS
        ).to_dict()
        return found

    def _beside(self, case_ids: Sequence[str]) -> Mapping[str, Mapping[str, bytes]]:
        named = [case_ids[at : at + _AT_ONCE] for at in range(0, len(case_ids), _AT_ONCE)]
        found = [document for _, document in chain.from_iterable(map(self._revisions_of, named))]
        grouped: dict[str, dict[str, bytes]] = {}
        for document, body in zip(found, self.bodies(found), strict=True):
            grouped.setdefault(document["case"], {})[document["hash"]] = body
        return grouped

    def _revisions_of(self, case_ids: Sequence[str]) -> list[tuple[str, Document]]:
        theirs = FieldFilter("case", "in", case_ids)
        return self.stream(self._client.collection("revisions").where(filter=theirs))
