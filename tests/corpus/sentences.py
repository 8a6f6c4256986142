"""Sentences that say what the rules must find and what they must leave alone; a third of them is sealed.

Which third is settled by the hash of the sentence, so that nobody chose it. Sealed sentences are packed, and read by
the tests and `make evaluate` alone: whoever works on the rules looks at the open ones only.
"""

import gzip
import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from shared.domain.assessment import Finding
from shared.domain.message import Kind
from shared.rules.engine import examine

HERE = Path(__file__).parent
PARTS = ("open", "sealed")
HOUSE = frozenset(
    {
        *("hateful", "profane", "abusive", "targets-staff", "inappropriate-links", "illegal-activity"),
        *("personal-information", "advertising", "mean-spirited"),
    }
)


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of a table, `touches`: whether it touches what the table is about."""

    table: str
    text: str
    touches: bool
    row: dict[str, Any]

    @property
    def sealed(self) -> bool:
        """Whether its hash puts it into the sealed third."""
        return int(hashlib.sha256(self.text.encode()).hexdigest(), 16) % 3 == 0

    def found(self) -> tuple[Finding, ...]:
        """The findings that its table is about."""
        kind = Kind(self.row["kind"]) if "kind" in self.row else None
        return tuple(finding for finding in examine(self.text, kind).findings if about(self.table, finding))


def sentences(part: str) -> Iterator[Sentence]:
    """All of one part."""
    for path in sorted((HERE / part).iterdir()):
        read = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
        for row in map(json.loads, read.decode().splitlines()):
            yield Sentence(path.name.partition(".")[0], row["text"], any(row["labels"].values()), row)


def about(table: str, finding: Finding) -> bool:
    """Whether a finding is of the clause that a table is named for, of its rule, or of any house rule."""
    if table in {"views", "self", "feedback"}:
        return finding.clause in HOUSE
    return table in {finding.clause, *finding.rule.split(".")}
