"""Entry points of the Facebook Page and Messenger: `facebook` takes deliveries, `facebook_send` answers."""

from typing import TYPE_CHECKING, Any

import functions_framework
from flask import Request, Response

from shared import bootstrap
from shared.domain.message import Parts, Platform
from shared.webhooks import endpoint, meta

if TYPE_CHECKING:
    from shared.domain.action import Action
    from shared.ports import PlatformClient

GRAPH = "https://graph.facebook.com"


def _parse(delivery: Any) -> Parts:
    from functions.facebook.inbound import parse

    return parse(delivery)


WEBHOOK = endpoint.Webhook(
    platform=Platform.FACEBOOK,
    handshake=meta.handshake,
    verify=meta.verify,
    tokens=lambda: bootstrap.verify_tokens(Platform.FACEBOOK),
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


def _client(action: "Action") -> "PlatformClient":
    from functions.facebook.outbound import Facebook

    token = bootstrap.token(Platform.FACEBOOK, action.account)
    return Facebook(bootstrap.api(Platform.FACEBOOK, GRAPH), token)
