"""Entry point `inbox`: takes cases from intake onto the desk."""

import functions_framework
from flask import Request, Response

from shared import bootstrap
from shared.webhooks import push


@functions_framework.http
def inbox(request: Request) -> Response:
    """One case from the topic `needs-human`."""
    return push.handle(request, "inbox", bootstrap.take_case)
