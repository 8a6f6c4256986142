"""JSON lines in and out."""

import io
import json
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from infra.cli.errors import BadInput

M = TypeVar("M", bound=BaseModel)


def read_models(model: type[M], name: str = "-") -> Iterator[M]:
    """Every line of a file, or of standard input for `-`, as a model; blank lines are passed over.

    Raises `BadInput` with the line's number.
    """
    for number, line in enumerate(_lines(name), start=1):
        if not line.strip():
            continue
        try:
            yield model.model_validate_json(line)
        except ValidationError as error:
            first = error.errors(include_input=False, include_url=False)[0]
            where = ".".join(str(part) for part in first["loc"]) or "the line"
            raise BadInput(f"line {number}: {where}: {first['msg']}") from None


def write(value: Any) -> None:
    """One value as one line."""
    print(json.dumps(value, ensure_ascii=False), flush=True)


def read_file(name: str) -> bytes:
    """A file's bytes, or standard input's for `-`. Raises `BadInput`."""
    if name == "-":
        return sys.stdin.buffer.read()
    try:
        return Path(name).read_bytes()
    except OSError as error:
        raise BadInput(f"{name}: {error.strerror}") from None


def _lines(name: str) -> Iterable[bytes]:
    """One by one, since the other end of a pipe may be waiting for what a line comes to."""
    return sys.stdin.buffer if name == "-" else io.BytesIO(read_file(name))
