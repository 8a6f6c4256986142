"""One HTTP behaviour for all webhooks: design.md, section 5, status codes."""

from collections.abc import Callable, Mapping, Sequence
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


@dataclass(frozen=True, slots=True)
class Webhook:
    """What one platform's webhook is made of. `parse` and `deliver` are only built for a delivery."""

    platform: Platform
    handshake: Callable[[Mapping[str, str], Sequence[bytes]], str]
    verify: Callable[[Body, Headers], frozenset[str]]
    tokens: Callable[[], Sequence[bytes]]
    secrets: Callable[[], Secrets]
    parse: Callable[[Any], Parts]
    deliver: "Callable[[], Deliver]"


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
    if request.method == "GET":
        return _plain(200, webhook.handshake(_query(request), webhook.tokens()))
    if request.method != "POST":
        raise MethodError("neither GET nor POST")
    _require_json(request)
    body = bodies.read(request, webhook.secrets())
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


def _plain(status: int, text: str = "", headers: Mapping[str, str] | None = None) -> Response:
    fixed = {"X-Content-Type-Options": "nosniff", "Cache-Control": "no-store", **(headers or {})}
    return Response(text, status, fixed, content_type="text/plain; charset=utf-8")
