"""A Bluesky network in memory that keeps the real one's habits: newest first, cursors backwards, short tokens."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from werkzeug.wrappers import Request

from infra.local.fakes.bluesky import refuse
from infra.local.fakes.contract import Call, load
from infra.local.fakes.fake import Asked, Fake, Manner, Reply
from infra.manifests import FUNCTIONS
from tests.platforms.conftest import NOW, TOKEN

US = "did:plc:local0000000000000000001"
ASHA = "did:plc:madeup0000000000000000011"
ROOT = f"at://{US}/app.bsky.feed.post/3kroot1"
CHAT = "did:web:api.bsky.chat#bsky_chat"


def iso(at: datetime) -> str:
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")


def theirs(key: str) -> str:
    return f"at://{ASHA}/app.bsky.feed.post/{key}"


@dataclass
class World:
    """Posts by uri, private messages in order. `sessions`: which tokens are good, and how each was come by."""

    at_once: int = 2
    posts: dict[str, dict[str, Any]] = field(default_factory=dict)
    messages: list[dict[str, Any]] = field(default_factory=list)
    records: dict[str, Any] = field(default_factory=dict)
    calls: list[str] = field(default_factory=list)
    chat_allowed: bool = True
    sessions: int = 0
    refresh: str = ""

    def add(self, key: str, at: datetime, text: str = "hello", *, by: str = ASHA) -> str:
        uri = f"at://{by}/app.bsky.feed.post/{key}"
        ref = {"uri": ROOT, "cid": "bafyroot"}
        record = {"text": text, "createdAt": "1999-01-01T00:00:00Z", "reply": {"root": ref, "parent": ref}}
        author = {"did": by, "handle": "asha.example.org"}
        self.posts[uri] = {"uri": uri, "cid": f"bafy{key}", "author": author, "record": record, "indexedAt": iso(at)}
        return uri

    def edit(self, uri: str, text: str) -> None:
        old = self.posts[uri]
        self.posts[uri] = {**old, "cid": f"{old['cid']}x", "record": {**old["record"], "text": text}}

    def write(self, id_: str, at: datetime, text: str = "hello", *, by: str = ASHA) -> None:
        said = {"id": id_, "rev": "1", "text": text, "sender": {"did": by}, "sentAt": iso(at)}
        self.messages.append({"$type": "chat.bsky.convo.defs#messageView", **said})

    def fake(self) -> Fake:
        contract = load(FUNCTIONS / "bluesky" / "contract.toml")
        return Fake("nobody's", lambda: NOW, contract, Manner(refuse, self._answer, self._allowed))

    def _allowed(self, request: Request, call: Call | None) -> bool:
        given, name = request.headers.get("Authorization"), call.name if call else ""
        if name == "a new session":
            return True
        if name == "the session goes on":
            return bool(self.refresh) and given == f"Bearer {self.refresh}"
        chat = "/chat.bsky." in request.path
        assert request.headers.get("atproto-proxy") == (CHAT if chat else None)
        return given == f"Bearer access-{self.sessions}" and (self.chat_allowed or not chat)

    def _answer(self, asked: Asked) -> Reply:
        self.calls.append(asked.call.name)
        given: Any = asked.parameters
        match asked.call.name:
            case "a new session" | "the session goes on":
                if given and given != {"identifier": US, "password": TOKEN}:
                    return 401, {"error": "AuthenticationRequired"}
                self.sessions += 1
                self.refresh = f"refresh-{self.sessions}"
                return 200, {"accessJwt": f"access-{self.sessions}", "refreshJwt": self.refresh, "did": US}
            case "whether the session holds":
                return 200, {"did": US}
            case "what names us":
                notes = [{**p, "reason": "reply", "reasonSubject": ROOT} for p in self._listed() if not _ours(p)]
                return 200, self._page("notifications", notes, given)
            case "what we wrote":
                return 200, self._page("feed", [{"post": post} for post in self._listed() if _ours(post)], given)
            case "posts":
                uris = given["uris"] if isinstance(given["uris"], list) else [given["uris"]]
                return 200, {"posts": [self.posts[uri] for uri in uris if uri in self.posts]}
            case _:
                return self._rest(asked.call.name, given, asked.number)

    def _rest(self, name: str, given: Any, number: int) -> Reply:
        match name:
            case "private messages since":
                start = int(given.get("cursor", len(self.messages)))
                logs = [self._log(message) for message in self.messages[start : start + self.at_once]]
                return 200, {"logs": logs, "cursor": str(start + len(logs))}
            case "conversations":
                return 200, {"convos": [{"id": "convo1", "lastMessage": m} for m in self.messages[-1:]]}
            case "private messages before":
                return 200, {"messages": self.messages[::-1]}
            case "the conversation with somebody":
                return 200, {"convo": {"id": "convo1"}}
            case "private message":
                return 200, {"id": f"m{number}"}
            case "whether a record is there":
                found = self.records.get(given["rkey"])
                return (200, {"uri": found["uri"]}) if found else (400, {"error": "RecordNotFound"})
            case _:
                return self._create(given)

    def _create(self, given: Any) -> Reply:
        if given["rkey"] in self.records:
            return 500, {"error": "InternalServerError"}
        uri = f"at://{US}/app.bsky.feed.post/{given['rkey']}"
        self.records[given["rkey"]] = {"uri": uri, **given}
        return 200, {"uri": uri, "cid": "bafynew"}

    def _log(self, message: dict[str, Any]) -> dict[str, Any]:
        return {"$type": "chat.bsky.convo.defs#logCreateMessage", "rev": "1", "convoId": "convo1", "message": message}

    def _listed(self) -> list[dict[str, Any]]:
        return sorted(self.posts.values(), key=lambda post: post["indexedAt"], reverse=True)

    def _page(self, name: str, items: list[dict[str, Any]], given: Any) -> dict[str, Any]:
        start = int(given.get("cursor", "0"))
        end = start + self.at_once
        return {name: items[start:end], **({"cursor": str(end)} if end < len(items) else {})}


def _ours(post: dict[str, Any]) -> bool:
    return str(post["uri"]).startswith(f"at://{US}/")


def minutes(number: float) -> timedelta:
    return timedelta(minutes=number)
