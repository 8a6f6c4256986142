"""Labelled messages from the files of a folder."""

import gzip
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from pydantic import BaseModel, ConfigDict, ValidationError, model_validator

from infra.evaluate.labels import OTHER, UNCLAIMED, DataError, Labels, Truth, Words, entailed, words
from shared.domain.message import Kind

ENDINGS = (".jsonl", ".jsonl.gz")


@dataclass(frozen=True, slots=True)
class Span:
    """A labelled passage, in code points, half-open. `clause` may be `unclaimed` or `other`."""

    start: int
    end: int
    kind: str
    clause: str


@dataclass(frozen=True, slots=True)
class Sample:
    """One labelled message. `group` is what the data calls it, for the count of what is missed."""

    text: str
    truth: Truth
    group: str | None = None
    kind: Kind | None = None
    public: bool = True
    spans: tuple[Span, ...] | None = None


class Row(BaseModel):
    """One line of a file."""

    model_config = ConfigDict(extra="ignore", strict=True)
    text: str
    id: str | int | None = None
    kind: Kind | None = None
    public: bool | None = None
    split: str | None = None
    category: str | None = None
    label: str | None = None
    labels: Labels | None = None
    spans: tuple[tuple[int, int, str], ...] | None = None

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if self.labels is None and self.label is None and self.spans is None:
            raise ValueError("labels: neither `labels` nor `label` nor `spans`")
        if any(not 0 <= start < end <= len(self.text) for start, end, _ in self.spans or ()):
            raise ValueError("spans: not within the text")
        return self


def files(folder: Path) -> list[Path]:
    """The files of labelled messages in a folder, by name. Raises `DataError` where there are none."""
    if not folder.is_dir():
        raise DataError(f"{folder}: no such folder")
    found = sorted(path for path in folder.iterdir() if path.name.endswith(ENDINGS))
    if not found:
        raise DataError(f"{folder}: no *.jsonl or *.jsonl.gz there")
    return found


def samples(path: Path, split: str | None = None) -> list[Sample]:
    """The messages of a file, of one split or of all. Raises `DataError` with the file, the line and the key."""
    known = words(path.parent, path.name.partition(".jsonl")[0])
    return [_sample(where, row, known) for where, row in _rows(path) if split in {None, row.split}]


def _rows(path: Path) -> Iterator[tuple[str, Row]]:
    opened = gzip.open if path.suffix == ".gz" else open
    where = path.name
    try:
        with opened(path, "rb") as lines:
            for number, line in enumerate(lines, start=1):
                where = f"{path.name}: line {number}"
                if line.strip():
                    yield where, Row.model_validate_json(line)
    except ValidationError as error:
        raise DataError(f"{where}: {_reason(error)}") from None
    except (OSError, EOFError, zlib.error):  # what `gzip` says of a file that is none, or damaged
        raise DataError(f"{where}: cannot be read any further") from None


def _reason(error: ValidationError) -> str:
    first = error.errors(include_input=False, include_url=False)[0]
    key = ".".join(str(part) for part in first["loc"] if part != "[key]")
    return ": ".join(part for part in (key, first["msg"].removeprefix("Value error, ")) if part)


def _sample(where: str, row: Row, known: Words) -> Sample:
    if row.label is not None and row.label not in known.labels:
        raise DataError(f"{where}: label: no word of labels.toml: {row.label}")
    spans = None if row.spans is None else tuple(_spans(where, row.spans, known))
    try:
        truth = entailed({**_of_spans(spans), **known.labels.get(row.label or "", {}), **(row.labels or {})})
    except ValueError as error:
        raise DataError(f"{where}: labels: {error}") from None
    public = row.kind is not Kind.DIRECT if row.public is None else row.public
    return Sample(row.text, truth, row.category or row.label, row.kind, public, spans)


def _spans(where: str, spans: Sequence[tuple[int, int, str]], known: Words) -> Iterator[Span]:
    for start, end, kind in spans:
        if kind not in known.spans:
            raise DataError(f"{where}: spans: no kind of labels.toml: {kind}")
        yield Span(start, end, kind, known.spans[kind])


def _of_spans(spans: Sequence[Span] | None) -> Truth:
    """A clause with a span is touched. Without any, the text says nothing where something personal is unclaimed."""
    if spans is None:
        return {}
    clauses = {span.clause for span in spans} - {OTHER}
    return (
        {} if clauses == {UNCLAIMED} else {"personal-information": False, **dict.fromkeys(clauses - {UNCLAIMED}, True)}
    )
