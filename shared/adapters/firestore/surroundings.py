"""Lists of cases on Firestore, and the part of `ports.Store` about what stands around one."""

from datetime import datetime

from google.cloud.firestore import Client, Query
from google.cloud.firestore_v1.base_query import FieldFilter

from shared.adapters.firestore import documents
from shared.adapters.firestore.limits import reachable
from shared.adapters.firestore.reading import Reader
from shared.domain.case import Case

Desc = Query.DESCENDING


class FirestoreSurroundings:
    """Read outside any transaction: what `inbox` looks at, it does not lock."""

    _client: Client

    def same_words(self, fingerprint: str, since: datetime, until: datetime, limit: int) -> list[Case]:
        """See `ports.Surroundings`."""
        return self._traced("fingerprint", fingerprint, since, until, limit)

    def replies_to(self, reply_to: str, since: datetime, until: datetime, limit: int) -> list[Case]:
        """See `ports.Surroundings`."""
        return self._traced("reply_to", reply_to, since, until, limit)

    def earlier(self, case: Case, limit: int) -> list[Case]:
        """See `ports.Surroundings`. The case itself may be among those asked for."""
        until = self._together(case).where(filter=FieldFilter("at", "<=", case.at))
        found = self._cases(until.order_by("at", direction=Desc).limit(limit + 1))
        return [other for other in found if other.id != case.id][:limit]

    def conversation(self, case: Case, limit: int) -> list[Case]:
        """See `ports.Surroundings`."""
        since = self._together(case).where(filter=FieldFilter("at", ">", case.at)).order_by("at").limit(limit)
        return [*reversed(self.earlier(case, limit)), *self._cases(since)]

    def _together(self, case: Case) -> Query:
        same = FieldFilter("conversation", "==", documents.conversation(case))
        return self._client.collection("cases").where(filter=same)

    def _traced(self, name: str, value: str, since: datetime, until: datetime, limit: int) -> list[Case]:
        query = self._client.collection("cases").where(filter=FieldFilter(name, "==", value))
        for comparison, time in ((">=", since), ("<=", until)):
            query = query.where(filter=FieldFilter("said_at", comparison, time))
        return self._cases(query.order_by("said_at").limit(limit))

    def _cases(self, query: Query) -> list[Case]:
        reader = Reader(self._client)
        with reachable():
            return reader.cases(reader.stream(query))
