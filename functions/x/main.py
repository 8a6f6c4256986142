"""Entry points of X: deliveries, answers, and what nobody delivered."""

from typing import Any

import functions_framework
from flask import Request, Response

from functions.x import signing
from shared import bootstrap
from shared.domain.message import Parts, Platform
from shared.webhooks import endpoint

API = "https://api.x.com"


def _parse(delivery: Any) -> Parts:
    from functions.x.inbound import parse

    return parse(delivery)


WEBHOOK = endpoint.Webhook(
    platform=Platform.X,
    handshake=lambda query: signing.handshake(query, bootstrap.signing_secrets(Platform.X)),
    verify=signing.verify,
    secrets=lambda: bootstrap.signing_secrets(Platform.X),
    parse=_parse,
    deliver=lambda: bootstrap.deliver(Platform.X),
)


@functions_framework.http
def x(request: Request) -> Response:
    """Challenges and deliveries."""
    return endpoint.handle(request, WEBHOOK)


@functions_framework.http
def x_send(request: Request) -> Response:
    """One action from the topic `actions-x`."""
    from shared.webhooks import push

    return push.handle(request, "x_send", lambda ids: bootstrap.send(ids, Platform.X, _client))


@functions_framework.http
def x_poll(request: Request) -> Response:
    """What was written and not delivered, and whether X still delivers, asked for by the scheduler."""
    from shared.webhooks import scheduled

    return scheduled.handle(request, "x_poll", lambda: bootstrap.poll(Platform.X, _client))


def _client(account: str) -> Any:
    from functions.x.outbound import X

    return X(bootstrap.api(Platform.X, API), bootstrap.token(Platform.X, account))
