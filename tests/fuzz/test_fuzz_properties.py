"""Made-up input of the right shape, with something wrong in it, for each target."""

import json
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from hypothesis import HealthCheck, example, given, seed, settings
from hypothesis import strategies as st

from shared.domain.message import Platform
from tests.fuzz.budget import EXAMPLES, SEED
from tests.fuzz.seeds import altered, numbered
from tests.fuzz.seeds import deliveries as fixtures
from tests.fuzz.targets import target
from tests.fuzz.targets.words import COMMANDS
from tests.platforms.every import PUSHED

Property = Callable[[Any], None]
PAGE = "100000000000001"
KNOWN = """
object entry id time changes messaging standby field value item verb from comment_id post_id parent_id message
text mid attachments type payload url sender recipient timestamp is_echo is_deleted post page feed mention ratings
comment rating status add edited remove hide review_text created_time updated_time edited_time""".split()  # noqa: SIM905
HEADERS = (
    *("Content-Length", "Content-Type", "Content-Encoding", "Transfer-Encoding", "X-Hub-Signature-256"),
    *("X-Twitter-Webhooks-Signature", "X-LI-Signature", "TikTok-Signature"),
    *("X-Hub-Signature", "X-HTTP-Method-Override", "Expect", "Connection", "Host", "Range", "Upgrade"),
)
VALUES = (
    *("{sign}", "{sign} ", "sha256=", "sha256=" + "0" * 64, "{sign},{sign}", "application/json", "application/json;a"),
    *("text/html", "gzip", "identity", "br, gzip", "chunked", "chunked, chunked", "-1", "0", "1", "٣", "1e3", "0x1"),
    *("9" * 30, " 3", "3, 3", "", "*/*", "bytes=0-", "100-continue", "DELETE", "a" * 9000, "\x00", "é"),
)
AWKWARD = (
    *(b"1e999", b"[-1e999]", b"NaN", b"9" * 5000, b'{"a": 1, "a": 2}', b"\xef\xbb\xbf[]", b'["\\ud800"]', b"1_000"),
    *(b"[" * 33 + b"]" * 33, b'{"a":' * 40 + b"1" + b"}" * 40, b"[" * 100_000, b"]" * 9 + b"[" * 9),
)
METHODS = ("POST", "POST", "POST", "GET", "HEAD", "PUT", "DELETE", "OPTIONS", "TRACE", "CONNECT", "FOO", "post", "")
QUERIES = (
    "hub.mode=subscribe&hub.challenge=1&hub.verify_token=verify%20token",
    "hub.mode=subscribe&hub.challenge=1&hub.verify_token=",
    "hub.mode=subscribe&hub.challenge=%F0%9F%98%80&hub.verify_token=verify+token&hub.verify_token=other",
    "hub.mode=subscribe&hub.challenge=" + "x" * 257 + "&hub.verify_token=verify%20token",
    "crc_token=MTIzNDU2Nzg5MA%3D%3D&nonce=1&hub.verify_token=",
    "crc_token=%7B%22data%22%3A1%7D&challengeCode=hmacsha256%3D%7B%7D",
    "challengeCode=890e4665-4dfe-4ab1-b689-ed553bceeed0&applicationId=two",
    "hub.mode=%FF&hub.challenge=%&hub.verify_token=%ED%A0%80",
)


def steady(check: Property) -> Property:
    """So many examples, and the same ones again for the same seed."""
    quiet = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]
    budget = settings(max_examples=EXAMPLES, deadline=None, database=None, suppress_health_check=quiet)
    return seed(SEED)(budget(check))


