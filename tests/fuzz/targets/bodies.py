"""Bytes as JSON, read as strictly as we say."""

import json
import math
from typing import Any

from shared.webhooks.json import DEEPEST, BadJson, loads


def strict_json(data: bytes) -> object:
    """Bytes as JSON: refused, or the value that Python's own reader finds, within our limits. None when refused."""
    try:
        value = loads(data)
    except BadJson:
        return None
    assert repr(value) == repr(_softened(json.loads(data.decode()))), "read otherwise than Python reads it"
    _check(value, DEEPEST)
    return json.dumps(value, ensure_ascii=False).encode()


def _check(value: Any, deeper: int) -> None:
    assert deeper >= 0 or not isinstance(value, dict | list)
    if isinstance(value, str):
        value.encode()
    elif isinstance(value, float):
        assert math.isfinite(value)
    elif isinstance(value, int):
        assert -(2**63) <= value < 2**63
    elif isinstance(value, dict):
        for key, inner in value.items():
            key.encode()
            _check(inner, deeper - 1)
    elif isinstance(value, list):
        for inner in value:
            _check(inner, deeper - 1)


def _softened(value: Any) -> Any:
    """Half an emoji becomes U+FFFD."""
    if isinstance(value, str):
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(value, list):
        return [_softened(inner) for inner in value]
    return {_softened(key): _softened(inner) for key, inner in value.items()} if isinstance(value, dict) else value
