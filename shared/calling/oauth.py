"""Access tokens that run out: each is fetched with a refresh token that lasts, and kept in memory while it holds."""

import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock
from urllib.parse import urlsplit

from pydantic import BaseModel, Field, ValidationError

from shared.calling.http import ANSWER_SECONDS, CONNECT_SECONDS
from shared.calling.reasons import Reasons
from shared.domain.channel import Trouble
from shared.ports import ChannelTrouble, Clock, NotPosted
from shared.settings import ConfigurationError

EARLY = timedelta(minutes=1)  # what is begun with a token must end before it does
PAUSE = timedelta(seconds=5)  # after a failure: whoever waited for the same answer is told it, and does not ask again
LONGEST = 24 * 60 * 60  # seconds; nobody's word for how long a token holds is taken for more
DEAD = frozenset(
    """invalid_grant invalid_client invalid_request invalid_scope unauthorized_client unsupported_grant_type
    access_denied deleted_client disabled_client admin_policy_enforced""".split()  # noqa: SIM905 - no table of one word a line
)
REASONS = Reasons(spent=frozenset(), dead=DEAD)


class NoAccess(ChannelTrouble, NotPosted):
    """There is no access token, so nothing was read and nothing was posted. Never says anything of a secret."""


class Grant(BaseModel):
    """What lets us fetch access tokens, as an account's secret holds it."""

    refresh_token: str = Field(min_length=1, repr=False)
    client_id: str = Field(min_length=1, repr=False)
    client_secret: str = Field(min_length=1, repr=False)
    token_uri: str


def read(secret: bytes, *, local: bool) -> Grant:
    """The grant at the start of a secret; what follows it, such as the one before, is let be. Only a laptop (`local`)
    may ask without encryption. Raises `ConfigurationError`.
    """
    try:
        grant = Grant.model_validate(json.JSONDecoder().raw_decode(secret.decode())[0])
        address = urlsplit(grant.token_uri)
    except (ValueError, RecursionError):  # pydantic's too, and either would quote the secret
        raise ConfigurationError("a token's secret is neither a token nor all that is needed to fetch one") from None
    if address.scheme not in ({"https", "http"} if local else {"https"}) or not address.hostname:
        raise ConfigurationError("the token_uri of a token's secret must start with https://")
    return grant


class Access:
    """One account's access, shared by the threads of a process. `clock` says now, in UTC."""

    def __init__(self, grant: Grant, clock: Clock) -> None:
        self._grant, self._clock, self._lock = grant, clock, Lock()
        self._said: tuple[datetime, _Said] | None = None  # and until when it counts

    def token(self) -> str:
        """A token that holds for another minute at least. Raises `NoAccess`."""
        with self._lock:
            if self._said is None or self._clock() >= self._said[0]:
                said = _ask(self._grant)
                self._said = self._clock() + said.counts, said
            said = self._said[1]
        if said.trouble:
            raise NoAccess(said.trouble, said.fact)
        return said.token


@dataclass(frozen=True, slots=True)
class _Said:
    """What came of asking for a token, and how long that counts."""

    counts: timedelta
    token: str = field(default="", repr=False)
    trouble: Trouble | None = None
    fact: str = ""


class _Answer(BaseModel):
    """A token server's answer: either half may be missing."""

    access_token: str = Field(default="", pattern=r"^[!-~]*$", repr=False)
    expires_in: int = Field(default=0, ge=0)  # seconds; where it is not said, the token is used once
    refresh_token: str | None = Field(default=None, repr=False)
    error: str = Field(default="", repr=False)


def _ask(grant: Grant) -> _Said:
    import httpx

    try:
        response = httpx.post(
            grant.token_uri,
            data={"grant_type": "refresh_token", **grant.model_dump(exclude={"token_uri"})},
            timeout=httpx.Timeout(ANSWER_SECONDS, connect=CONNECT_SECONDS, pool=CONNECT_SECONDS),
            follow_redirects=False,
            trust_env=False,
        )
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        return _Said(PAUSE, trouble=Trouble.UNREACHABLE, fact=type(error).__name__)
    return _understood(response.status_code, response.content, grant)


def _understood(status: int, body: bytes, grant: Grant) -> _Said:
    try:
        answer = _Answer.model_validate_json(body)
    except ValidationError:
        answer = _Answer()
    if answer.refresh_token not in {None, grant.refresh_token}:  # ours is spent, and there is no place for the next
        return _Said(PAUSE, trouble=Trouble.ACCESS, fact="the refresh token is replaced at each use")
    if status == 200 and answer.access_token:
        return _Said(timedelta(seconds=min(answer.expires_in, LONGEST)) - EARLY, answer.access_token)
    word = answer.error if answer.error in DEAD else None  # any other word could be a secret that was sent back
    return _Said(PAUSE, trouble=REASONS.trouble(status, word).trouble, fact=word or f"status {status}")
