"""A YouTube channel in memory that keeps the real one's habits: newest first, pages, few replies with a thread."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from infra.local.fakes.contract import load
from infra.local.fakes.fake import Asked, Fake, Manner, Reply
from infra.local.fakes.youtube import refuse
from infra.manifests import FUNCTIONS
from tests.platforms.conftest import NOW, TOKEN

US = "UClocal000000000000000001"
SHOWN_REPLIES = 5


def iso(at: datetime) -> str:
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")


@dataclass
class World:
    """Comments by id. `at_once`: the largest page, smaller than the real one so that there are several."""

    at_once: int = 2
    replies_at_once: int = 100
    comments: dict[str, dict[str, Any]] = field(default_factory=dict)
    calls: list[str] = field(default_factory=list)
    now: datetime = NOW

    def add(
        self, id_: str, at: datetime, text: str = "hello", *, who: str = "UCasha", status: str = "published"
    ) -> None:
        parent = {"parentId": id_.partition(".")[0]} if "." in id_ else {}
        snippet = {
            "textDisplay": text,
            "authorDisplayName": "Asha Example",
            "authorChannelId": {"value": who},
            **parent,
        }
        times = {"publishedAt": iso(at), "updatedAt": iso(at)}
        said = {**snippet, **times, "moderationStatus": status, "channelId": US, "videoId": "v1"}
        self.comments[id_] = {"kind": "youtube#comment", "id": id_, "snippet": said}

    def edit(self, id_: str, text: str, at: datetime) -> None:
        old = self.comments[id_]
        self.comments[id_] = {**old, "snippet": {**old["snippet"], "textDisplay": text, "updatedAt": iso(at)}}

    def fake(self) -> Fake:
        contract = load(FUNCTIONS / "youtube" / "contract.toml")
        return Fake(TOKEN, lambda: self.now, contract, Manner(refuse, self._answer))

    def _answer(self, asked: Asked) -> Reply:
        self.calls.append(asked.call.name)
        given = asked.parameters
        if asked.call.name == "threads of a channel":
            tops = [c for id_, c in self.comments.items() if "." not in id_]
            wanted = [c for c in tops if c["snippet"]["moderationStatus"] == given["moderationStatus"]]
            wanted.sort(key=lambda c: c["snippet"]["publishedAt"], reverse=True)
            status, answer = _page("Thread", wanted, given, self.at_once)
            return status, {**answer, "items": [self._thread(c) for c in answer["items"]]}
        if "id" in given:
            return _page("", [self.comments[i] for i in given["id"].split(",") if i in self.comments], given, 50)
        if given["parentId"] not in self.comments:
            return 404, {"error": {"code": 404, "errors": [{"reason": "commentNotFound"}]}}
        return _page("", self._replies(given["parentId"]), given, self.replies_at_once)

    def _replies(self, parent: str) -> list[dict[str, Any]]:
        return [c for id_, c in self.comments.items() if id_.startswith(f"{parent}.")]

    def _thread(self, top: dict[str, Any]) -> dict[str, Any]:
        replies = self._replies(top["id"])
        snippet = {"channelId": US, "videoId": "v1", "topLevelComment": top, "totalReplyCount": len(replies)}
        more = {"replies": {"comments": replies[:SHOWN_REPLIES]}} if replies else {}
        return {"kind": "youtube#commentThread", "id": top["id"], "snippet": snippet, **more}


def _page(kind: str, items: list[dict[str, Any]], given: Any, most: int) -> tuple[int, dict[str, Any]]:
    start = int(given.get("pageToken", "0"))
    more = {"nextPageToken": str(start + most)} if start + most < len(items) else {}
    return 200, {"kind": f"youtube#comment{kind}ListResponse", "items": items[start : start + most], **more}


def minutes(number: float) -> timedelta:
    return timedelta(minutes=number)
