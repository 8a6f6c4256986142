"""Replying on Threads takes two calls: what each failure of either proves, over a real socket."""

import traceback
from dataclasses import replace
from typing import Any

import pytest

from functions.threads.outbound import Threads
from shared.domain.action import Action
from shared.domain.message import Platform
from shared.ports import NotPosted, OutcomeUnknown, Receipt, Refused
from tests.platforms.conftest import TOKEN, Served
from tests.platforms.test_instagram_outbound import CANARY, PUBLIC, error

ACCOUNT = "20000000000000001"
REPLY: Action = replace(PUBLIC, platform=Platform.THREADS, account=ACCOUNT, target="18100000000000011")
on_the_fake = pytest.mark.parametrize("served", ["threads"], indirect=True)


@on_the_fake
def test_a_reply_is_drafted_then_published(served: Served) -> None:
    assert Threads(f"{served.url}/", TOKEN).perform(REPLY) == Receipt("18100000000000002")
    publish, draft = served.fake.asked
    assert (draft["method"], draft["path"]) == ("POST", f"/v1.0/{ACCOUNT}/threads")
    assert draft["body"] == {"media_type": "TEXT", "text": REPLY.text, "reply_to_id": "18100000000000011"}
    assert (publish["method"], publish["path"]) == ("POST", f"/v1.0/{ACCOUNT}/threads_publish")
    assert publish["body"] == {"creation_id": "18100000000000001"}


@on_the_fake
def test_what_threads_cannot_do_is_not_tried(served: Served) -> None:
    threads = Threads(served.url, TOKEN)
    for action in (replace(REPLY, public=False), replace(REPLY, text="x" * 501)):
        with pytest.raises(Refused):
            threads.perform(action)
    assert served.fake.asked == []
    threads.perform(replace(REPLY, text="x" * 500))


DRAFTING = [
    (429, b"slow down", NotPosted, "status 429"),
    (400, error(190), NotPosted, "code 190, trace Atrace"),
    (500, error(2), NotPosted, "code 2, trace Atrace"),
    (503, b"<html>", NotPosted, "status 503"),
    (200, {}, NotPosted, "status 200"),
    (200, {"id": ""}, NotPosted, "status 200"),
    (400, b"nothing to read", NotPosted, "status 400"),
    (400, error(10), Refused, "code 10, trace Atrace"),
    (400, error(100, error_subcode=33), Refused, "code 100/33, trace Atrace"),
]
PUBLISHING = [
    (429, b"slow down", NotPosted, "status 429"),
    (400, error(190), NotPosted, "code 190, trace Atrace"),
    (400, error(24, error_subcode=4279009), NotPosted, "code 24/4279009, trace Atrace"),
    (500, error(24, error_subcode=4279009), OutcomeUnknown, "code 24/4279009, trace Atrace"),
    (400, error(24), Refused, "code 24, trace Atrace"),
    (500, error(2), OutcomeUnknown, "code 2, trace Atrace"),
    (503, b"<html>", OutcomeUnknown, "status 503"),
    (200, {}, OutcomeUnknown, "status 200"),
    (400, b"nothing to read", OutcomeUnknown, "status 400"),
    (400, error(10), Refused, "code 10, trace Atrace"),
]
ROWS = [(0, *row) for row in DRAFTING] + [(1, *row) for row in PUBLISHING]


@on_the_fake
@pytest.mark.parametrize(("before", "status", "body", "failure", "reason"), ROWS)
def test_each_row_of_the_table_of_failures(
    served: Served, before: int, status: int, body: Any, failure: type[Exception], reason: str
) -> None:
    for _ in range(before):
        served.fake.next(200, {"id": "18100000000000999"})
    served.fake.next(status, body)
    with pytest.raises(failure) as failed:
        Threads(served.url, TOKEN).perform(REPLY)
    assert str(failed.value) == reason
    assert CANARY not in "".join(traceback.format_exception(failed.value))
    assert len(served.fake.asked) == before + 1  # nothing after it, and nothing twice


@on_the_fake
def test_a_draft_whose_answer_is_lost_was_not_posted(served: Served) -> None:
    served.fake.next_cut()
    with pytest.raises(NotPosted):
        Threads(served.url, TOKEN).perform(REPLY)
    assert [asked["path"] for asked in served.fake.asked] == [f"/v1.0/{ACCOUNT}/threads"]


@on_the_fake
def test_a_publication_whose_answer_is_lost_may_have_been_posted(served: Served) -> None:
    served.fake.next(200, {"id": "18100000000000999"})
    served.fake.next_cut()
    with pytest.raises(OutcomeUnknown):
        Threads(served.url, TOKEN).perform(REPLY)
    assert len(served.fake.asked) == 2


@on_the_fake
def test_an_id_cannot_lead_the_call_elsewhere(served: Served) -> None:
    with pytest.raises(Refused):
        Threads(served.url, TOKEN).perform(replace(REPLY, account="../me?x=1#"))
    assert [asked["path"] for asked in served.fake.asked] == ["/v1.0/../me?x=1#/threads"]


@on_the_fake
def test_a_dead_token_posts_nothing(served: Served) -> None:
    with pytest.raises(NotPosted, match=r"^code 190, trace Afake$"):
        Threads(served.url, "revoked").perform(REPLY)
    assert [asked["status"] for asked in served.fake.asked] == [401]
