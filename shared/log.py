"""The only way anything is logged: one JSON line on standard output, from a closed list of fields.

No field takes text of a message, a name, a handle or a token (promise 10); an exception is its type and place.
"""

import json
import sys
import traceback
from pathlib import Path


def event(
    what: str,
    *,
    severity: str = "INFO",
    platform: str | None = None,
    why: str | None = None,
    status: int | None = None,
    count: int | None = None,
    id: str | None = None,  # noqa: A002 - the field's name in the log; only ever a hashed id
    error: BaseException | None = None,
) -> None:
    """Write one line, as Cloud Logging reads it. `why` is one of our own sentences, never a vendor's."""
    fields = {
        "severity": severity,
        "message": what,
        "platform": platform,
        "why": why,
        "status": status,
        "count": count,
        "id": id,
        "error": place(error) if error else None,
    }
    line = json.dumps({key: value for key, value in fields.items() if value is not None})
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def place(error: BaseException) -> str:
    """What kind of error and where: never its words, which may hold somebody's."""
    frames = traceback.extract_tb(error.__traceback__)
    at = f" at {Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
    return f"{type(error).__name__}{at}"
