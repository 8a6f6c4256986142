"""Entry points of the TikTok account: deliveries, answers, look-ups, and what was not delivered."""

from typing import Any

import functions_framework
from flask import Request, Response

from functions.tiktok import signing
from shared import bootstrap
from shared.domain.message import Parts, Platform
from shared.webhooks import endpoint

API = "https://business-api.tiktok.com"


def _parse(delivery: Any) -> Parts:
    from functions.tiktok.inbound import parse

    return parse(delivery)


WEBHOOK = endpoint.Webhook(
    platform=Platform.TIKTOK,
    prefix=signing.prefix,
    verify=signing.verify,
    secrets=lambda: bootstrap.signing_secrets(Platform.TIKTOK),
    parse=_parse,
    deliver=lambda: bootstrap.deliver(Platform.TIKTOK),
)


@functions_framework.http
def tiktok(request: Request) -> Response:
    """Deliveries of the account."""
    return endpoint.handle(request, WEBHOOK)


@functions_framework.http
def tiktok_send(request: Request) -> Response:
    """One action from the topic `actions-tiktok`."""
    from shared.webhooks import push

    return push.handle(request, "tiktok_send", lambda ids: bootstrap.send(ids, Platform.TIKTOK, _client))


@functions_framework.http
def tiktok_lookup(request: Request) -> Response:
    """One message from the topic `lookups-tiktok`: its words, and whether they are ours."""
    from shared.webhooks import push

    return push.handle(request, "tiktok_lookup", lambda ids: bootstrap.look_up(ids, Platform.TIKTOK, _client))


@functions_framework.http
def tiktok_poll(request: Request) -> Response:
    """What was not delivered, and whether TikTok still accepts our access; asked for by the scheduler."""
    from shared.webhooks import scheduled

    return scheduled.handle(request, "tiktok_poll", lambda: bootstrap.poll(Platform.TIKTOK, _client))


def _client(account: str) -> Any:
    from functions.tiktok.outbound import TikTok

    return TikTok(bootstrap.api(Platform.TIKTOK, API), bootstrap.token(Platform.TIKTOK, account))
