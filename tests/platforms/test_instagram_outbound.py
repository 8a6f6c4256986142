"""Acknowledging on Instagram, and looking up what came as ids only: over a real socket."""

import subprocess
import sys
import traceback
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from functions.instagram.inbound import parse
from functions.instagram.outbound import Instagram
from shared.domain.action import Action, ActionKind
from shared.domain.case import Case, Revision
from shared.domain.channel import Trouble
from shared.domain.message import Author, Event, EventKind, Kind, Part, Platform
from shared.ports import ChannelTrouble, NotPosted, OutcomeUnknown, Receipt, Refused
from tests.platforms.conftest import NOW, TOKEN, Served

ROOT = Path(__file__).parents[2]
ACCOUNT = "17841400000000001"
CANARY = "canary-5f1"
DIRECT = Action(
    id="a",
    kind=ActionKind.ACKNOWLEDGE,
    platform=Platform.INSTAGRAM,
    account=ACCOUNT,
    case="c",
    target="aWdf1",
    author="9000000000000011",
    public=False,
    text="We're back on Monday \U0001f642 – canary-5f1",
    group="g",
    principles="1",
    reserved_at=NOW,
    expires_at=NOW + timedelta(hours=1),
)
PUBLIC = replace(DIRECT, public=True, target="17900000000000011")
on_the_fake = pytest.mark.parametrize("served", ["instagram"], indirect=True)


def error(code: Any, **more: Any) -> dict[str, Any]:
    return {"error": {"message": CANARY, "type": CANARY, "code": code, "fbtrace_id": "Atrace", **more}}


@on_the_fake
def test_a_direct_message(served: Served) -> None:
    assert Instagram(served.url, TOKEN).perform(DIRECT) == Receipt("aWdfake1")
    (asked,) = served.fake.asked
    assert (asked["method"], asked["path"]) == ("POST", f"/v25.0/{ACCOUNT}/messages")
    assert asked["body"] == {"recipient": {"id": "9000000000000011"}, "message": {"text": DIRECT.text}}


@on_the_fake
def test_a_public_answer_goes_under_the_comment(served: Served) -> None:
    assert Instagram(f"{served.url}/", TOKEN).perform(PUBLIC) == Receipt("17900000000000001")
    (asked,) = served.fake.asked
    assert (asked["method"], asked["path"]) == ("POST", "/v25.0/17900000000000011/replies")
    assert asked["body"] == {
        "message": PUBLIC.text
    }  # and no `fields`, under which Instagram posts and answers an error


@on_the_fake
def test_a_direct_message_of_a_thousand_bytes_is_the_longest(served: Served) -> None:
    instagram = Instagram(served.url, TOKEN)
    instagram.perform(replace(DIRECT, text="é" * 500))
    with pytest.raises(Refused, match=r"^longer than Instagram takes$"):
        instagram.perform(replace(DIRECT, text="é" * 500 + "!"))
    assert len(served.fake.asked) == 1
    instagram.perform(replace(PUBLIC, text="é" * 501))


@on_the_fake
def test_an_id_cannot_lead_the_call_elsewhere(served: Served) -> None:
    with pytest.raises(Refused):
        Instagram(served.url, TOKEN).perform(replace(PUBLIC, target="../me/media?x=1#"))
    assert [asked["path"] for asked in served.fake.asked] == ["/v25.0/../me/media?x=1#/replies"]


FAILURES = [
    (429, b"slow down", NotPosted, "status 429"),
    *((400, error(code), NotPosted, f"code {code}, trace Atrace") for code in (4, 17, 613, 80002, 190)),
    (400, error(20, error_subcode=1772107), OutcomeUnknown, "code 20/1772107, trace Atrace"),  # it was created
    (500, error(4), OutcomeUnknown, "code 4, trace Atrace"),
    (503, b"<html>", OutcomeUnknown, "status 503"),
    (200, {}, OutcomeUnknown, "status 200"),
    (200, {"message_id": "", "id": ""}, OutcomeUnknown, "status 200"),
    (400, b"nothing to read", OutcomeUnknown, "status 400"),
    *((400, error(code, error_subcode=sub), Refused, f"code {code}/{sub}, trace Atrace")
      for code, sub in ((10, 2534022), (100, 33), (200, 1), (368, 1), (551, 1545041))),
]  # fmt: skip


@on_the_fake
@pytest.mark.parametrize("action", [DIRECT, PUBLIC], ids=["direct", "public"])
@pytest.mark.parametrize(("status", "body", "failure", "reason"), FAILURES)
def test_each_row_of_the_table_of_failures(
    served: Served, action: Action, status: int, body: Any, failure: type[Exception], reason: str
) -> None:
    served.fake.next(status, body)
    with pytest.raises(failure) as failed:
        Instagram(served.url, TOKEN).perform(action)
    assert str(failed.value) == reason
    assert CANARY not in "".join(traceback.format_exception(failed.value))
    assert len(served.fake.asked) == 1


@on_the_fake
def test_a_dead_or_unusable_token_posts_nothing(served: Served) -> None:
    for token, reason in (("revoked", "code 190, trace Afake"), ("two\nlines", "no usable token")):
        with pytest.raises(NotPosted, match=f"^{reason}$"):
            Instagram(served.url, token).perform(DIRECT)
    assert TOKEN not in repr(served.fake.asked)


def test_a_cold_start_loads_no_http_client() -> None:
    code = "import sys; from functions.instagram import inbound, outbound; print({'httpx', 'flask'} & {*sys.modules})"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert ran.stdout == "set()\n"


