"""Entry points of the YouTube channel: what was commented, and answers."""

from typing import TYPE_CHECKING

import functions_framework
from flask import Request, Response

from shared import bootstrap
from shared.domain.message import Platform

if TYPE_CHECKING:
    from functions.youtube.outbound import YouTube

API = "https://www.googleapis.com"


@functions_framework.http
def youtube_poll(request: Request) -> Response:
    """What is new on the channel, asked for by the scheduler."""
    from shared.webhooks import scheduled

    return scheduled.handle(request, "youtube_poll", lambda: bootstrap.poll(Platform.YOUTUBE, _client))


@functions_framework.http
def youtube_send(request: Request) -> Response:
    """One action from the topic `actions-youtube`."""
    from shared.webhooks import push

    return push.handle(request, "youtube_send", lambda ids: bootstrap.send(ids, Platform.YOUTUBE, _client))


def _client(account: str) -> "YouTube":
    from functions.youtube.outbound import YouTube

    return YouTube(bootstrap.api(Platform.YOUTUBE, API), bootstrap.token(Platform.YOUTUBE, account))
