"""Entry points of Threads: deliveries, replies, and what was not delivered."""

from typing import TYPE_CHECKING, Any

import functions_framework
from flask import Request, Response

from shared import bootstrap
from shared.domain.message import Parts, Platform
from shared.webhooks import endpoint, meta

if TYPE_CHECKING:
    from functions.threads.outbound import Threads

GRAPH = "https://graph.threads.com"  # also graph.threads.net


def _parse(delivery: Any) -> Parts:
    from functions.threads.inbound import parse

    return parse(delivery)


WEBHOOK = endpoint.Webhook(
    platform=Platform.THREADS,
    handshake=lambda query: meta.handshake(query, bootstrap.verify_tokens(Platform.THREADS)),
    verify=meta.verify,
    secrets=lambda: bootstrap.signing_secrets(Platform.THREADS),
    parse=_parse,
    deliver=lambda: bootstrap.deliver(Platform.THREADS),
)


@functions_framework.http
def threads(request: Request) -> Response:
    """Handshakes and deliveries: replies, mentions, and what we published or deleted."""
    return endpoint.handle(request, WEBHOOK)


@functions_framework.http
def threads_send(request: Request) -> Response:
    """One action from the topic `actions-threads`."""
    from shared.webhooks import push

    return push.handle(request, "threads_send", lambda ids: bootstrap.send(ids, Platform.THREADS, _client))


@functions_framework.http
def threads_poll(request: Request) -> Response:
    """Whether our access works, and replies that were not delivered, asked for by the scheduler."""
    from shared.webhooks import scheduled

    return scheduled.handle(request, "threads_poll", lambda: bootstrap.poll(Platform.THREADS, _client))


def _client(account: str) -> "Threads":
    from functions.threads.outbound import Threads

    return Threads(bootstrap.api(Platform.THREADS, GRAPH), bootstrap.token(Platform.THREADS, account))
