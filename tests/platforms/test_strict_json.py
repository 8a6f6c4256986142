"""`shared.webhooks.json`: only what we read gets through, and only `BadJson` gets out."""

import json
import traceback
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from shared.webhooks.json import DEEPEST, BadJson, loads

steady = settings(deadline=None, database=None, derandomize=True, max_examples=500)
CANARY = "canary-5f1"


def nested(levels: int, opening: bytes = b"[", closing: bytes = b"]", inside: bytes = b"") -> bytes:
    return opening * levels + inside + closing * levels


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b"", "not JSON at character 0"),
        (b"{}x", "not JSON at character 2"),
        (b"\xef\xbb\xbf{}", "not JSON at character 0"),
        (b'"\xff"', "not UTF-8 at byte 1"),
        (b'"\xed\xa0\x80"', "not UTF-8 at byte 1"),
        (b'{"a": 1, "a": 2}', "a key stands twice in one object"),
        (b'[{"b": {"a": 1, "\\u0061": 2}}]', "a key stands twice in one object"),
        (b'{"\\ud800": 1, "\\ud801": 2}', "a key stands twice in one object"),
        (b"NaN", "NaN or infinity"),
        (b"[-Infinity]", "NaN or infinity"),
        (b"1e999", "a number out of range"),
        (b"9223372036854775808", "an integer over 64 bits"),
        (b"-9223372036854775809", "an integer over 64 bits"),
        (b"9" * 5000, "an integer over 64 bits"),
        (nested(DEEPEST + 1), "nested more than 32 levels deep, or brackets that do not match"),
        (nested(DEEPEST + 1, b'{"a":', b"}", b"1"), "nested more than 32 levels deep, or brackets that do not match"),
        (b"[" * 1_000_000, "nested more than 32 levels deep, or brackets that do not match"),
        (b'"' + b'\\"' * 100_000, "not JSON at character 0"),
    ],
    ids=lambda value: value if isinstance(value, str) else repr(value[:12]),
)
def test_what_is_refused(body: bytes, why: str) -> None:
    with pytest.raises(BadJson) as refused:
        loads(body)
    assert str(refused.value) == why


@pytest.mark.parametrize(
    ("body", "value"),
    [
        (b"9223372036854775807", 2**63 - 1),
        (b"-9223372036854775808", -(2**63)),
        (b'"[[[[{{{{\\"[[["', '[[[[{{{{"[[['),
        (b'{"a\\\\": ["\\\\", "]"]}', {"a\\": ["\\", "]"]}),
        (b'"\\ud83d\\ude22"', "\U0001f622"),
        (b'"a\\ud83d"', "a\ufffd"),
        (b'["\\ude22\\ud83d"]', ["\ufffd\ufffd"]),
        (b'{"\\ud83d": {"k": "\\udfff"}}', {"\ufffd": {"k": "\ufffd"}}),
        (b" null ", None),
        (b"[1.5, -0, 1E2]", [1.5, 0, 100.0]),
    ],
    ids=lambda value: repr(value)[:24],
)
def test_what_is_read(body: bytes, value: Any) -> None:
    assert loads(body) == value


def test_the_deepest_that_is_read() -> None:
    assert json.dumps(loads(nested(DEEPEST))).encode() == nested(DEEPEST)
    assert loads(nested(DEEPEST, b'{"a":', b"}", b'"]"'))


@steady
@given(st.binary() | st.text(alphabet='[]{}":,\\ud8901eE+-.nulltrfas \n').map(lambda text: text.encode()))
@example(b'"' + b"\\" * 1001)
@example(b"[\\[")
def test_any_bytes_are_read_or_refused(body: bytes) -> None:
    try:
        value = loads(body)
    except BadJson:
        return
    json.dumps(value, ensure_ascii=False, allow_nan=False).encode("utf-8")


@steady
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.text(),
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
        max_leaves=20,
    ),
    st.booleans(),
)
def test_ordinary_json_is_read_as_it_is(value: Any, ascii: bool) -> None:
    assert loads(json.dumps(value, ensure_ascii=ascii).encode("utf-8")) == value


@pytest.mark.parametrize("body", [f'"{CANARY}', f'{{"{CANARY}":1,"{CANARY}":2}}', f"[{CANARY}]", f'"{CANARY}\udcff"'])
def test_a_refusal_never_quotes_the_body(body: str) -> None:
    with pytest.raises(BadJson) as refused:
        loads(body.encode("utf-8", "surrogateescape"))
    error = refused.value
    assert CANARY not in "".join(traceback.format_exception(error))
    assert CANARY not in repr(error.args)
