"""The half of `ports.Store` that a webhook uses, on Firestore, without Google's client: a delivery made durable."""

from collections.abc import Iterable, Sequence

import grpc

from shared.adapters import calling
from shared.adapters.calling import Call, Channel
from shared.adapters.firestore import documents
from shared.adapters.firestore.merging import commit
from shared.adapters.firestore.packing import Write, commits
from shared.adapters.sharing import Shared
from shared.ports import Arrival, Quarantine, StoreUnavailable

COMMIT = "/google.firestore.v1.Firestore/Commit"
COMMIT_SECONDS = 4.0
OWNER = ("authorization", "Bearer owner")  # whom an emulator lets past its rules


class FirestoreIntake:
    """Merges into one database, by its full name. Nothing is tried again: the platform delivers again."""

    def __init__(self, channel: Channel, database: str, headers: Sequence[tuple[str, str]]) -> None:
        self._ask = Call(channel, COMMIT, COMMIT_SECONDS)
        self._database = database
        self._headers = headers
        self._commits: Shared[Sequence[Write]] = Shared(self._commit)

    def merge(self, arrivals: Sequence[Arrival], quarantined: Sequence[Quarantine]) -> None:
        """See `ports.Store`. Deliveries that come at once share a commit."""
        try:
            self._merge(arrivals, [write for kept in quarantined for write in documents.quarantined(kept)])
        except grpc.RpcError as error:
            raise StoreUnavailable(calling.reason(error)) from None

    def _merge(self, arrivals: Sequence[Arrival], fragments: Sequence[Write]) -> None:
        """A case that was posted in more versions than it holds gets the new ones beside it, and costs nobody else."""
        try:
            self._commits.do([*fragments, *(write for a in arrivals for write in documents.arrived(a))])
        except grpc.RpcError as error:
            if error.code() is not grpc.StatusCode.INVALID_ARGUMENT:
                raise
            self._commit([[*fragments, *(write for a in arrivals for write in documents.arrived(a, inline=False))]])

    def _commit(self, brought: Iterable[Sequence[Write]]) -> None:
        """Merge blindly, in their order. Cut between two commits, a delivery comes again and merges the same."""
        for some in commits(write for writes in brought for write in writes):
            self._ask(commit(self._database, some), ("database", self._database), self._headers)


def connect(project: str, emulator: str | None) -> FirestoreIntake:
    """Intake into a project's database, or into an emulator's at `host:port`."""
    database = f"projects/{project}/databases/(default)"
    headers = [("google-cloud-resource-prefix", database), *([] if emulator is None else [OWNER])]
    return FirestoreIntake(calling.channel("firestore", emulator), database, headers)
