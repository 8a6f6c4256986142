"""What we do and ask on TikTok (`contract.toml` lists every call). It says in the body whether it was done."""

import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import partial
from typing import Any

from functions.tiktok.inbound import read_listed
from shared.calling.graph import objects
from shared.calling.http import Answer, Api
from shared.calling.rereading import reread
from shared.domain.action import Action
from shared.domain.case import Case
from shared.domain.channel import Channel, Trouble
from shared.domain.message import Parts, Platform
from shared.ports import ChannelTrouble, NotPosted, OutcomeUnknown, Page, Receipt, Refused
from shared.wire.parts import looked_up, parts

VERSION = "v1.3"
LIMIT = 150  # characters of a comment; TikTok is said to have raised it, and nobody confirms to what
VIDEOS, COMMENTS, PAGES = 10, 30, 3  # newest videos, comments an answer, answers a video: of forty calls a minute
LISTED = {"include_replies": "true", "status": "ALL", "sort_field": "create_time", "sort_order": "desc"}


class TikTok:
    """One account's access to TikTok's API for businesses."""

    def __init__(self, base_url: str, token: str) -> None:
        self._api = Api(f"{base_url.rstrip('/')}/open_api/{VERSION}", {"Access-Token": token})

    def perform(self, action: Action) -> Receipt:
        """Answer a comment once, in public: in the UK there is no other way. Raises `NotPosted`, `Refused` or
        `OutcomeUnknown`, naming status and code only.
        """
        if not action.public or not action.conversation:
            raise Refused("only comments can be answered")
        if len(action.text) > LIMIT:
            raise Refused("too long")
        where = {"business_id": action.account, "video_id": action.conversation, "comment_id": action.target}
        answer = self._api.act("POST", "/business/comment/reply/create/", {**where, "text": action.text})
        code, data = _said(answer)
        if answer.good and code == 0 and isinstance(id_ := data.get("comment_id"), str | int) and id_:
            return Receipt(str(id_))
        raise _failure(answer.status, code)(f"status {answer.status}, code {code}")

    def read(self, case: Case) -> Parts:
        """The message as it stands now. Raises `ChannelTrouble`, also if it is not listed: it may be new, or hidden."""
        video = next((revision.event.conversation for revision in case.content), None) or ""
        listed = objects(self._comments(case.account, video, {"comment_ids": json.dumps([case.message])})["comments"])
        element = next((one for one in listed if str(one.get("comment_id")) == case.message), None)
        if element is None:
            raise ChannelTrouble(Trouble.UNREACHABLE, "not listed")
        yield from looked_up(case, partial(read_listed, case.account, video), element)

    def pages(self, channel: Channel, now: datetime) -> Iterator[Page]:
        """What stands under our newest videos and was not delivered. Raises `ChannelTrouble`."""
        query = {"business_id": channel.account, "fields": '["item_id"]', "max_count": str(VIDEOS)}
        listed = objects(self._ask("/business/video/list/", query).get("videos"))
        videos = [str(video["item_id"]) for video in listed if isinstance(video.get("item_id"), str | int)]
        yield from reread(channel, now, videos, partial(self._under, channel.account))

    def _under(self, account: str, video: str) -> Parts:
        cursor: Any = 0
        for _ in range(PAGES):
            listed = self._comments(account, video, {"cursor": str(cursor), "max_count": str(COMMENTS)})
            yield from parts(Platform.TIKTOK, "comments", partial(read_listed, account, video), listed["comments"])
            cursor = listed.get("cursor")
            if not listed.get("has_more") or not isinstance(cursor, str | int):
                return

    def _comments(self, account: str, video: str, query: Mapping[str, str]) -> Mapping[str, Any]:
        listed = self._ask("/business/comment/list/", {"business_id": account, "video_id": video, **LISTED, **query})
        if not isinstance(listed.get("comments"), list):
            raise ChannelTrouble(Trouble.UNREACHABLE, "no list")
        return listed

    def _ask(self, path: str, query: Mapping[str, str]) -> Mapping[str, Any]:
        answer = self._api.ask(path, query)
        code, data = _said(answer)
        if answer.good and code == 0:
            return data
        spent = code == THROTTLED or answer.status == 429
        trouble = Trouble.QUOTA if spent else Trouble.ACCESS if code in DENIED else Trouble.UNREACHABLE
        raise ChannelTrouble(trouble, f"status {answer.status}, code {code}")


def _said(answer: Answer) -> tuple[int | None, Mapping[str, Any]]:
    """The code that says what came of it, and what there is to read."""
    code, data = answer.body.get("code"), answer.body.get("data")
    known = isinstance(code, int) and not isinstance(code, bool) and abs(code) < 10**9
    return code if known else None, data if isinstance(data, dict) else {}


def _failure(status: int, code: int | None) -> type[Exception]:
    """The first row that fits decides. Refusals come under status 200 too."""
    rows: tuple[tuple[bool, type[Exception]], ...] = (
        (status == 429, NotPosted),
        (not (200 <= status < 300 or 400 <= status < 500), OutcomeUnknown),
        (code == THROTTLED or code in DEAD, NotPosted),
        (code is not None and 40000 <= code < 41000, Refused),
    )
    return next((failure for fits, failure in rows if fits), OutcomeUnknown)


THROTTLED = 40100
DEAD = (40102, 40104, 40105, 40131)  # a token that expired, is missing, was revoked or is not one
DENIED = (*DEAD, 40001, 40130)  # and what ours may not do
