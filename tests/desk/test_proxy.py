"""The desk in the cloud: only what Identity-Aware Proxy signed, just now and for this desk, lets somebody in."""

import base64
import json
import math
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any

import httpx
import pytest
from cryptography.hazmat.primitives import hashes, hmac, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from flask import Request
from werkzeug.test import Client, EnvironBuilder

from functions.console import app, proxy
from functions.console.proxy import HEADER, Keys, NotVerified, verified
from shared.service.desk.model import Person
from tests.desk.seeds import KEY, LIBRARY, WORDS, Seeds, reach

AUDIENCE = "/projects/100000000000/locations/europe-west2/services/console"
OURS, STRANGERS = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
LONGER = ec.generate_private_key(ec.SECP384R1())


def pem(key: ec.EllipticCurvePrivateKey) -> str:
    form = serialization.PublicFormat.SubjectPublicKeyInfo
    return key.public_key().public_bytes(serialization.Encoding.PEM, form).decode()


PUBLISHED = {"key-1": pem(OURS), "key-384": pem(LONGER)}


def segment(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()


def claims(**changed: Any) -> dict[str, Any]:
    now = int(datetime.now(UTC).timestamp())
    usual = {
        "iss": "https://cloud.google.com/iap",
        "aud": AUDIENCE,
        "sub": "accounts.google.com:100000000000000000001",
        "email": "Asha@Example.org",
        "iat": now - 5,
        "exp": now + 595,
    }
    return {name: value for name, value in {**usual, **changed}.items() if value is not ...}


def token(payload: Any = None, header: Mapping[str, Any] | None = None, key: ec.EllipticCurvePrivateKey = OURS) -> str:
    """Signed as Google signs: ES256, both numbers of the signature side by side."""
    head = {"alg": "ES256", "typ": "JWT", "kid": "key-1", **(header or {})}
    text = f"{segment(json.dumps(head).encode())}.{segment(json.dumps(payload or claims()).encode())}"
    r, s = decode_dss_signature(key.sign(text.encode(), ec.ECDSA(hashes.SHA256())))
    return f"{text}.{segment(r.to_bytes(32, 'big') + s.to_bytes(32, 'big'))}"


def now() -> datetime:
    return datetime.now(UTC)


def who(sent: str | None, audience: str = AUDIENCE) -> Person | None:
    headers = [] if sent is None else [(HEADER, sent)]
    identify = verified(audience, Keys(lambda: PUBLISHED, now), now)
    return identify(Request(EnvironBuilder(headers=headers).get_environ()))


def test_whom_the_proxy_let_in_is_known_by_name() -> None:
    assert who(token()) == Person("asha@example.org", "Asha", "")


def unsigned() -> str:
    return f"{segment(json.dumps({'alg': 'none', 'kid': 'key-1'}).encode())}.{segment(json.dumps(claims()).encode())}."


def signed_with_the_public_key() -> str:
    text = f"{segment(json.dumps({'alg': 'HS256', 'kid': 'key-1'}).encode())}.{segment(json.dumps(claims()).encode())}"
    mac = hmac.HMAC(PUBLISHED["key-1"].encode(), hashes.SHA256())
    mac.update(text.encode())
    return f"{text}.{segment(mac.finalize())}"


def signed_with_a_longer_key() -> str:
    head = {"alg": "ES384", "kid": "key-384"}
    text = f"{segment(json.dumps(head).encode())}.{segment(json.dumps(claims()).encode())}"
    r, s = decode_dss_signature(LONGER.sign(text.encode(), ec.ECDSA(hashes.SHA384())))
    return f"{text}.{segment(r.to_bytes(48, 'big') + s.to_bytes(48, 'big'))}"


def changed_after_signing() -> str:
    head, _, signature = token().split(".")
    return f"{head}.{segment(json.dumps(claims(email='other@example.org')).encode())}.{signature}"


def at(seconds: float) -> int:
    return int(now().timestamp() + seconds)


REFUSED: dict[str, Callable[[], str | None]] = {
    "nothing": lambda: None,
    "empty": lambda: "",
    "not a token": lambda: "a.b.c",
    "two parts": lambda: "a.b",
    "not ascii": lambda: "é.é.é",
    "a stranger's key": lambda: token(key=STRANGERS),
    "an unknown key": lambda: token(header={"kid": "key-2"}),
    "no key named": lambda: token(header={"kid": None}),
    "a list of keys": lambda: token(header={"kid": ["key-1"]}),
    "not signed": unsigned,
    "signed with the public key": signed_with_the_public_key,
    "another algorithm named": lambda: token(header={"alg": "RS256"}),
    "changed after signing": changed_after_signing,
    "another desk": lambda: token(claims(aud=AUDIENCE.replace("console", "other"))),
    "a list of audiences": lambda: token(claims(aud=[AUDIENCE])),
    "no audience": lambda: token(claims(aud=...)),
    "another issuer": lambda: token(claims(iss="https://accounts.google.com")),
    "no issuer": lambda: token(claims(iss=...)),
    "over": lambda: token(claims(iat=at(-700), exp=at(-100))),
    "not yet": lambda: token(claims(iat=at(100), exp=at(700))),
    "for a day": lambda: token(claims(exp=at(86400))),
    "backwards": lambda: token(claims(iat=at(20), exp=at(10))),
    "for ever": lambda: token(claims(exp=math.inf)),
    "not a number": lambda: token(claims(exp=math.nan)),
    "times as words": lambda: token(claims(iat=str(at(-5)))),
    "fractions of seconds": lambda: token(claims(iat=at(-5) + 0.5)),
    "signed well in another way": signed_with_a_longer_key,
    "true": lambda: token(claims(iat=True)),
    "no times": lambda: token(claims(iat=..., exp=...)),
    "no name": lambda: token(claims(email=...)),
    "a name that is none": lambda: token(claims(email="asha")),
    "a list of names": lambda: token(claims(email=["asha@example.org"])),
    "no subject": lambda: token(claims(sub=...)),
    "an empty subject": lambda: token(claims(sub="")),
    "a list": lambda: token([1]),
    "deep": lambda: f"{segment(b'[' * 100_000)}.{segment(b'[' * 100_000)}.x",
}


@pytest.mark.parametrize("what", REFUSED)
def test_everything_else_lets_nobody_in(what: str) -> None:
    assert who(REFUSED[what]()) is None


@pytest.mark.parametrize("late", [-15, 15])
def test_two_clocks_may_differ_a_little(late: int) -> None:
    shifted = claims(iat=at(15), exp=at(600)) if late < 0 else claims(iat=at(-600), exp=at(-15))
    assert who(token(shifted)) is not None


def test_what_the_proxy_would_say_of_another_desk_is_never_taken_for_any() -> None:
    with pytest.raises(ValueError, match="empty audience"):
        verified("", Keys(lambda: PUBLISHED, now), now)


def test_why_nobody_was_let_in_is_logged_without_a_word_of_the_token(capsys: pytest.CaptureFixture[str]) -> None:
    sent = token(claims(iss="https://accounts.google.com"))
    assert who(sent) is None
    said = capsys.readouterr().out
    assert json.loads(said)["message"] == "not let in"
    assert not [part for part in (*sent.split("."), "asha", "Asha", "accounts.google.com") if part in said]


class Google:
    """Where keys are published, with a count of how often it was asked."""

    def __init__(self) -> None:
        self.keys, self.asked, self.now, self.away = dict(PUBLISHED), 0, datetime(2026, 11, 23, 9, tzinfo=UTC), False

    def fetch(self) -> Mapping[str, str]:
        self.asked += 1
        if self.away:
            raise OSError("away")
        return dict(self.keys)


@pytest.fixture
def google() -> Google:
    return Google()


@pytest.fixture
def keys(google: Google) -> Keys:
    return Keys(google.fetch, lambda: google.now)


def test_keys_are_asked_for_once_an_hour(google: Google, keys: Keys) -> None:
    for minute in range(121):
        keys.key("key-1")
        google.now += timedelta(minutes=1)
        assert google.asked == 1 + minute // 60


def test_a_new_key_counts_within_a_minute_and_strangers_cannot_make_us_ask_more_often(
    google: Google, keys: Keys
) -> None:
    keys.key("key-1")
    google.keys["key-2"] = "new"
    for _ in range(100):
        with pytest.raises(NotVerified):
            keys.key("key-2")
    assert google.asked == 1
    google.now += timedelta(minutes=1)
    assert keys.key("key-2") == "new"
    assert google.asked == 2


def test_a_key_that_google_withdrew_counts_no_more(google: Google, keys: Keys) -> None:
    keys.key("key-1")
    google.keys = {"key-2": "new"}
    google.now += timedelta(hours=1)
    with pytest.raises(NotVerified):
        keys.key("key-1")


def test_while_google_is_away_known_keys_stay_and_unknown_ones_let_nobody_in(google: Google, keys: Keys) -> None:
    keys.key("key-1")
    google.away = True
    google.now += timedelta(hours=2)
    assert keys.key("key-1") == PUBLISHED["key-1"]
    with pytest.raises(NotVerified):
        keys.key("key-2")


def test_google_away_from_the_start_lets_nobody_in(google: Google, keys: Keys) -> None:
    google.away = True
    with pytest.raises(NotVerified):
        keys.key("key-1")


def test_the_desk_opens_for_the_verified_and_for_nobody_else(seeds: Seeds) -> None:
    identify = verified(AUDIENCE, Keys(lambda: PUBLISHED, now), now)
    client = Client(app.create(seeds.store, LIBRARY, lambda: seeds.now, identify, KEY, WORDS, reach(seeds)))
    assert client.get("/").status_code == 401
    assert client.get("/", headers={"X-Goog-Authenticated-User-Email": "accounts.google.com:a@b"}).status_code == 401
    assert client.get("/", headers={HEADER: token(key=STRANGERS)}).status_code == 401
    page = client.get("/", headers={HEADER: token()})
    assert page.status_code == 200
    assert "Asha" in page.get_data(as_text=True)


class Published(BaseHTTPRequestHandler):
    """A place where keys are published."""

    def do_GET(self) -> None:
        self.send_response(200 if self.path == "/keys" else 503)
        self.end_headers()
        self.wfile.write(json.dumps(PUBLISHED).encode())

    def log_message(self, *_: object) -> None:
        """Quiet."""


@pytest.fixture
def published() -> Iterator[str]:
    server = HTTPServer(("127.0.0.1", 0), Published)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def test_keys_are_read_from_where_they_are_published(published: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(proxy, "ADDRESS", f"{published}/keys")
    assert proxy.fetch() == PUBLISHED
    monkeypatch.setattr(proxy, "ADDRESS", f"{published}/away")
    with pytest.raises(httpx.HTTPStatusError):
        proxy.fetch()
