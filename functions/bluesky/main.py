"""Entry points of the Bluesky account: what was written to it, and answers."""

from typing import TYPE_CHECKING

import functions_framework
from flask import Request, Response

from shared import bootstrap
from shared.domain.message import Platform

if TYPE_CHECKING:
    from functions.bluesky.outbound import Bluesky

SERVER = "https://bsky.social"


@functions_framework.http
def bluesky_poll(request: Request) -> Response:
    """What is new for the account, asked for by the scheduler."""
    from shared.webhooks import scheduled

    return scheduled.handle(request, "bluesky_poll", lambda: bootstrap.poll(Platform.BLUESKY, _client))


@functions_framework.http
def bluesky_send(request: Request) -> Response:
    """One action from the topic `actions-bluesky`."""
    from shared.webhooks import push

    return push.handle(request, "bluesky_send", lambda ids: bootstrap.send(ids, Platform.BLUESKY, _client))


def _client(account: str) -> "Bluesky":
    from functions.bluesky.outbound import Bluesky

    channel = bootstrap.store().channel(Platform.BLUESKY, account)
    url, password = bootstrap.api(Platform.BLUESKY, SERVER), bootstrap.token(Platform.BLUESKY, account)
    return Bluesky(url, account, password, channel.session if channel else "")
