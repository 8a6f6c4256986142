"""LinkedIn over a real socket: what is asked, what each failure proves, and the words of what came without."""

import subprocess
import sys
import traceback
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from werkzeug.serving import make_server
from werkzeug.wrappers import Request, Response

from functions.linkedin import signing
from functions.linkedin.outbound import LIMIT, VERSION, LinkedIn
from infra.local.fakes.contract import load
from infra.manifests import FUNCTIONS
from shared.domain.action import Action, ActionKind
from shared.domain.case import Case
from shared.domain.channel import Channel
from shared.domain.message import Platform
from shared.ports import ChannelTrouble, NotPosted, OutcomeUnknown, Receipt, Refused
from shared.webhooks.errors import HandshakeError, NotConfiguredError
from tests.platforms.conftest import NOW, TOKEN, Served

ROOT = Path(__file__).parents[2]
CONTRACT = load(FUNCTIONS / "linkedin" / "contract.toml")
CANARY = "canary-9c2"
ORGANIZATION, POST = "urn:li:organization:4000001", "urn:li:activity:7300000000000000001"
COMMENT = f"urn:li:comment:({POST},7300000000000000101)"
REPLY = f"urn:li:comment:({POST},7300000000000000102)"
SHARE = "urn:li:share:7300000000000000200"
ANSWER = Action(
    id="a", kind=ActionKind.ACKNOWLEDGE, platform=Platform.LINKEDIN, account=ORGANIZATION, case="c", target=COMMENT,
    author="urn:li:person:asha-example", public=True, text=f"We're back on Monday \U0001f642 {CANARY}", group="g",
    principles="1", reserved_at=NOW, expires_at=NOW + timedelta(hours=1), conversation=POST, parent=POST,
)  # fmt: skip
CASE = Case("c", Platform.LINKEDIN, ORGANIZATION, COMMENT)
linkedin = pytest.mark.parametrize("served", ["linkedin"], indirect=True)


def error(**more: Any) -> dict[str, Any]:
    return {"message": CANARY, "status": 400, **more}


@linkedin
def test_an_answer_goes_under_the_comment(served: Served) -> None:
    assert LinkedIn(f"{served.url}/", TOKEN).perform(ANSWER) == Receipt("7300000000000900001")
    (asked,) = served.fake.asked
    assert (asked["method"], asked["path"], asked["status"]) == ("POST", f"/rest/socialActions/{COMMENT}/comments", 201)
    assert asked["body"] == {
        "actor": ORGANIZATION,
        "object": POST,
        "message": {"text": ANSWER.text},
        "parentComment": COMMENT,
    }


@linkedin
def test_an_answer_to_a_reply_goes_under_the_comment_above_it(served: Served) -> None:
    LinkedIn(served.url, TOKEN).perform(
        replace(ANSWER, target=REPLY, parent=COMMENT.replace("urn:li:activity", "activity"))
    )
    (asked,) = served.fake.asked
    assert (asked["path"], asked["body"]["parentComment"]) == (f"/rest/socialActions/{COMMENT}/comments", COMMENT)


@linkedin
@pytest.mark.parametrize(
    "change",
    [{"public": False}, {"target": SHARE}, {"target": "../me?x=1#"}, {"text": "x" * (LIMIT + 1)}],
)
def test_what_cannot_be_done_is_refused_without_a_call(served: Served, change: dict[str, Any]) -> None:
    with pytest.raises(Refused):
        LinkedIn(served.url, TOKEN).perform(replace(ANSWER, **change))
    assert served.fake.asked == []


@linkedin
def test_the_longest_answer_is_asked_for(served: Served) -> None:
    assert LinkedIn(served.url, TOKEN).perform(replace(ANSWER, text="x" * LIMIT))


FAILURES = [
    (429, b"slow down", NotPosted, "status 429"),
    (429, error(serviceErrorCode=101), NotPosted, "code 101"),
    (401, error(serviceErrorCode=65600), NotPosted, "code 65600"),
    (403, error(code="ACCESS_DENIED", serviceErrorCode=100), Refused, "ACCESS_DENIED"),
    (400, error(serviceErrorCode=100), Refused, "code 100"),
    (404, error(serviceErrorCode=0), Refused, "code 0"),
    (426, error(code="NONEXISTENT_VERSION"), Refused, "NONEXISTENT_VERSION"),
    (400, error(code=f"No {CANARY}"), OutcomeUnknown, "status 400"),
    (400, b"<html>", OutcomeUnknown, "status 400"),
    (400, error(serviceErrorCode=CANARY), OutcomeUnknown, "status 400"),
    (409, error(serviceErrorCode=100), OutcomeUnknown, "status 409"),
    (422, error(code="DUPLICATE_POST", serviceErrorCode=100), OutcomeUnknown, "status 422"),
    (500, error(serviceErrorCode=0), OutcomeUnknown, "code 0"),
    (503, b"", OutcomeUnknown, "status 503"),
    (307, b"", OutcomeUnknown, "status 307"),
    (201, {"id": "not where the id is"}, OutcomeUnknown, "status 201"),
    (200, b"[" * 100_000, OutcomeUnknown, "status 200"),
]