def test_a_handshake_loads_no_model_library() -> None:
    code = (
        "import sys; from functions.instagram import main; from functions.threads import main;"
        "print({'httpx', 'pydantic', 'google.cloud.firestore'} & {*sys.modules})"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert ran.stdout == "set()\n"


def told(element: dict[str, Any], key: str = "changes") -> Case:
    """The case that a delivery with ids only becomes."""
    entry = {"id": ACCOUNT, "time": 1795298400, key: [element]}
    (part,) = parse({"object": "instagram", "entry": [entry]})
    assert isinstance(part.said, Event)
    assert part.said.incomplete
    revision = Revision(part.said, NOW, "d", "{}")
    return Case("c", Platform.INSTAGRAM, ACCOUNT, part.said.id or "", {"r": revision})


IN_A_COMMENT = told({"field": "mentions", "value": {"media_id": "180", "comment_id": "179"}})
IN_A_CAPTION = told({"field": "mentions", "value": {"media_id": "180"}})
IN_PRIVATE = told({"timestamp": 1795298400250, "message_edit": {"mid": "aWdf1", "num_edit": 0}}, "messaging")


def said(parts: list[Part]) -> list[Event]:
    events = [part.said for part in parts]
    assert all(isinstance(event, Event) for event in events)
    return [event for event in events if isinstance(event, Event)]


@on_the_fake
def test_the_words_of_a_mention_in_a_comment(served: Served) -> None:
    (event,) = said(list(Instagram(served.url, TOKEN).read(IN_A_COMMENT)))
    assert (event.event, event.kind, event.id) == (EventKind.POSTED, Kind.MENTION, "179")
    assert event.text == "Thank you @local.trust"
    assert event.author == Author(None, None, "nina.nowhere")
    assert (event.conversation, event.parent, event.incomplete, event.attachments) == ("180", "180", False, ())
    (asked,) = served.fake.asked
    assert asked["path"] == f"/v25.0/{ACCOUNT}"
    assert asked["query"] == {"fields": "mentioned_comment.comment_id(179){id,text,timestamp,username}"}


@on_the_fake
def test_the_words_of_a_mention_in_a_caption(served: Served) -> None:
    (event,) = said(list(Instagram(served.url, TOKEN).read(IN_A_CAPTION)))
    assert (event.id, event.text) == ("180", "With @local.trust today")
    assert served.fake.asked[0]["query"] == {"fields": "mentioned_media.media_id(180){id,caption,timestamp,username}"}


@on_the_fake
def test_the_words_of_a_private_message(served: Served) -> None:
    (event,) = said(list(Instagram(served.url, TOKEN).read(IN_PRIVATE)))
    assert (event.event, event.kind, event.public) == (EventKind.POSTED, Kind.DIRECT, False)
    assert event.text == "Can I bring a friend on Tuesday?"
    assert event.author == Author("9000000000000901", None, "nina.nowhere")
    assert (event.conversation, event.incomplete, event.no_ack) == ("9000000000000901", False, None)
    assert served.fake.asked[0]["query"] == {"fields": "id,created_time,from,to,message"}


@on_the_fake
def test_our_own_words_close_the_case_that_was_opened_for_them(served: Served) -> None:
    served.fake.next(200, {"id": "aWdf1", "message": "Hello", "from": {"id": ACCOUNT}, "to": {"data": [{"id": "9"}]}})
    echo, gone = said(list(Instagram(served.url, TOKEN).read(IN_PRIVATE)))
    assert (echo.event, echo.id, echo.conversation, echo.public) == (EventKind.ECHO, "aWdf1", "9", False)
    assert (gone.event, gone.id) == (EventKind.REMOVED, "aWdf1")


@on_the_fake
@pytest.mark.parametrize("case", [IN_A_COMMENT, IN_A_CAPTION, IN_PRIVATE])
@pytest.mark.parametrize("subcode", [33, 2018001])
def test_what_is_gone_is_a_removal(served: Served, case: Case, subcode: int) -> None:
    served.fake.next(400, error(100, error_subcode=subcode))
    (event,) = said(list(Instagram(served.url, TOKEN).read(case)))
    assert (event.event, event.id, event.text, event.incomplete) == (EventKind.REMOVED, case.message, None, False)


@on_the_fake
@pytest.mark.parametrize(
    "answer", [{}, {"mentioned_comment": None}, {"mentioned_comment": []}, {"mentioned_comment": {}}]
)
def test_an_answer_without_the_message_is_asked_again(served: Served, answer: dict[str, Any]) -> None:
    served.fake.next(200, answer)
    with pytest.raises(ChannelTrouble) as trouble:
        list(Instagram(served.url, TOKEN).read(IN_A_COMMENT))
    assert trouble.value.trouble is Trouble.UNREACHABLE


@on_the_fake
def test_a_message_that_has_no_words_is_whole_and_says_so(served: Served) -> None:
    served.fake.next(200, {"id": "aWdf1", "message": "", "from": {"id": "9"}})
    (event,) = said(list(Instagram(served.url, TOKEN).read(IN_PRIVATE)))
    assert (event.text, event.incomplete) == (None, False)
    assert [attachment.type for attachment in event.attachments] == ["unknown"]


@on_the_fake
def test_words_that_are_none_go_to_quarantine(served: Served) -> None:
    served.fake.next(200, {"id": "aWdf1", "message": {CANARY: 1}})
    (part,) = Instagram(served.url, TOKEN).read(IN_PRIVATE)
    assert not isinstance(part.said, Event)
    assert part.said.why == "looked up.message: not text"


@pytest.mark.parametrize("case", [IN_A_COMMENT, IN_PRIVATE])
def test_a_look_up_that_nobody_answers_is_asked_again(case: Case) -> None:
    def never(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectTimeout("", request=request)

    with httpx.Client(transport=httpx.MockTransport(never)) as http, pytest.raises(ChannelTrouble):
        list(Instagram("http://127.0.0.1", TOKEN, http=http).read(case))
