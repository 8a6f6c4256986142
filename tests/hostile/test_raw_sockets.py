"""Bytes that no client of good will sends, against the real webhook on gunicorn: no 5xx, and no word of it in a log."""

from collections.abc import Sequence

import pytest

from tests.hostile import canaries
from tests.hostile.served import Served, request, serving, statuses

BODY = b'{"object":"page","entry":[{"text":"' + canaries.TEXT.encode() + b'"}]}'
MIB = b"x" * 1024 * 1024
CHUNKED = "Transfer-Encoding: chunked"
OPEN_LINE = request(BODY).replace(b"Connection: close\r\n", b"")
SIGNED = f"X-Hub-Signature-256: sha256={canaries.WORD}\xe9"

# what is sent, and the statuses of all that may come back; none where the server may simply hang up
HOSTILE: dict[str, tuple[Sequence[bytes], Sequence[list[int]]]] = {
    "60 MB": ((request(b"", f"Content-Length: {60 * len(MIB)}"), *[MIB] * 60), [[413], []]),
    "60 MB in chunks": ((request(b"", CHUNKED), *[b"100000\r\n" + MIB + b"\r\n"] * 60, b"0\r\n\r\n"), [[413], []]),
    "chunks without end": ((request(b"", CHUNKED), *[b"100000\r\n" + MIB + b"\r\n"] * 20), [[401]]),
    "a chunk of no size": ((request(canaries.TEXT.encode() + b"\r\nxx\r\n0\r\n\r\n", CHUNKED),), [[401]]),
    "a chunk cut off": ((request(b"ff\r\n" + canaries.TEXT.encode(), CHUNKED),), [[401]]),
    "a negative chunk": ((request(b"-5\r\nhello\r\n0\r\n\r\n", CHUNKED),), [[401]]),
    "chunks that are none": ((request(BODY, "Transfer-Encoding: gzip, chunked"),), [[401], [400], [501]]),
    "length and chunked": ((request(BODY, f"Content-Length: {len(BODY)}", CHUNKED),), [[400]]),
    "two lengths": ((request(BODY, f"Content-Length: {len(BODY)}", "Content-Length: 3"),), [[400]]),
    "the same length twice": ((request(BODY, *[f"Content-Length: {len(BODY)}"] * 2),), [[400]]),
    "a negative length": ((request(BODY, "Content-Length: -1"),), [[400]]),
    "a length with a sign": ((request(BODY, f"Content-Length: +{len(BODY)}"),), [[400]]),
    "a length of 30 digits": ((request(BODY, "Content-Length: " + "9" * 30),), [[413], [400]]),
    "less than it said": ((request(BODY[:9], f"Content-Length: {len(BODY)}"),), [[200], [401]]),
    "NUL in a header": ((request(BODY, f"X-A: {canaries.TEXT}\x00b"),), [[400]]),
    "bare LF in a header": ((request(BODY, f"X-A: {canaries.TEXT}\nX-B: b"),), [[400]]),
    "bare LF everywhere": ((request(BODY).replace(b"\r\n", b"\n"),), [[400]]),
    "a folded header": ((request(BODY, f"X-A: a\r\n {canaries.TEXT}"),), [[400]]),
    "a header of 100 kB": ((request(BODY, "X-A: " + canaries.TEXT * 6000),), [[431], [400]]),
    "1000 headers": ((request(BODY, *[f"X-{n}: {canaries.TEXT}" for n in range(1000)]),), [[431], [400]]),
    "a line of 100 kB": ((request(BODY, line="POST /" + canaries.TEXT * 6000 + " HTTP/1.1"),), [[200], [414], [400]]),
    "a path of odd bytes": ((request(BODY, line=f"POST /%00/../%ff{canaries.TEXT} HTTP/1.1"),), [[200], [400]]),
    "somebody else's address": ((request(BODY, line="POST http://elsewhere.example/ HTTP/1.1"),), [[200], [400]]),
    "no host": ((request(BODY).replace(b"Host: 127.0.0.1\r\n", b""),), [[200], [400]]),
    "two hosts": ((request(BODY, f"Host: {canaries.TEXT}"),), [[400]]),
    "HTTP/0.9": ((b"GET /" + canaries.TEXT.encode() + b"\r\n\r\n",), [[400], []]),
    "HTTP/9.9": ((request(BODY, line="POST / HTTP/9.9"),), [[400]]),
    "HTTP/2": ((b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + canaries.TEXT.encode(),), [[400], [505], []]),
    "TLS": ((b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(200),), [[400], []]),
    "nothing": ((b"",), [[]]),
    "empty lines": ((b"\r\n" * 1000,), [[400], []]),
    "garbage behind a delivery": ((OPEN_LINE + canaries.TEXT.encode() + b"\x00\r\n\r\n",), [[200, 400], [200]]),
    "three deliveries at once": ((OPEN_LINE * 3,), [[200, 200, 200]]),
    "compressed": ((request(BODY, "Content-Encoding: gzip"),), [[415]]),
    "not JSON by name": ((request(BODY).replace(b"application/json", b"text/" + canaries.TEXT.encode()),), [[415]]),
    "an odd expectation": ((request(BODY, f"Expect: {canaries.TEXT}"),), [[417], [400]]),
    "a signature of odd bytes": ((request(BODY, SIGNED, signed=False),), [[401]]),
    "a signature with an underscore": ((request(BODY, "X_Hub_Signature_256: sha256=1", signed=False),), [[401], [400]]),
    "two signatures": ((request(BODY, f"X-Hub-Signature-256: sha256={canaries.TEXT}"),), [[401]]),
    "no signature": ((request(BODY, signed=False),), [[401], [415]]),
}
METHODS = ("TRACE", "FOO", "CONNECT", "OPTIONS", "HEAD", "PUT", "DELETE", "PATCH")
EVERYWHERE = ("a chunk of no size", "a chunk cut off", "chunks without end", "two lengths", "NUL in a header")


def quiet(served: Served) -> None:
    """Nothing of anybody's in what it wrote, and no words of an exception."""
    assert list(canaries.found_in({"log": served.log.read_text(errors="replace")})) == []
    assert "Traceback" not in served.log.read_text(errors="replace")


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_bytes_are_answered_for_what_they_are(facebook: Served, name: str) -> None:
    pieces, allowed = HOSTILE[name]
    assert statuses(facebook.say(*pieces)) in allowed
    assert facebook.deliver(b'{"object":"page","entry":[]}') == 200, "it no longer answers"
    quiet(facebook)


@pytest.mark.parametrize("method", METHODS)
def test_methods_nobody_uses_are_refused_with_or_without_a_body_that_can_be_read(facebook: Served, method: str) -> None:
    line = f"{method} / HTTP/1.1"
    assert statuses(facebook.say(request(BODY, line=line))) == [405]
    broken = request(canaries.TEXT.encode() + b"\r\nxx\r\n", CHUNKED, line=line)
    assert statuses(facebook.say(broken)) == [405]
    quiet(facebook)


@pytest.mark.parametrize("function", ["inbox", "sweep", "principles", "console"])
def test_no_function_answers_bytes_that_cannot_be_read_with_a_5xx_or_logs_them(
    tmp_path_factory: pytest.TempPathFactory, function: str
) -> None:
    with serving(tmp_path_factory.mktemp(function), function, function) as served:
        for name in EVERYWHERE:
            for line in ("POST / HTTP/1.1", "GET / HTTP/1.1"):
                pieces = [piece.replace(b"POST / HTTP/1.1", line.encode()) for piece in HOSTILE[name][0]]
                [status] = statuses(served.say(*pieces))
                assert status < 500, (name, line)
        quiet(served)
