"""Entry points of the Facebook Page and Messenger: deliveries, answers, and whether both still work."""

from typing import TYPE_CHECKING, Any

import functions_framework
from flask import Request, Response

from shared import bootstrap
from shared.domain.message import Parts, Platform
from shared.webhooks import endpoint, meta

if TYPE_CHECKING:
    from functions.facebook.outbound import Facebook

GRAPH = "https://graph.facebook.com"


def _parse(delivery: Any) -> Parts:
    from functions.facebook.inbound import parse

    return parse(delivery)


WEBHOOK = endpoint.Webhook(
    platform=Platform.FACEBOOK,
    handshake=lambda query: meta.handshake(query, bootstrap.verify_tokens(Platform.FACEBOOK)),
    verify=meta.verify,
    secrets=lambda: bootstrap.signing_secrets(Platform.FACEBOOK),
    parse=_parse,
    deliver=lambda: bootstrap.deliver(Platform.FACEBOOK),
)


@functions_framework.http
def facebook(request: Request) -> Response:
    """Handshakes and deliveries of the Page and of Messenger."""
    return endpoint.handle(request, WEBHOOK)


@functions_framework.http
def facebook_send(request: Request) -> Response:
    """One action from the topic `actions-facebook`."""
    from shared.webhooks import push

    return push.handle(request, "facebook_send", lambda ids: bootstrap.send(ids, Platform.FACEBOOK, _client))


@functions_framework.http
def facebook_poll(request: Request) -> Response:
    """Whether Facebook still delivers to us, asked for by the scheduler."""
    from shared.webhooks import scheduled

    return scheduled.handle(request, "facebook_poll", lambda: bootstrap.poll(Platform.FACEBOOK, _client))


def _client(account: str) -> "Facebook":
    from functions.facebook.outbound import Facebook

    return Facebook(bootstrap.api(Platform.FACEBOOK, GRAPH), bootstrap.token(Platform.FACEBOOK, account))
