"""Answering on YouTube: what is asked, and every row of the table of failures."""

import subprocess
import sys
import traceback
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from functions.youtube.outbound import YouTube
from infra.local.fakes import fake
from shared.domain.action import Action, ActionKind
from shared.domain.message import Platform
from shared.ports import NotPosted, OutcomeUnknown, Receipt, Refused
from tests.platforms.conftest import NOW, TOKEN, Served, serve

CANARY = "canary-7a2"
PUBLIC = Action(
    id="a",
    kind=ActionKind.ACKNOWLEDGE,
    platform=Platform.YOUTUBE,
    account="UClocal000000000000000001",
    case="c",
    target="UgxLocal001",
    author="UCmadeup00000000000000011",
    public=True,
    text="We're back on Monday – canary-7a2",
    group="g",
    principles="1",
    reserved_at=NOW,
    expires_at=NOW + timedelta(hours=1),
)


@pytest.fixture
def tube() -> Iterator[Served]:
    yield from serve(fake("youtube", TOKEN, lambda: NOW))


def reason(word: Any) -> dict[str, Any]:
    return {"error": {"code": 0, "message": CANARY, "errors": [{"domain": CANARY, "reason": word, "message": CANARY}]}}


@pytest.mark.parametrize("target", ["UgxLocal001", "UgxLocal001.r1"])
def test_an_answer_goes_under_the_first_comment_of_the_thread(tube: Served, target: str) -> None:
    assert YouTube(f"{tube.url}/", TOKEN).perform(replace(PUBLIC, target=target)) == Receipt("UgxLocal001.local1")
    (asked,) = tube.fake.asked
    assert (asked["method"], asked["path"], asked["query"]) == ("POST", "/youtube/v3/comments", {"part": "snippet"})
    assert asked["body"] == {"snippet": {"parentId": "UgxLocal001", "textOriginal": PUBLIC.text}}


def test_there_are_no_direct_messages(tube: Served) -> None:
    with pytest.raises(Refused):
        YouTube(tube.url, TOKEN).perform(replace(PUBLIC, public=False))
    assert tube.fake.asked == []


FAILURES = [
    (429, b"slow down", NotPosted, "status 429"),
    (401, reason("authError"), NotPosted, "authError"),
    (401, b"", NotPosted, "status 401"),
    *((403, reason(word), NotPosted, word) for word in ("quotaExceeded", "rateLimitExceeded", "dailyLimitExceeded")),
    (403, reason("userRateLimitExceeded"), NotPosted, "userRateLimitExceeded"),
    (400, reason("processingFailure"), OutcomeUnknown, "processingFailure"),
    (500, reason("backendError"), OutcomeUnknown, "backendError"),
    (503, reason("quotaExceeded"), OutcomeUnknown, "quotaExceeded"),
    (302, b"", OutcomeUnknown, "status 302"),
    (400, b"nothing to read", OutcomeUnknown, "status 400"),
    (403, {"error": CANARY}, OutcomeUnknown, "status 403"),
    (403, {"error": {"errors": CANARY}}, OutcomeUnknown, "status 403"),
    (403, {"error": {"errors": [CANARY]}}, OutcomeUnknown, "status 403"),
    (403, reason(f"{CANARY} words"), OutcomeUnknown, "status 403"),
    (403, reason(["quotaExceeded"]), OutcomeUnknown, "status 403"),
    (200, {}, OutcomeUnknown, "status 200"),
    (200, {"id": ""}, OutcomeUnknown, "status 200"),
    (200, {"id": 7}, OutcomeUnknown, "status 200"),
    (200, ["id"], OutcomeUnknown, "status 200"),
    (204, b"", OutcomeUnknown, "status 204"),
    (404, reason("parentCommentNotFound"), Refused, "parentCommentNotFound"),
    (403, reason("commentsDisabled"), Refused, "commentsDisabled"),
    (403, reason("forbidden"), Refused, "forbidden"),
    (400, reason("commentTextTooLong"), Refused, "commentTextTooLong"),
]


@pytest.mark.parametrize(("status", "body", "failure", "fact"), FAILURES)
def test_each_row_of_the_table_of_failures(
    tube: Served, status: int, body: Any, failure: type[Exception], fact: str
) -> None:
    tube.fake.next(status, body)
    with pytest.raises(failure) as failed:
        YouTube(tube.url, TOKEN).perform(PUBLIC)
    assert str(failed.value) == fact
    assert CANARY not in "".join(traceback.format_exception(failed.value))
    assert len(tube.fake.asked) == 1


def test_the_connection_is_cut_after_the_call(tube: Served) -> None:
    tube.fake.next_cut()
    with pytest.raises(OutcomeUnknown):
        YouTube(tube.url, TOKEN).perform(PUBLIC)
    assert len(tube.fake.asked) == 1


def test_a_dead_token_posts_nothing(tube: Served) -> None:
    with pytest.raises(NotPosted, match=r"^authError$"):
        YouTube(tube.url, "revoked").perform(PUBLIC)


def test_a_cold_start_loads_no_http_client() -> None:
    code = "import sys; from functions.youtube import outbound; print({'httpx', 'flask'} & {*sys.modules})"
    root = Path(__file__).parents[2]
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=root)
    assert ran.stdout == "set()\n"
