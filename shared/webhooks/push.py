"""A topic's push subscription calling a function: Pub/Sub's envelope in, acknowledged or not out.

Messages carry ids only, so the worst a forged one can do is to ask for work that is due anyway; on Google Cloud
only the subscription's own service account may call (infra, OIDC).
"""

import base64
from collections.abc import Callable, Mapping

from flask import Request, Response
from pydantic import BaseModel, ConfigDict, TypeAdapter

from shared import log
from shared.webhooks.body import discard

LARGEST = 1024 * 1024
Work = Callable[[Mapping[str, str]], bool]
Ids = TypeAdapter(dict[str, str])


class Message(BaseModel):
    """Pub/Sub's message, as far as we read it."""

    model_config = ConfigDict(extra="ignore")
    data: str


class Push(BaseModel):
    """Pub/Sub's envelope, as far as we read it."""

    model_config = ConfigDict(extra="ignore")
    message: Message


def handle(request: Request, name: str, work: Work) -> Response:
    """Run `work` on the ids of one message. 204 takes it off the topic; anything else brings it back. Never raises."""
    try:
        return _answer(request, name, work)
    finally:
        discard(request)


def _answer(request: Request, name: str, work: Work) -> Response:
    if request.method != "POST":
        return Response(status=405)
    if (request.content_length or 0) > LARGEST:
        return Response(status=413)
    request.max_content_length = LARGEST
    try:
        ids = _ids(request.get_data())
    except Exception:  # noqa: BLE001 - whatever is wrong with it, its words may be somebody's
        log.event("unreadable message", severity="ERROR", why=name, status=400)
        return Response(status=400)
    try:
        done = work(ids)
    except Exception as error:  # noqa: BLE001 - the framework would log its words
        log.event("failed", severity="ERROR", why=name, status=503, error=error)
        return Response(status=503)
    return Response(status=204 if done else 503)


def _ids(body: bytes) -> dict[str, str]:
    push = Push.model_validate_json(body)
    return Ids.validate_json(base64.b64decode(push.message.data, validate=True))


def envelope(data: bytes, message_id: str, subscription: str) -> dict[str, object]:
    """What Pub/Sub would post: used by the local relay and by tests."""
    encoded = base64.b64encode(data).decode("ascii")
    return {"message": {"data": encoded, "messageId": message_id}, "subscription": subscription}
