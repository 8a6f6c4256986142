"""JSON from strangers: read strictly, bounded in depth and size of numbers, and never quoted in an error."""

import json
import math
import re
from typing import Any

DEEPEST = 32
LARGEST = 2**63 - 1
DIGITS = 20  # a longer number is out of range, and not worth converting to find that out

_ESCAPE = re.compile(rb"\\.", re.DOTALL)
_STRING = re.compile(rb'"[^"]*"')
_OPEN_AND_CLOSE = bytes.maketrans(b"{}", b"[]")
_NO_BRACKET = bytes(set(range(256)) - set(b"[]{}"))
_HALF = re.compile(rb"\\u[dD][89a-fA-F]")  # the only way to write a surrogate
_LONE = re.compile("[\ud800-\udfff]")  # Python joins pairs, so any surrogate left over stands alone


class BadJson(Exception):
    """Not JSON that we read. Says why and where, never what was there."""


def loads(body: bytes) -> Any:
    """The value in `body`: UTF-8, at most 32 levels deep, integers of 64 bits, no key twice, no NaN or infinity.

    Half an emoji (a lone surrogate) becomes U+FFFD. Raises `BadJson` and nothing else.
    """
    if _deeper_than(DEEPEST, body):
        raise BadJson(f"nested more than {DEEPEST} levels deep, or brackets that do not match")
    try:
        value = _DECODER.decode(body.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise BadJson(f"not UTF-8 at byte {error.start}") from None
    except json.JSONDecodeError as error:
        raise BadJson(f"not JSON at character {error.pos}") from None
    return _whole(value) if _HALF.search(body) else value


def _deeper_than(levels: int, body: bytes) -> bool:
    """Before anything recursive runs: each pass takes the innermost brackets away."""
    text = _STRING.sub(b"", _ESCAPE.sub(b"", body))
    brackets = text.translate(_OPEN_AND_CLOSE, _NO_BRACKET)
    while brackets and levels:
        brackets = brackets.replace(b"[]", b"")
        levels -= 1
    return bool(brackets)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) < len(pairs):
        raise BadJson("a key stands twice in one object")
    return members


def _integer(digits: str) -> int:
    if len(digits) > DIGITS or not -LARGEST - 1 <= int(digits) <= LARGEST:
        raise BadJson("an integer over 64 bits")
    return int(digits)


def _float(digits: str) -> float:
    value = float(digits)
    if math.isinf(value):
        raise BadJson("a number out of range")
    return value


def _constant(_: str) -> Any:
    raise BadJson("NaN or infinity")


def _whole(value: Any) -> Any:
    if isinstance(value, str):
        return _LONE.sub("\ufffd", value)
    if isinstance(value, list):
        return [_whole(item) for item in value]
    if isinstance(value, dict):
        return _object([(_whole(key), _whole(item)) for key, item in value.items()])
    return value


_DECODER = json.JSONDecoder(object_pairs_hook=_object, parse_int=_integer, parse_float=_float, parse_constant=_constant)
