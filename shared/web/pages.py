"""What every page has in common: templates that escape, and headers that keep a page to itself."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import jinja2
from werkzeug.wrappers import Response

from shared.web import assets

TEMPLATES = Path(__file__).parent / "templates"
POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
}


def environment(*folders: Path, words: Mapping[str, Any]) -> jinja2.Environment:
    """Templates from `folders`, then from `shared/web/templates`. Everything is escaped; a missing word is an error.

    Templates see `words` and `asset(name)`. `base.html` needs `words.base` with `organisation`, `service`, `skip` and
    `footer`, and from each page `root`: the path the function is mounted at, empty or without a slash at its end.
    """
    made = jinja2.Environment(
        loader=jinja2.FileSystemLoader([*folders, TEMPLATES]),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals.update(words=words, asset=assets.url)
    return made


def headers(response: Response) -> Response:
    """Add the security headers that the response does not carry yet. `Cache-Control` is the caller's to set."""
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    return response
