"""The style sheets and the icon, served by us under names that change with their content."""

import hashlib
import importlib.util
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from werkzeug.wrappers import Response

STATIC = Path(__file__).parent / "static"
FOLDER = "assets"
TYPES = {".css": "text/css; charset=utf-8", ".svg": "image/svg+xml"}

_PACKAGE = "wagtailnhsukfrontend"
_SHEET = "static/wagtailnhsukfrontend/css/nhsuk-frontend-10.4.2.min.css"
# The fonts would be fetched from a third party, which would then know who reads our pages.
_UNWANTED = re.compile(r"@font-face\s*\{[^}]*\}|/\*# sourceMappingURL=.*?\*/")


def url(name: str) -> str:
    """The address of an asset below the root of a function, such as `assets/signpost-0123456789abcdef.css`.

    `name` is `nhsuk.css` or any file in `shared/web/static`. Raises `KeyError` for another name and
    `FileNotFoundError` where the NHS.UK style sheet is not installed.
    """
    return f"{FOLDER}/{_hashed(name, _contents()[name])}"


def respond(path: str) -> Response | None:
    """The asset at `path` (what follows `assets/`), or None. It may be kept for ever: its name is its content."""
    body = _by_address().get(path)
    if body is None:
        return None
    response = Response(body, content_type=TYPES[Path(path).suffix])
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    return response


@cache
def _contents() -> Mapping[str, bytes]:
    own = {path.name: path.read_bytes() for path in sorted(STATIC.iterdir()) if path.suffix in TYPES}
    return {"nhsuk.css": _nhsuk(), **own}


@cache
def _by_address() -> Mapping[str, bytes]:
    return {_hashed(name, body): body for name, body in _contents().items()}


def _hashed(name: str, body: bytes) -> str:
    path = Path(name)
    return f"{path.stem}-{hashlib.sha256(body).hexdigest()[:16]}{path.suffix}"


def _nhsuk() -> bytes:
    # The package is looked up but never imported: it is Django code, and only its style sheet is wanted.
    spec = importlib.util.find_spec(_PACKAGE)
    for folder in (spec and spec.submodule_search_locations) or ():
        sheet = Path(folder) / _SHEET
        if sheet.is_file():
            return _UNWANTED.sub("", sheet.read_text(encoding="utf-8")).encode()
    raise FileNotFoundError(f"{_SHEET} is not installed: see infra/requirements/assets.in")
