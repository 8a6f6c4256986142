"""The AT Protocol: sessions that are kept from run to run, with the password as the last resort, and how records are
named and links marked.
"""

import hashlib
import json
import re
from collections.abc import Collection, Mapping
from contextlib import suppress
from datetime import datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from shared.calling.http import Answer, Api, bearer
from shared.calling.reasons import Reasons, word
from shared.domain.channel import Trouble
from shared.ports import ChannelTrouble, NotPosted, OutcomeUnknown

if TYPE_CHECKING:
    import httpx

CHAT = {"atproto-proxy": "did:web:api.bsky.chat#bsky_chat"}  # who runs private messages; not in any lexicon
DEAD = frozenset(
    """ExpiredToken InvalidToken AuthMissing AuthenticationRequired AuthFactorTokenRequired AccountTakedown
    AccountDeactivated""".split()  # noqa: SIM905 - one word a line would be no table
)
REASONS = Reasons(frozenset({"RateLimitExceeded"}), DEAD)


class Network:
    """`session` is what `keep_open` gave in an earlier run, or anything: then the password opens a new one."""

    def __init__(self, url: str, account: str, password: str, session: str, http: "httpx.Client | None") -> None:
        self._root, self._http = f"{url.rstrip('/')}/xrpc", http
        self._password = {"identifier": account, "password": password}
        self._tokens, self._settled = _tokens(session), False

    def keep_open(self) -> str | None:
        """A new session to keep, where the old one has run out; None where it holds. Raises `ChannelTrouble`.

        Only for the poll: going on with a session ends the old one, which somebody else may be using.
        """
        answer = self._api(chat=False).ask("/com.atproto.server.getSession") if self._tokens else None
        self._settled = True
        if answer is not None and answer.good:
            return None
        if answer is not None and not _run_out(answer):
            raise REASONS.trouble(answer.status, _reason(answer))
        if answer is None or not self._goes_on():
            self._sign_in()
        return json.dumps(self._tokens)

    def ask(
        self, name: str, query: Mapping[str, Any], *, chat: bool = False, none: Collection[str | None] = ()
    ) -> Mapping[str, Any]:
        """What is answered; nothing where one of the reasons `none` is given. Raises `ChannelTrouble`."""
        path = f"/{name}?{urlencode(query, doseq=True)}" if query else f"/{name}"
        answer = self._api(chat=chat).ask(path) if self._tokens else None
        if answer is None or (_run_out(answer) and not self._settled):
            self._sign_in()
            answer = self._api(chat=chat).ask(path)
        self._settled = True
        if not answer.good and _reason(answer) not in none:
            raise REASONS.trouble(answer.status, _reason(answer))
        return answer.body if answer.good else {}

    def look(self, name: str, query: Mapping[str, Any], **how: Any) -> Mapping[str, Any]:
        """`ask` before a post. Raises `NotPosted`: where a read fails, nothing was posted."""
        try:
            return self.ask(name, query, **how)
        except ChannelTrouble as trouble:
            raise NotPosted(str(trouble)) from None

    def act(self, name: str, body: Mapping[str, Any], id_: str, *, chat: bool = False) -> str:
        """Do it once; `id_` is where the answer has the new id. Raises `NotPosted`, `Refused` or `OutcomeUnknown`."""
        answer = self._api(chat=chat).act("POST", f"/{name}", body)
        return REASONS.receipt(answer, answer.body.get(id_), _reason(answer)).platform_id

    def create_once(self, key: Mapping[str, str], record: Mapping[str, Any]) -> str:
        """The address of the record under this key, which is looked for before it is made, and after where the answer
        was lost. Raises as `act` does.
        """
        there = self._there(key)
        if there:
            return there
        try:
            return self.act("com.atproto.repo.createRecord", {**key, "record": record}, "uri")
        except OutcomeUnknown:
            with suppress(NotPosted):
                there = self._there(key)
            if not there:
                raise
            return there

    def _there(self, key: Mapping[str, str]) -> str:
        uri = self.look("com.atproto.repo.getRecord", key, none=("RecordNotFound",)).get("uri")
        return uri if isinstance(uri, str) else ""

    def _api(self, *, chat: bool) -> Api:
        return Api(self._root, {**bearer(self._tokens["accessJwt"]), **(CHAT if chat else {})}, self._http)

    def _goes_on(self) -> bool:
        """False where only the password helps."""
        answer = self._open("refreshSession", bearer(self._tokens["refreshJwt"]), None)
        return not _run_out(answer) and self._take(answer)

    def _sign_in(self) -> None:
        self._take(self._open("createSession", {}, self._password))

    def _open(self, how: str, credentials: Mapping[str, str], body: Mapping[str, str] | None) -> Answer:
        try:
            return Api(self._root, credentials, self._http).act("POST", f"/com.atproto.server.{how}", body)
        except (NotPosted, OutcomeUnknown) as error:
            raise ChannelTrouble(Trouble.UNREACHABLE, str(error)) from None

    def _take(self, answer: Answer) -> bool:
        tokens = _tokens(json.dumps(dict(answer.body)))
        if not answer.good or not tokens:
            raise REASONS.trouble(answer.status, _reason(answer))
        self._tokens = tokens
        return True


def words(text: str) -> Mapping[str, Any]:
    """The text, with its links marked: places are counted in bytes."""
    facets = [
        {
            "index": {"byteStart": len(text[: link.start()].encode()), "byteEnd": len(text[: link.end()].encode())},
            "features": [{"$type": "app.bsky.richtext.facet#link", "uri": link.group()}],
        }
        for link in re.finditer(r"https?://[^\s]*[\w/]", text)
    ]
    return {"text": text, **({"facets": facets} if facets else {})}


def under(post: Mapping[str, Any]) -> Mapping[str, Any]:
    """What a reply to a post names: the post, and the one that its thread starts with."""
    parent = {name: post.get(name) for name in ("uri", "cid")}
    record = post.get("record")
    reply = record.get("reply") if isinstance(record, dict) else None
    return {"root": (reply.get("root") if isinstance(reply, dict) else None) or parent, "parent": parent}


def record_key(id_: str, at: datetime) -> str:
    """The same for the same id and time: the time to the second, and thirty bits of the id."""
    digest = int.from_bytes(hashlib.sha256(id_.encode()).digest()[:8], "big")
    micros = int(at.timestamp()) * 10**6 + (digest >> 10) % 10**6
    number = micros << 10 | digest & 1023
    return "".join(_DIGITS[number >> shift & 31] for shift in range(60, -1, -5))


def _tokens(session: str) -> Mapping[str, str]:
    """Both tokens, or nothing."""
    try:
        kept = json.loads(session)
    except (ValueError, RecursionError):
        return {}
    found = {name: str(kept.get(name) or "") for name in ("accessJwt", "refreshJwt")} if isinstance(kept, dict) else {}
    return found if all(re.fullmatch(r"[!-~]+", token) for token in found.values()) else {}


def _run_out(answer: Answer) -> bool:
    return answer.status == 401 or _reason(answer) in DEAD


def _reason(answer: Answer) -> str | None:
    return word(answer.body.get("error"))


_DIGITS = "234567abcdefghijklmnopqrstuvwxyz"
