"""TikTok over a real socket: whether it was done stands in the body, whatever the status says."""

import subprocess
import sys
import traceback
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from werkzeug.datastructures import Headers

from functions.tiktok import signing
from functions.tiktok.outbound import LIMIT, VERSION, TikTok
from infra.local.fakes.contract import load
from infra.manifests import FUNCTIONS
from shared.domain.action import Action, ActionKind
from shared.domain.case import Case, Revision
from shared.domain.channel import Channel, Trouble
from shared.domain.message import Author, Event, EventKind, Kind, Platform
from shared.ports import ChannelTrouble, NotPosted, OutcomeUnknown, Receipt, Refused
from tests.platforms.conftest import NOW, TOKEN, Served

ROOT = Path(__file__).parents[2]
CONTRACT = load(FUNCTIONS / "tiktok" / "contract.toml")
CANARY = "canary-4e7"
US, VIDEO, COMMENT = "tt-local-5000001", "7300000000000000001", "7300000000000000101"
ANSWER = Action(
    id="a", kind=ActionKind.ACKNOWLEDGE, platform=Platform.TIKTOK, account=US, case="c", target=COMMENT,
    author="a+sha/Example==", public=True, text=f"Back on Monday \U0001f642 {CANARY}", group="g",
    principles="1", reserved_at=NOW, expires_at=NOW + timedelta(hours=1), conversation=VIDEO, parent=VIDEO,
)  # fmt: skip
BARE = Event(
    EventKind.POSTED, Platform.TIKTOK, US, COMMENT, Kind.COMMENT, conversation=VIDEO, parent=VIDEO, incomplete=True
)
CASE = Case("c", Platform.TIKTOK, US, COMMENT, {"r": Revision(BARE, NOW, "digest", "{}")})
WHO = {"unique_identifier": "a+sha/Example==", "display_name": "Asha Example", "username": "asha.example"}
LISTED = {
    "comment_id": COMMENT,
    "parent_comment_id": "0",
    "create_time": "1795298400",
    "text": "Help",
    "owner": False,
    **WHO,
}
tiktok = pytest.mark.parametrize("served", ["tiktok"], indirect=True)


def said(code: Any, data: Any = None) -> dict[str, Any]:
    return {"code": code, "message": CANARY, "request_id": CANARY, "data": data}


@tiktok
def test_an_answer_goes_under_the_comment(served: Served) -> None:
    assert TikTok(f"{served.url}/", TOKEN).perform(ANSWER) == Receipt("7300000000000900001")
    (asked,) = served.fake.asked
    assert (asked["method"], asked["path"]) == ("POST", "/open_api/v1.3/business/comment/reply/create/")
    assert asked["body"] == {"business_id": US, "video_id": VIDEO, "comment_id": COMMENT, "text": ANSWER.text}


@tiktok
@pytest.mark.parametrize(
    "change",
    [{"public": False}, {"conversation": None}, {"text": "x" * (LIMIT + 1)}],
    ids=lambda change: next(iter(change)),
)
def test_what_cannot_be_done_is_refused_without_a_call(served: Served, change: dict[str, Any]) -> None:
    with pytest.raises(Refused):
        TikTok(served.url, TOKEN).perform(replace(ANSWER, **change))
    assert served.fake.asked == []


@tiktok
def test_the_longest_answer_is_asked_for(served: Served) -> None:
    assert TikTok(served.url, TOKEN).perform(replace(ANSWER, text="x" * LIMIT))


NO_ID: list[Any] = [None, [], {}, {"comment_id": ""}, {"comment_id": {}}]
FAILURES: list[tuple[int, Any, type[Exception]]] = [
    *((200, said(code), NotPosted) for code in (40100, 40102, 40104, 40105, 40131)),
    (400, said(40100), NotPosted),
    (429, b"", NotPosted),
    *((200, said(code), Refused) for code in (40000, 40001, 40002, 40130, 40999)),
    *((200, said(code), OutcomeUnknown) for code in (39999, 41000, 50000, 51021, -1, "0", "40105", None, False, 0.0)),
    (200, said(10**30), OutcomeUnknown),
    (200, said(50000, {"comment_id": "1"}), OutcomeUnknown),
    (200, said(40002, {"comment_id": "1"}), Refused),
    (500, said(40100), OutcomeUnknown),
    (502, b"<html>", OutcomeUnknown),
    (301, b"", OutcomeUnknown),
    (401, b"", OutcomeUnknown),
    *((200, said(0, data), OutcomeUnknown) for data in NO_ID),
    (200, b"[" * 100_000, OutcomeUnknown),
    (500, said(0, {"comment_id": "1"}), OutcomeUnknown),
]


@tiktok
@pytest.mark.parametrize(("status", "body", "failure"), FAILURES)
def test_each_row_of_the_table_of_failures(served: Served, status: int, body: Any, failure: type[Exception]) -> None:
    served.fake.next(status, body, {"Location": "/elsewhere"})
    with pytest.raises(failure, match=rf"^status {status}, code (-?\d+|None)$") as failed:
        TikTok(served.url, TOKEN).perform(ANSWER)
    assert CANARY not in "".join(traceback.format_exception(failed.value))
    assert len(served.fake.asked) == 1  # never a second time by itself


