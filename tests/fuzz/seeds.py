"""Every fixture of every platform as input of the target `delivery`: the platform's number, then what it sent."""

import contextlib
import json
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any

from shared.domain.message import Platform
from tests.platforms.every import CASES


def numbered(platform: Platform, body: bytes) -> bytes:
    """A delivery with the byte in front that says whose it is."""
    return bytes([list(Platform).index(platform)]) + body


@cache
def deliveries() -> Mapping[str, bytes]:
    """By `platform-case`."""
    return {f"{p.parent.name}-{p.stem}": numbered(Platform(p.parent.name), p.read_bytes()) for p in CASES}


def altered(parts: tuple[str, Sequence[tuple[int, Any]]]) -> bytes:
    """A fixture by its name, with some of its values replaced. JSON in a string becomes JSON: both are read."""
    data = deliveries()[parts[0]]
    number, delivery = data[:1], json.loads(data[1:])
    if isinstance(delivery, dict) and str(delivery.get("content")).startswith("{"):
        with contextlib.suppress(ValueError):
            delivery["content"] = json.loads(delivery["content"])
    for at, value in parts[1]:
        ways = list(_places(delivery))
        if ways:
            parent, key = ways[at % len(ways)]
            parent[key] = value
    return number + json.dumps(delivery).encode()


def _places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Everything that holds something, with where."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, child in [*inner]:
        yield value, key
        yield from _places(child)