def mostly(good: st.SearchStrategy[Any], odd: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Four times in five the good one, so that what is inside is reached."""
    return st.integers(0, 4).flatmap(lambda number: good if number else odd)


scalars = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=12)
    | st.sampled_from([*KNOWN, PAGE, "other", "1_1", 1795298400, 1795298400000, "2026-11-24T22:00:00+0000", 0, -1])
)
values = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(KNOWN), inner, max_size=5),
    max_leaves=12,
)  # fmt: skip
comments = st.fixed_dictionaries(
    {"item": st.just("comment") | values, "verb": st.sampled_from(["add", "edited", "remove", "hide"])},
    optional=dict.fromkeys(("comment_id", "post_id", "parent_id", "from", "message", "created_time", "photo"), values),
)
changes = st.fixed_dictionaries({"field": st.sampled_from(["feed", "mention", "ratings"]) | values, "value": comments})
directs = st.fixed_dictionaries(
    {
        "sender": st.fixed_dictionaries({"id": values}),
        "message": st.fixed_dictionaries({"mid": values, "text": values}),
    },
    optional={"timestamp": values, "recipient": values, "postback": values, "message_edit": values},
)
entries = st.fixed_dictionaries(
    {"id": mostly(st.sampled_from([PAGE, PAGE, "other", "nobody's"]), values)},
    optional={
        "time": values,
        "changes": st.lists(mostly(changes, values), max_size=4),
        "messaging": mostly(st.lists(mostly(directs, values), max_size=4), values),
        "standby": st.lists(directs | values, max_size=2),
    },
)
deliveries = st.fixed_dictionaries(
    {"object": mostly(st.just("page"), scalars), "entry": st.lists(mostly(entries, values), max_size=3)}
)


def as_json(value: Any) -> bytes:
    return json.dumps(value).encode()


def cut(parts: tuple[bytes, Sequence[tuple[int, int]]]) -> bytes:
    """The bytes with some of them changed."""
    body = bytearray(parts[0])
    for at, byte in parts[1]:
        if body:
            body[at % len(body)] = byte
    return bytes(body)


damages = st.lists(st.tuples(st.integers(0, 10_000), st.integers(0, 255)), max_size=3)
bodies = st.tuples(deliveries.map(as_json), damages).map(cut)
replaced = st.lists(st.tuples(st.integers(0, 10_000), values), min_size=1, max_size=3)
every_platforms = st.tuples(st.sampled_from(sorted(fixtures())), replaced).map(altered)
heads = st.tuples(
    st.sampled_from(METHODS),
    st.sampled_from(["facebook", "facebook", "nobody", *PUSHED]),
    st.sampled_from(QUERIES) | st.text(max_size=20).filter(lambda text: "\n" not in text),
    st.lists(st.tuples(st.sampled_from(HEADERS), st.sampled_from(VALUES)), max_size=5),
)


def as_request(parts: tuple[tuple[str, str, str, list[tuple[str, str]]], bytes, int]) -> bytes:
    """A request; `lie` is how far its length is off, if it does not say so itself."""
    (method, path, query, headers), body, lie = parts
    length = ("Content-Length", str(len(body) + lie))
    lines = [f"{method} /{path}?{query}", *(": ".join(header) for header in [length, *headers])]
    return "\n".join(lines).encode("latin-1", "replace") + b"\n\n" + body


lies = st.sampled_from([0, 0, 0, 1, -1, 10**6, -(10**6), 40 * 1024 * 1024])
requests = st.tuples(heads, bodies | st.binary(max_size=200), lies).map(as_request)
texts = st.text(max_size=200) | st.sampled_from(
    [
        "I am going to kill myself",
        "fuck off",
        "call 01632 960 001 \u202e",
        "k\u0336i\u200bll",
        "\ud800",
        "https://x.invalid",
    ]
)


@steady
@given(requests | st.binary(max_size=300))
@example(
    as_request(
        (("POST", "facebook", "", [("X-Hub-Signature-256", "{sign}"), ("Content-Type", "application/json")]), b"{}", 0)
    )
)
def test_any_request(data: bytes) -> None:
    target("request")(data)


@steady
@given(requests)
def test_any_push(data: bytes) -> None:
    target("push")(data)


@steady
@given(values.map(as_json) | bodies | st.sampled_from(AWKWARD) | st.binary(max_size=300))
def test_any_json(data: bytes) -> None:
    target("json")(data)


@steady
@given(bodies.map(partial(numbered, Platform.FACEBOOK)) | every_platforms | st.binary(max_size=300))
def test_any_delivery(data: bytes) -> None:
    target("delivery")(data)


@steady
@given(st.lists(texts, min_size=1, max_size=4).map("".join), st.lists(texts, max_size=2).map("".join))
def test_any_words(text: str, about: str) -> None:
    target("words")(f"{text}\x00{about}".encode("utf-8", "surrogatepass"))


rows = st.fixed_dictionaries(
    {"text": texts | values},
    optional={"id": values, "kind": st.sampled_from(["direct", "comment"]) | values, "public": values, "about": texts,
              "sent_at": st.datetimes().map(lambda at: at.isoformat() + "+00:00") | values},
)  # fmt: skip
moments = st.datetimes().map(lambda at: (at.isoformat() + "+01:00").encode()) | st.binary(max_size=30)


@steady
@given(
    st.integers(0, len(COMMANDS) - 1),
    st.lists(rows.map(as_json) | moments, max_size=4).map(b"\n".join) | bodies,
)
def test_any_lines(command: int, data: bytes) -> None:
    target("lines")(bytes([command]) + data)
