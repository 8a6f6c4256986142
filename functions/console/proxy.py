"""Who Identity-Aware Proxy says is at the desk: only what Google signed, just now, for this very desk (promise 11)."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from threading import Lock
from typing import Any

from flask import Request

from functions.console.identity import Identify
from shared import log
from shared.ports import Clock
from shared.service.desk.model import Person

HEADER = "X-Goog-IAP-JWT-Assertion"
ADDRESS = "https://www.gstatic.com/iap/verify/public_key"
ISSUER = "https://cloud.google.com/iap"
SKEW = 30  # seconds that two clocks may differ
LONGEST = 600 + 2 * SKEW  # seconds that the proxy lets a token live

Fetch = Callable[[], Mapping[str, str]]


class NotVerified(Exception):
    """What came with the request does not say who it is from."""


class Keys:
    """Google's public keys by id, kept for an hour. A key that is unknown is asked for, at most once a minute."""

    FRESH, PAUSE = timedelta(hours=1), timedelta(minutes=1)

    def __init__(self, fetch: Fetch, clock: Clock) -> None:
        self._fetch, self._clock = fetch, clock
        self._lock = Lock()
        self._keys: Mapping[str, str] = {}
        self._asked: datetime | None = None

    def key(self, id_: str) -> str:
        """One key in PEM. Raises `NotVerified` where Google has none of that id, or cannot be asked."""
        with self._lock:
            if self._is_due(id_):
                self._asked = self._clock()
                self._keys = self._fetched()
            if id_ not in self._keys:
                raise NotVerified("no such key")
            return self._keys[id_]

    def _is_due(self, id_: str) -> bool:
        age = None if self._asked is None else self._clock() - self._asked
        return age is None or age >= (self.PAUSE if id_ not in self._keys else self.FRESH)

    def _fetched(self) -> Mapping[str, str]:
        """What is kept already stays while Google does not answer: it was Google's."""
        try:
            return self._fetch()
        except Exception as error:  # noqa: BLE001 - the network's errors are many, and none lets anybody in
            log.event("no keys of the proxy", severity="ERROR", error=error)
            return self._keys


def fetch() -> Mapping[str, str]:
    """Google's keys as they are now. Raises httpx's errors, and `ValueError` for what is not JSON."""
    import httpx

    answer = httpx.get(ADDRESS, timeout=3.0).raise_for_status()
    return {str(id_): str(key) for id_, key in answer.json().items()}


def verified(audience: str, keys: Keys, clock: Clock) -> Identify:
    """The person whom the proxy let in to the desk that `audience` names. Raises `ValueError` for an empty audience."""
    if not audience:
        raise ValueError("an empty audience would let in whoever was let in anywhere")

    def identify(request: Request) -> Person | None:
        try:
            return _person(_claims(request.headers.get(HEADER, ""), audience, keys), clock())
        except Exception as error:  # noqa: BLE001 - whatever is wrong with a token, it lets nobody in
            log.event("not let in", severity="WARNING", status=401, error=error)
            return None

    return identify


def _claims(token: str, audience: str, keys: Keys) -> Mapping[str, Any]:
    """The claims, once the signature and the audience are known to be right."""
    from google.auth import jwt

    header = jwt.decode_header(token)  # type: ignore[no-untyped-call]
    if header.get("alg") != "ES256" or not isinstance(header.get("kid"), str):
        raise NotVerified("not signed as the proxy signs")
    found: Mapping[str, Any] = jwt.decode(  # type: ignore[no-untyped-call]
        token, certs=keys.key(header["kid"]), audience=audience, clock_skew_in_seconds=SKEW
    )
    return found


def _person(claims: Mapping[str, Any], now: datetime) -> Person:
    """What google-auth does not look at: the issuer, real and short times, and somebody who is named."""
    from_, until, email = claims.get("iat"), claims.get("exp"), claims.get("email")
    if claims.get("iss") != ISSUER:
        raise NotVerified("not the proxy's")
    if type(from_) is not int or type(until) is not int or not 0 < until - from_ <= LONGEST:
        raise NotVerified("no times, or too long between them")
    if not from_ - SKEW <= now.timestamp() < until + SKEW:
        raise NotVerified("not now")
    if not (isinstance(email, str) and "@" in email and isinstance(claims.get("sub"), str) and claims["sub"]):
        raise NotVerified("names nobody")
    return Person(email.casefold(), email.partition("@")[0], "")
