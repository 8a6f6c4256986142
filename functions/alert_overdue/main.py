"""Entry point `alert_overdue`: every quarter of an hour, tells staff by mail what is due and overdue."""

import functions_framework
from flask import Request, Response

from shared import bootstrap
from shared.webhooks import scheduled


@functions_framework.http
def alert_overdue(request: Request) -> Response:
    """One run, asked for by the scheduler."""
    return scheduled.handle(request, "alert_overdue", bootstrap.alert_overdue)
