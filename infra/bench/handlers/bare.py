"""The floor: what a function costs that does nothing but read the body."""

import functions_framework
from flask import Request


@functions_framework.http
def bare(request: Request) -> str:
    """Read and say ok."""
    request.get_data()
    return "ok"
