"""Entry point `principles`: the public page, rendered from the data that the rules run on."""

import functions_framework
from flask import Request
from werkzeug.wrappers import Response


@functions_framework.http
def principles(request: Request) -> Response:
    """The principles in force, their earlier versions, and what changed (principles 1.1)."""
    from functions.principles import page
    from shared import bootstrap, log
    from shared.webhooks.body import discard

    try:
        return page.respond(request, bootstrap.library(), bootstrap.clock())
    except Exception as error:  # noqa: BLE001 - the framework would log what an exception says
        log.event("principles: failed", severity="ERROR", error=error)
        return page.failed()
    finally:
        discard(request)
