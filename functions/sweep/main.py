"""Entry points of what is made good: `sweep` tells again what was not taken, `dead_letters` parks what was given up."""

import functions_framework
from flask import Request, Response

from shared import bootstrap
from shared.webhooks import push, scheduled


@functions_framework.http
def sweep(request: Request) -> Response:
    """One run, asked for by the scheduler."""
    return scheduled.handle(request, "sweep", bootstrap.sweep)


@functions_framework.http
def dead_letters(request: Request) -> Response:
    """One message that its function could not take, from the topic `dead-letters`."""
    return push.handle(request, "dead_letters", bootstrap.park)
