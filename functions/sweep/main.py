"""Entry point `sweep`: every minute, tells again what was stored and not taken."""

import functions_framework
from flask import Request, Response

from shared import bootstrap
from shared.webhooks import scheduled


@functions_framework.http
def sweep(request: Request) -> Response:
    """One run, asked for by the scheduler."""
    return scheduled.handle(request, "sweep", bootstrap.sweep)