@linkedin
@pytest.mark.parametrize(("status", "body", "failure", "reason"), FAILURES)
def test_each_row_of_the_table_of_failures(
    served: Served, status: int, body: Any, failure: type[Exception], reason: str
) -> None:
    served.fake.next(status, body, {"Location": "/elsewhere"})
    with pytest.raises(failure) as failed:
        LinkedIn(served.url, TOKEN).perform(ANSWER)
    assert str(failed.value) == reason
    assert CANARY not in "".join(traceback.format_exception(failed.value))
    assert len(served.fake.asked) == 1  # never a second time by itself


@linkedin
def test_a_lost_answer_may_have_been_posted(served: Served) -> None:
    served.fake.next_cut()
    with pytest.raises(OutcomeUnknown):
        LinkedIn(served.url, TOKEN).perform(ANSWER)


@linkedin
def test_an_escaped_id_is_read(served: Served) -> None:
    served.fake.next(201, {}, {"X-RestLi-Id": "urn%3Ali%3Acomment%3A%28urn%3Ali%3Aactivity%3A1%2C2%29"})
    assert LinkedIn(served.url, TOKEN).perform(ANSWER) == Receipt("urn:li:comment:(urn:li:activity:1,2)")


@pytest.fixture
def heard() -> Iterator[tuple[str, list[Request]]]:
    """A server that answers nothing useful and remembers whole requests."""
    requests: list[Request] = []

    @Request.application
    def app(request: Request) -> Response:
        requests.append(request)
        return Response("{}", 500)

    server = make_server("127.0.0.1", 0, app)
    thread = Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", requests
    server.shutdown()
    thread.join(10)
    server.server_close()


def test_every_call_names_the_version_and_escapes_only_what_must_be(heard: tuple[str, list[Request]]) -> None:
    url, requests = heard
    with pytest.raises(OutcomeUnknown):
        LinkedIn(url, TOKEN).perform(ANSWER)
    with pytest.raises(ChannelTrouble):
        list(LinkedIn(url, TOKEN).pages(Channel(Platform.LINKEDIN, ORGANIZATION), NOW))
    for request in requests:
        assert request.headers["Authorization"] == f"Bearer {TOKEN}"
        assert request.headers["LinkedIn-Version"] == VERSION
        assert request.headers["X-RestLi-Protocol-Version"] == "2.0.0"
    assert requests[0].environ["REQUEST_URI"] == (
        "/rest/socialActions/urn%3Ali%3Acomment%3A%28urn%3Ali%3Aactivity%3A7300000000000000001"
        "%2C7300000000000000101%29/comments"
    )
    query = requests[1].query_string.decode()
    assert "organizationalEntity=urn%3Ali%3Aorganization%3A4000001&actions=List(COMMENT,COMMENT_EDIT," in query
    assert "&timeRange=(start:" in query


@linkedin
def test_the_code_calls_all_that_the_contract_lists_and_nothing_else(served: Served) -> None:
    client = LinkedIn(served.url, TOKEN)
    client.perform(ANSWER)
    list(client.read(CASE))
    list(client.read(replace(CASE, message=SHARE)))
    list(client.pages(Channel(Platform.LINKEDIN, ORGANIZATION), NOW))
    called = [CONTRACT.call(asked["method"], asked["path"]) for asked in served.fake.asked]
    assert {call and call.name for call in called} == {call.name for call in CONTRACT.calls}
    for call, asked in zip(called, served.fake.asked, strict=True):
        assert call
        assert set(asked["body"] or asked.get("query", {})) == set(call.parameters)


def test_the_code_and_the_contract_are_of_one_version() -> None:
    text = (FUNCTIONS / "linkedin" / "contract.toml").read_text(encoding="utf-8")
    assert f'"LinkedIn-Version" = "{VERSION}"' in text


def test_a_challenge_loads_no_model_and_no_client() -> None:
    heavy = "{'httpx', 'pydantic', 'google.api_core'}"
    code = f"import sys; from functions.linkedin import main; print({heavy} & {{*sys.modules}})"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert ran.stdout == "set()\n"


def test_only_a_uuid_is_signed_and_by_the_app_that_is_named() -> None:
    secrets = {"one": [b"first"], "two": [b"second"], "none": [b""]}
    code = "890e4665-4dfe-4ab1-b689-ed553bceeed0"
    answers = {
        app: signing.handshake({"challengeCode": code, "applicationId": app}, secrets).text
        for app in ("", "one", "two", "three")
    }
    assert answers[""] == answers["one"] == answers["three"] != answers["two"]
    for hostile in ("", 'hmacsha256={"type":1}', code + "\n", code[:-1] + "\u0660", f" {code}"):
        with pytest.raises(HandshakeError):
            signing.handshake({"challengeCode": hostile}, secrets)
    with pytest.raises(NotConfiguredError):
        signing.handshake({"challengeCode": code, "applicationId": "none"}, {"none": [b""]})
