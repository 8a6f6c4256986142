"""The scheduler calling a function: at least once, now and then twice, so every run must bear repeating."""

from collections.abc import Callable

from flask import Request, Response

from shared import log
from shared.webhooks.body import discard


def handle(request: Request, name: str, run: Callable[[], int]) -> Response:
    """Run once and answer 204; 503 when it failed, so that the scheduler tries again. Never raises."""
    discard(request)
    if request.method != "POST":
        return Response(status=405)
    try:
        count = run()
    except Exception as error:  # noqa: BLE001 - the framework would log its words
        log.event("failed", severity="ERROR", why=name, status=503, error=error)
        return Response(status=503)
    if count:
        log.event("ran", why=name, count=count)
    return Response(status=204)