@tiktok
def test_a_lost_answer_may_have_been_posted(served: Served) -> None:
    served.fake.next_cut()
    with pytest.raises(OutcomeUnknown):
        TikTok(served.url, TOKEN).perform(ANSWER)


@tiktok
def test_a_dead_token_posts_nothing(served: Served) -> None:
    with pytest.raises(NotPosted, match="code 40105"):
        TikTok(served.url, "revoked").perform(ANSWER)


@tiktok
def test_a_number_is_an_id_as_well(served: Served) -> None:
    served.fake.next(200, said(0, {"comment_id": 7300000000000000109}))
    assert TikTok(served.url, TOKEN).perform(ANSWER) == Receipt("7300000000000000109")


@tiktok
def test_who_wrote_it_and_what(served: Served) -> None:
    served.fake.next(200, said(0, {"comments": [{"comment_id": "9"}, LISTED], "has_more": True}))
    (found,) = TikTok(served.url, TOKEN).read(CASE)
    who = Author("a+sha/Example==", "Asha Example", "asha.example")
    assert found.said == replace(BARE, text="Help", author=who, sent_at=NOW, incomplete=False)
    query = served.fake.asked[0]["query"]
    assert (query["video_id"], query["comment_ids"], query["include_replies"]) == (VIDEO, f'["{COMMENT}"]', "true")


@tiktok
def test_our_own_words_answer_what_they_stand_under_and_end_their_own_case(served: Served) -> None:
    served.fake.next(200, said(0, {"comments": [{**LISTED, "owner": True, "parent_comment_id": 7300000000000000100}]}))
    found = [part.said for part in TikTok(served.url, TOKEN).read(CASE)]
    assert [(one.event, one.author, one.parent) for one in found if isinstance(one, Event)] == [
        (EventKind.ECHO, Author(US), "7300000000000000100"),
        (EventKind.ECHO, Author(US), COMMENT),
    ]


@tiktok
@pytest.mark.parametrize("comments", [[], [{**LISTED, "comment_id": "9"}], [7]])
def test_what_is_not_listed_is_asked_for_again_and_not_taken_for_removed(served: Served, comments: Any) -> None:
    served.fake.next(200, said(0, {"comments": comments}))
    with pytest.raises(ChannelTrouble, match="not listed"):
        list(TikTok(served.url, TOKEN).read(CASE))


@tiktok
@pytest.mark.parametrize(
    ("status", "body", "trouble"),
    [
        *((200, said(code), Trouble.ACCESS) for code in (40001, 40102, 40105, 40130, 40131)),
        (200, said(40100), Trouble.QUOTA),
        (429, b"", Trouble.QUOTA),
        *((200, said(code), Trouble.UNREACHABLE) for code in (40002, 50000, None)),
        (500, said(0, {"comments": []}), Trouble.UNREACHABLE),
        (200, said(0, {"comments": {}}), Trouble.UNREACHABLE),
    ],
)
def test_each_row_of_the_table_of_troubles(served: Served, status: int, body: Any, trouble: Trouble) -> None:
    served.fake.next(status, body)
    with pytest.raises(ChannelTrouble) as failed:
        list(TikTok(served.url, TOKEN).read(CASE))
    assert failed.value.trouble is trouble
    assert CANARY not in str(failed.value)


@tiktok
def test_the_code_calls_all_that_the_contract_lists_and_nothing_else(served: Served) -> None:
    client = TikTok(served.url, TOKEN)
    client.perform(ANSWER)
    list(client.read(CASE))
    list(client.pages(Channel(Platform.TIKTOK, US), NOW))
    asked: dict[str, set[str]] = {}
    for one in served.fake.asked:
        call = CONTRACT.call(one["method"], one["path"])
        assert call
        asked.setdefault(call.name, set()).update(one["body"] or one["query"])
    assert asked == {call.name: set(call.parameters) for call in CONTRACT.calls}
    assert CONTRACT.version == f"open_api/{VERSION}"
    assert all(call.path.endswith("/") for call in CONTRACT.calls)


@pytest.mark.parametrize(
    ("header", "prefix"),
    [
        ("t=1,s=a", b"1."),
        ("s=a,t=1", b"1."),
        (" t=1 , s=a", b"1."),
        ("s=a", b"."),
        ("", b"."),
        ("t=\u00e9,t=2", b"\xc3\xa9."),
    ],
)
def test_the_time_is_signed_as_it_was_received(header: str, prefix: bytes) -> None:
    assert signing.prefix(Headers({"TikTok-Signature": header})) == prefix


def test_a_cold_start_loads_no_model_and_no_client() -> None:
    heavy = "{'httpx', 'pydantic', 'google.api_core'}"
    code = f"import sys; from functions.tiktok import main; print({heavy} & {{*sys.modules}})"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert ran.stdout == "set()\n"
