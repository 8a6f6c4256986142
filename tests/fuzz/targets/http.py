"""A request as a stranger may send it: a line, headers, an empty line, a body. `{sign}` becomes a right signature."""

import contextlib
import io
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import parse_qs

from flask import Request

from functions.linkedin import signing as linkedin
from functions.x import signing as x
from shared.webhooks import endpoint, meta, push
from shared.webhooks.body import PROCESSED, Body
from tests.fuzz.targets.oracle import HEADERS, hmac_sha256, is_right, right_signature
from tests.platforms.every import PUSHED, webhook

Handshake = Callable[[Mapping[str, str]], endpoint.Challenge]
SECRETS = {"one": [b"first secret", b"", b"second secret"], "two": [b"k" * 100]}
TOKEN = b"verify token"
ANSWERS = {200, 401, 403, 405, 413, 415}
CHALLENGES = 256
WEBHOOKS = {name: made for name in PUSHED if (made := webhook(name))}
META: Handshake = lambda query: meta.handshake(query, [b"", TOKEN])  # noqa: E731
HANDSHAKES: Mapping[str, Handshake] = {
    **dict.fromkeys(("facebook", "instagram", "threads"), META),
    "x": lambda query: x.handshake(query, SECRETS),
    "linkedin": lambda query: linkedin.handshake(query, SECRETS),
}


@dataclass
class Taken:
    """Stands where intake is."""

    bodies: list[tuple[Body, frozenset[str]]] = field(default_factory=list)

    def __call__(self, body: Body, apps: frozenset[str], _: object) -> None:
        self.bodies.append((body, apps))


def request(data: bytes) -> int:
    """One request to the webhook that its path names, and whether what became of it is right. The status."""
    taken, environ = Taken(), _environ(data)
    platform = _platform(environ["PATH_INFO"])
    webhook = replace(
        WEBHOOKS[platform],
        handshake=HANDSHAKES.get(platform),
        secrets=lambda: SECRETS,
        parse=lambda _: iter(()),
        deliver=lambda: taken,
    )
    with contextlib.redirect_stdout(io.StringIO()):
        answer = endpoint.handle(Request(environ), webhook)
    assert answer.status_code in ANSWERS, f"status {answer.status_code}"
    if answer.status_code == 200 and environ["REQUEST_METHOD"].upper() == "GET":
        CHECKS[platform](_query(environ), answer.get_data())
    else:
        assert not answer.get_data(), "a refusal says something"
        assert len(taken.bodies) == (answer.status_code == 200), "200 is for what was taken, and for nothing else"
    for body, apps in taken.bodies:
        _check_signed(platform, environ, data.partition(b"\n\n")[2], body, apps)
    return answer.status_code


def push_message(data: bytes) -> int:
    """One message of a topic's subscription: answered whatever it is, and only ids reach the work. The status."""
    seen: list[Any] = []

    def work(ids: Any) -> bool:
        seen.append(ids)
        return True

    with contextlib.redirect_stdout(io.StringIO()):
        answer = push.handle(Request(_environ(data)), "fuzz", work)
    assert answer.status_code in {204, 400, 405, 413}, f"status {answer.status_code}"
    assert len(seen) == (answer.status_code == 204)
    assert all(isinstance(text, str) for ids in seen for item in ids.items() for text in item)
    return answer.status_code


def _environ(data: bytes) -> dict[str, Any]:
    head, _, body = data.partition(b"\n\n")
    first, *lines = head.decode("latin-1").split("\n")
    method, _, path = first.partition(" ")
    path, _, query = path.partition("?")
    environ: dict[str, Any] = {
        "REQUEST_METHOD": method or "POST",
        "SCRIPT_NAME": "",
        "PATH_INFO": path,
        "QUERY_STRING": query,
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(body),
    }
    right = right_signature(_platform(path), SECRETS["one"][2], body)
    for line in lines:
        name, _, value = line.partition(":")
        key = name.strip().upper().replace("-", "_")
        plain = key in {"CONTENT_LENGTH", "CONTENT_TYPE"}
        environ[key if plain else f"HTTP_{key}"] = value.strip().replace("{sign}", right)
    if environ.get("HTTP_TRANSFER_ENCODING") == "chunked":
        environ["wsgi.input_terminated"] = True  # as gunicorn says it
    return environ


def _platform(path: str) -> str:
    name = path.strip("/")
    return name if name in WEBHOOKS else "facebook"


def _check_signed(platform: str, environ: dict[str, Any], sent: bytes, body: Body, apps: frozenset[str]) -> None:
    assert body.raw, "an empty or oversize body"
    assert sent.startswith(body.raw)
    assert len(body.raw) == body.size <= PROCESSED
    header = environ.get(f"HTTP_{HEADERS[platform].upper().replace('-', '_')}", "")
    signed = {app for app, keys in SECRETS.items() for key in keys if key and is_right(platform, key, body.raw, header)}
    assert apps == signed != set(), "accepted for an app that did not sign it"


def _query(environ: dict[str, Any]) -> Mapping[str, str]:
    """The first value of each parameter."""
    text = environ["QUERY_STRING"].encode("latin-1").decode()
    query = parse_qs(text, keep_blank_values=True, errors="replace")
    return {name: values[0] for name, values in query.items()}


def _check_meta(query: Mapping[str, str], answer: bytes) -> None:
    assert query.get("hub.verify_token", "").encode() == TOKEN
    assert query["hub.mode"] == "subscribe"
    assert 0 < len(answer.decode()) <= CHALLENGES
    assert answer.decode() == query["hub.challenge"] or "\ufffd" in query["hub.challenge"]  # bytes that are no UTF-8


def _check_x(query: Mapping[str, str], answer: bytes) -> None:
    asked = query["crc_token"].encode()
    signature = right_signature("x", SECRETS["one"][0], asked)
    assert json.loads(answer) == {"response_token": signature}
    _check_signs_no_delivery("x", asked, signature)


def _check_linkedin(query: Mapping[str, str], answer: bytes) -> None:
    asked = query["challengeCode"].encode()
    app = query.get("applicationId", "") if query.get("applicationId", "") in SECRETS else "one"
    signature = hmac_sha256(SECRETS[app][0], asked)
    assert json.loads(answer) == {"challengeCode": asked.decode(), "challengeResponse": signature}
    _check_signs_no_delivery("linkedin", asked, signature)
    _check_signs_no_delivery("linkedin", asked.removeprefix(b"hmacsha256="), signature)


def _check_signs_no_delivery(platform: str, body: bytes, signature: str) -> None:
    """Whoever has us sign a question must not have a delivery signed by it: the key is the same."""
    head = f"POST /{platform}\nContent-Length: {len(body)}\n{HEADERS[platform]}: {signature}\n\n"
    assert request(head.encode() + body) == 401, "our answer to a question was taken as a delivery"


CHECKS: Mapping[str, Callable[[Mapping[str, str], bytes], None]] = {
    **dict.fromkeys(("facebook", "instagram", "threads"), _check_meta),
    "x": _check_x,
    "linkedin": _check_linkedin,
}
