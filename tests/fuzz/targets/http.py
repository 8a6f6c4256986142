"""A request as a stranger may send it: a line, headers, an empty line, a body. `{sign}` becomes a right signature."""

import contextlib
import io
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs

from flask import Request

from shared.domain.message import Platform
from shared.webhooks import endpoint, meta, push
from shared.webhooks.body import PROCESSED, Body
from tests.fuzz.targets.oracle import hmac_sha256

SECRETS = {"one": [b"first secret", b"", b"second secret"], "two": [b"k" * 100]}
TOKEN = b"verify token"
ANSWERS = {200, 401, 403, 405, 413, 415}
CHALLENGES = 256


@dataclass
class Taken:
    """Stands where intake is."""

    bodies: list[tuple[Body, frozenset[str]]] = field(default_factory=list)

    def __call__(self, body: Body, apps: frozenset[str], _: object) -> None:
        self.bodies.append((body, apps))


def request(data: bytes) -> int:
    """One request to a webhook, and whether what became of it is right. The status."""
    taken, environ = Taken(), _environ(data)
    webhook = endpoint.Webhook(
        platform=Platform.FACEBOOK,
        handshake=lambda query: meta.handshake(query, [b"", TOKEN]),
        verify=meta.verify,
        secrets=lambda: SECRETS,
        parse=lambda _: iter(()),
        deliver=lambda: taken,
    )
    with contextlib.redirect_stdout(io.StringIO()):
        answer = endpoint.handle(Request(environ), webhook)
    assert answer.status_code in ANSWERS, f"status {answer.status_code}"
    if answer.status_code == 200 and environ["REQUEST_METHOD"].upper() == "GET":
        _check_handshake(environ, answer.get_data())
    else:
        assert not answer.get_data(), "a refusal says something"
        assert len(taken.bodies) == (answer.status_code == 200), "200 is for what was taken, and for nothing else"
    for body, apps in taken.bodies:
        _check_signed(environ, data.partition(b"\n\n")[2], body, apps)
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
    right = f"sha256={hmac_sha256(SECRETS['one'][2], body)}"
    for line in lines:
        name, _, value = line.partition(":")
        key = name.strip().upper().replace("-", "_")
        plain = key in {"CONTENT_LENGTH", "CONTENT_TYPE"}
        environ[key if plain else f"HTTP_{key}"] = value.strip().replace("{sign}", right)
    if environ.get("HTTP_TRANSFER_ENCODING") == "chunked":
        environ["wsgi.input_terminated"] = True  # as gunicorn says it
    return environ


def _check_signed(environ: dict[str, Any], sent: bytes, body: Body, apps: frozenset[str]) -> None:
    assert body.raw, "an empty or oversize body"
    assert sent.startswith(body.raw)
    assert len(body.raw) == body.size <= PROCESSED
    given = environ.get("HTTP_X_HUB_SIGNATURE_256", "")
    signed = {
        app for app, keys in SECRETS.items() for key in keys if key and given == f"sha256={hmac_sha256(key, body.raw)}"
    }
    assert apps == signed != set(), "accepted for an app that did not sign it"


def _check_handshake(environ: dict[str, Any], answer: bytes) -> None:
    text = environ["QUERY_STRING"].encode("latin-1").decode()
    query = parse_qs(text, keep_blank_values=True, errors="replace")
    first = {name: values[0] for name, values in query.items()}
    assert first.get("hub.verify_token", "").encode() == TOKEN
    assert first["hub.mode"] == "subscribe"
    assert 0 < len(answer.decode()) <= CHALLENGES
    assert answer.decode() == first["hub.challenge"] or "\ufffd" in first["hub.challenge"]  # bytes that are no UTF-8
