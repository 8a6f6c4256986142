"""What fits where: a document of Firestore holds 1 MiB, a request 10 (the emulator's 4), and we stay well under both.

A case carries its first words itself, so that a list reads one document a case. Every other revision, and whatever is
long, is a document of its own beside it: nothing that comes later can make a case too large to be written.
"""

import gzip
import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

COMMIT_BYTES = 3_500_000
PIECE_BYTES = 700_000
INLINE_BYTES = 32_000
_OVERHEAD = 400  # of a write: its path and its mask

Document = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Write:
    """One blind merge. `weight` is how many bytes it takes in a request, rather too many than too few."""

    collection: str
    id: str
    document: Document

    @property
    def weight(self) -> int:
        """Bytes in a request."""
        return _OVERHEAD + _weight(self.document)


def packed(owner: str, body: bytes) -> tuple[Document, list[Write]]:
    """The fields that hold `body`, compressed, and the pieces to be written before them where it is still too long.

    A piece is named by what the whole holds: a delivery that was cut off between two commits and comes again, with
    another time in it, never mixes its pieces with the old ones. `owner` finds them when the case is erased.
    """
    data = gzip.compress(body, compresslevel=6, mtime=0)
    if len(data) <= PIECE_BYTES:
        return {"body": data}, []
    whole = hashlib.sha256(data).hexdigest()
    pieces = [
        Write("pieces", f"{owner}-{whole[:32]}-{number}", {"owner": owner, "data": data[at : at + PIECE_BYTES]})
        for number, at in enumerate(range(0, len(data), PIECE_BYTES))
    ]
    return {"pieces": [piece.id for piece in pieces]}, pieces


def unpacked(document: Mapping[str, Any], pieces: Mapping[str, bytes]) -> bytes:
    """The body that `packed` put into `document` and, by their ids, into `pieces`."""
    names = document.get("pieces")
    data = document["body"] if names is None else b"".join(pieces[name] for name in names)
    return gzip.decompress(data)


def commits(writes: Iterable[Write]) -> Iterator[list[Write]]:
    """The writes in their order, in as few commits as their size allows."""
    batch: list[Write] = []
    size = 0
    for write in writes:
        weight = write.weight
        if batch and size + weight > COMMIT_BYTES:
            yield batch
            batch, size = [], 0
        batch.append(write)
        size += weight
    if batch:
        yield batch


def _weight(value: Any) -> int:
    if isinstance(value, Mapping):
        return sum(2 * len(key) + 32 + _weight(inner) for key, inner in value.items())
    if isinstance(value, list):
        return sum(8 + _weight(inner) for inner in value)
    if isinstance(value, str):
        return len(value.encode())
    return len(value) if isinstance(value, bytes) else 16
