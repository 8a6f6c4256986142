"""One HTTP behaviour for all webhooks: which request gets which answer, and what a refusal does not say."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from flask import Flask, Response, request

from infra.signing import meta as sign
from shared.domain.message import Parts, Platform
from shared.ports import StoreUnavailable
from shared.webhooks import body as bodies
from shared.webhooks import endpoint, meta
from shared.webhooks.body import Body

SECRET = b"test-secret"
CANARY = "canary-7c1f words nobody may log"


@dataclass
class Delivered:
    """Stands where intake is."""

    bodies: list[Body] = field(default_factory=list)
    apps: list[frozenset[str]] = field(default_factory=list)
    error: Exception | None = None

    def __call__(self, body: Body, apps: frozenset[str], parse: Callable[[Any], Parts]) -> None:
        if self.error:
            raise self.error
        self.bodies.append(body)
        self.apps.append(apps)


def _never(*_: Any) -> Any:
    raise AssertionError("a handshake builds nothing")


@pytest.fixture
def delivered() -> Delivered:
    return Delivered()


@pytest.fixture
def webhook(delivered: Delivered) -> endpoint.Webhook:
    return endpoint.Webhook(
        platform=Platform.FACEBOOK,
        handshake=lambda query: meta.handshake(query, [b"token"]),
        verify=meta.verify,
        secrets=lambda: {"meta": [SECRET]},
        parse=lambda _: iter(()),
        deliver=lambda: delivered,
    )


def call(webhook: endpoint.Webhook, method: str = "POST", **options: Any) -> Response:
    app = Flask(__name__)
    with app.test_request_context("/", method=method, **options):
        return endpoint.handle(request, webhook)


def post(webhook: endpoint.Webhook, body: bytes, **headers: str) -> Response:
    return call(webhook, data=body, headers={**sign(body, SECRET), **headers})


def test_a_signed_delivery_is_taken_and_answered_with_nothing(webhook: endpoint.Webhook, delivered: Delivered) -> None:
    answer = post(webhook, b'{"object":"page"}')
    assert (answer.status_code, answer.get_data()) == (200, b"")
    assert [body.raw for body in delivered.bodies] == [b'{"object":"page"}']
    assert delivered.apps == [frozenset({"meta"})]


def test_the_handshake_needs_neither_store_nor_secret(webhook: endpoint.Webhook) -> None:
    bare = replace(webhook, secrets=_never, deliver=_never, parse=_never)
    query = {"hub.mode": "subscribe", "hub.challenge": "42", "hub.verify_token": "token"}
    answer = call(bare, "GET", query_string=query)
    assert (answer.status_code, answer.get_data(), answer.mimetype) == (200, b"42", "text/plain")


def test_a_challenge_comes_back_as_text_that_no_browser_runs(webhook: endpoint.Webhook) -> None:
    query = {"hub.mode": "subscribe", "hub.challenge": "<script>1</script>", "hub.verify_token": "token"}
    answer = call(webhook, "GET", query_string=query)
    assert answer.mimetype == "text/plain"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    ("status", "method", "headers"),
    [
        (403, "GET", {}),
        (405, "PUT", {}),
        (405, "DELETE", {}),
        (405, "HEAD", {}),
        (405, "OPTIONS", {}),
        (405, "TRACE", {}),
        (405, "FOO", {}),
        (415, "POST", {"Content-Encoding": "gzip"}),
        (415, "POST", {"Content-Type": "text/html"}),
        (415, "POST", {"Content-Type": "application/x-www-form-urlencoded"}),
        (401, "POST", {"X-Hub-Signature-256": "sha256=" + "0" * 64}),
        (401, "POST", {"X-Hub-Signature-256": ""}),
    ],
)
def test_what_is_not_the_platform_is_refused_without_a_word(
    webhook: endpoint.Webhook, delivered: Delivered, status: int, method: str, headers: dict[str, str]
) -> None:
    body = b'{"object":"page"}'
    answer = call(webhook, method, data=body, headers={**sign(body, SECRET), **headers})
    assert (answer.status_code, answer.get_data()) == (status, b"")
    assert delivered.bodies == []


def test_an_empty_body_is_nobodys(webhook: endpoint.Webhook, delivered: Delivered) -> None:
    assert post(webhook, b"").status_code == 401
    assert delivered.bodies == []


@pytest.mark.parametrize("secrets", [{}, {"meta": []}, {"meta": [b""]}], ids=["no app", "no secret", "empty secret"])
def test_without_a_secret_nothing_is_accepted(
    webhook: endpoint.Webhook, delivered: Delivered, secrets: dict[str, list[bytes]]
) -> None:
    body = b'{"object":"page"}'
    answer = call(replace(webhook, secrets=lambda: secrets), data=body, headers=sign(body, b""))
    assert (answer.status_code, answer.get_data()) == (503, b"")
    assert delivered.bodies == []


def test_bytes_are_hashed_as_they_came(webhook: endpoint.Webhook, delivered: Delivered) -> None:
    """Re-serialised JSON has the same meaning and another signature."""
    escaped, plain = rb'{"text":"caf\u00e9 \/"}', '{"text":"café /"}'.encode()
    assert call(webhook, data=plain, headers=sign(escaped, SECRET)).status_code == 401
    assert post(webhook, escaped).status_code == 200
    assert [body.raw for body in delivered.bodies] == [escaped]


def test_a_store_that_is_down_is_a_reason_to_come_again(webhook: endpoint.Webhook, delivered: Delivered) -> None:
    delivered.error = StoreUnavailable(CANARY)
    answer = post(webhook, b"{}")
    assert (answer.status_code, answer.headers["Retry-After"], answer.get_data()) == (503, "5", b"")


def test_our_own_bug_says_nothing_of_the_message(
    webhook: endpoint.Webhook, delivered: Delivered, capfd: pytest.CaptureFixture[str]
) -> None:
    delivered.error = ValueError(CANARY)
    answer = post(webhook, CANARY.encode())
    output = "".join(capfd.readouterr())
    assert (answer.status_code, answer.get_data()) == (500, b"error")
    assert "ValueError at test_endpoint.py" in output
    assert "canary" not in output


def test_up_to_8_mib_is_processed_and_more_is_only_counted(webhook: endpoint.Webhook, delivered: Delivered) -> None:
    whole, over = b"x" * bodies.PROCESSED, b"x" * (bodies.PROCESSED + 1)
    assert post(webhook, whole).status_code == 200
    assert post(webhook, over).status_code == 200
    assert [(body.raw == whole, body.size) for body in delivered.bodies] == [
        (True, bodies.PROCESSED),
        (False, bodies.PROCESSED + 1),
    ]
    assert delivered.bodies[1].raw is None


def test_a_large_body_with_a_wrong_signature_is_still_nobodys(webhook: endpoint.Webhook, delivered: Delivered) -> None:
    over = b"x" * (bodies.PROCESSED + 1)
    assert call(webhook, data=over, headers=sign(b"other", SECRET)).status_code == 401
    assert delivered.bodies == []


def test_over_32_mib_is_not_read(webhook: endpoint.Webhook, delivered: Delivered) -> None:
    answer = post(webhook, b"x" * (bodies.HASHED + 1))
    assert (answer.status_code, answer.get_data()) == (413, b"")
    assert delivered.bodies == []
