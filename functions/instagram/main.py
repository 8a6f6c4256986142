"""Entry points of Instagram: deliveries, answers, words to be looked up, and what was not delivered."""

from typing import TYPE_CHECKING, Any

import functions_framework
from flask import Request, Response

from shared import bootstrap
from shared.domain.message import Parts, Platform
from shared.webhooks import endpoint, meta

if TYPE_CHECKING:
    from functions.instagram.outbound import Instagram

GRAPH = "https://graph.instagram.com"  # with Instagram Login; with Facebook Login it is graph.facebook.com


def _parse(delivery: Any) -> Parts:
    from functions.instagram.inbound import parse

    return parse(delivery)


WEBHOOK = endpoint.Webhook(
    platform=Platform.INSTAGRAM,
    handshake=lambda query: meta.handshake(query, bootstrap.verify_tokens(Platform.INSTAGRAM)),
    verify=meta.verify,
    secrets=lambda: bootstrap.signing_secrets(Platform.INSTAGRAM),
    parse=_parse,
    deliver=lambda: bootstrap.deliver(Platform.INSTAGRAM),
)


@functions_framework.http
def instagram(request: Request) -> Response:
    """Handshakes and deliveries: comments, mentions and direct messages."""
    return endpoint.handle(request, WEBHOOK)


@functions_framework.http
def instagram_send(request: Request) -> Response:
    """One action from the topic `actions-instagram`."""
    from shared.webhooks import push

    return push.handle(request, "instagram_send", lambda ids: bootstrap.send(ids, Platform.INSTAGRAM, _client))


@functions_framework.http
def instagram_lookup(request: Request) -> Response:
    """One message from the topic `lookups-instagram`: Instagram told its ids only."""
    from shared.webhooks import push

    return push.handle(request, "instagram_lookup", lambda ids: bootstrap.look_up(ids, Platform.INSTAGRAM, _client))


@functions_framework.http
def instagram_poll(request: Request) -> Response:
    """Whether Instagram still delivers, and comments that it did not deliver, asked for by the scheduler."""
    from shared.webhooks import scheduled

    return scheduled.handle(request, "instagram_poll", lambda: bootstrap.poll(Platform.INSTAGRAM, _client))


def _client(account: str) -> "Instagram":
    from functions.instagram.outbound import Instagram

    return Instagram(bootstrap.api(Platform.INSTAGRAM, GRAPH), bootstrap.token(Platform.INSTAGRAM, account))
