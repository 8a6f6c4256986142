"""One HTTP behaviour for all webhooks: design.md, section 5, status codes."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flask import Request, Response
from werkzeug.datastructures import Headers

from shared import log
from shared.domain.message import Parts, Platform
from shared.webhooks import body as bodies
from shared.webhooks.body import Body
from shared.webhooks.errors import HandshakeError, MediaTypeError, MethodError, WebhookError
from shared.webhooks.signature import Secrets

if TYPE_CHECKING:
    from shared.webhooks.delivering import Deliver

IDENTITY = frozenset({"", "identity"})
TEXT = "text/plain; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Challenge:
    """The answer to a handshake."""

    text: str
    content_type: str = TEXT


@dataclass(frozen=True, slots=True)
class Webhook:
    """What one platform's webhook is made of. `parse` and `deliver` are only built for a delivery.

    `handshake` answers a GET, where the platform has one. `prefix` is what it signs in front of the body.
    """

    platform: Platform
    verify: Callable[[Body, Headers], frozenset[str]]
    secrets: Callable[[], Secrets]
    parse: Callable[[Any], Parts]
    deliver: "Callable[[], Deliver]"
    handshake: Callable[[Mapping[str, str]], Challenge] | None = None
    prefix: Callable[[Headers], bytes] = lambda _: b""


def handle(request: Request, webhook: Webhook) -> Response:
    """Answer a platform. Never raises; refusals have no body; 2xx only after the commit."""
    try:
        return _answer(request, webhook)
    except WebhookError as error:
        log.event("refused", severity="WARNING", platform=webhook.platform, why=str(error), status=error.status)
        return _plain(error.status)
    except Exception as error:  # noqa: BLE001 - the framework would log its words
        return _failed(error, webhook.platform)
    finally:
        bodies.discard(request)


def _answer(request: Request, webhook: Webhook) -> Response:
    if request.method == "GET" and webhook.handshake:
        challenge = webhook.handshake(_query(request))
        return _plain(200, challenge.text, content_type=challenge.content_type)
    if request.method != "POST":
        raise MethodError("not how the platform calls")
    _require_json(request)
    body = bodies.read(request, webhook.secrets(), webhook.prefix(request.headers))
    apps = webhook.verify(body, request.headers)
    webhook.deliver()(body, apps, webhook.parse)
    return _plain(200)


def _query(request: Request) -> Mapping[str, str]:
    try:
        return request.args
    except UnicodeDecodeError:
        raise HandshakeError("an address that is not UTF-8") from None


def _require_json(request: Request) -> None:
    if request.headers.get("Content-Encoding", "").strip().lower() not in IDENTITY:
        raise MediaTypeError("compressed")
    if request.mimetype and request.mimetype != "application/json":
        raise MediaTypeError("not JSON")


def _failed(error: Exception, platform: Platform) -> Response:
    from shared.ports import StoreUnavailable

    if isinstance(error, StoreUnavailable):
        log.event("store unavailable", severity="ERROR", platform=platform, status=503, error=error)
        return _plain(503, headers={"Retry-After": "5"})
    log.event("failed", severity="ERROR", platform=platform, status=500, error=error)
    return _plain(500, "error")


def _plain(status: int, text: str = "", headers: Mapping[str, str] | None = None, content_type: str = TEXT) -> Response:
    fixed = {"X-Content-Type-Options": "nosniff", "Cache-Control": "no-store", **(headers or {})}
    return Response(text, status, fixed, content_type=content_type)
