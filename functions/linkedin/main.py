"""Entry points of the LinkedIn page: deliveries, answers, what came without words, and what was not delivered."""

from typing import Any

import functions_framework
from flask import Request, Response

from functions.linkedin import signing
from shared import bootstrap
from shared.domain.message import Parts, Platform
from shared.webhooks import endpoint

API = "https://api.linkedin.com"


def _parse(delivery: Any) -> Parts:
    from functions.linkedin.inbound import parse

    return parse(delivery)


WEBHOOK = endpoint.Webhook(
    platform=Platform.LINKEDIN,
    handshake=lambda query: signing.handshake(query, bootstrap.signing_secrets(Platform.LINKEDIN)),
    prefix=lambda _: signing.PREFIX.encode("ascii"),
    verify=signing.verify,
    secrets=lambda: bootstrap.signing_secrets(Platform.LINKEDIN),
    parse=_parse,
    deliver=lambda: bootstrap.deliver(Platform.LINKEDIN),
)


@functions_framework.http
def linkedin(request: Request) -> Response:
    """Challenges and deliveries of the page."""
    return endpoint.handle(request, WEBHOOK)


@functions_framework.http
def linkedin_send(request: Request) -> Response:
    """One action from the topic `actions-linkedin`."""
    from shared.webhooks import push

    return push.handle(request, "linkedin_send", lambda ids: bootstrap.send(ids, Platform.LINKEDIN, _client))


@functions_framework.http
def linkedin_lookup(request: Request) -> Response:
    """One message from the topic `lookups-linkedin`: its words."""
    from shared.webhooks import push

    return push.handle(request, "linkedin_lookup", lambda ids: bootstrap.look_up(ids, Platform.LINKEDIN, _client))


@functions_framework.http
def linkedin_poll(request: Request) -> Response:
    """What was not delivered, and whether LinkedIn still delivers to us; asked for by the scheduler."""
    from shared.webhooks import scheduled

    return scheduled.handle(request, "linkedin_poll", lambda: bootstrap.poll(Platform.LINKEDIN, _client))


def _client(account: str) -> Any:
    from functions.linkedin.outbound import LinkedIn

    return LinkedIn(bootstrap.api(Platform.LINKEDIN, API), bootstrap.token(Platform.LINKEDIN, account))
