"""Forms that only our own pages can send: a token for one person and one address, and what the browser says."""

import hashlib
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from flask import Request
from itsdangerous import BadSignature, URLSafeSerializer

from shared.service.desk.model import Person

LIFETIME = timedelta(hours=12)  # a working day; after that the page is loaded again
SALT = "console form"


def token(key: str, person: Person, target: str, now: datetime) -> str:
    """What goes into a form that `person` may send to `target`, the whole path. Good for `LIFETIME` from `now`."""
    return str(_serializer(key).dumps([person.id, target, int(now.timestamp())]))


def is_ours(key: str, person: Person, request: Request, now: datetime) -> bool:
    """Whether a form was shown by us, to this person, for this address, not too long ago, and sent from our page."""
    target = request.script_root + request.path
    return _same_site(request) and _holds(key, request.form.get("token", ""), person, target, now)


def number(text: str | None) -> int:
    """A whole number from a form, or -1: no version that a case ever has."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else -1


def _serializer(key: str) -> URLSafeSerializer:
    return URLSafeSerializer(key, salt=SALT, signer_kwargs={"digest_method": hashlib.sha256})


def _holds(key: str, given: str, person: Person, target: str, now: datetime) -> bool:
    try:
        who, where, issued = _serializer(key).loads(given)
        is_fresh = now - datetime.fromtimestamp(issued, UTC) <= LIFETIME
    except (BadSignature, ValueError, TypeError, OverflowError):
        return False
    return is_fresh and (who, where) == (person.id, target)


def _same_site(request: Request) -> bool:
    """Browsers send at least one of these with a form; our pages give no referrer, so that `Origin` may be null."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site == "same-origin"
    origin = request.headers.get("Origin")
    return origin is None or urlsplit(origin).netloc == request.host
