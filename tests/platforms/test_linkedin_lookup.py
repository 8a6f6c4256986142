"""The words of what LinkedIn delivered without them: looked up by name, gone, our own, or not to be had."""

from dataclasses import replace
from typing import Any

import pytest

from functions.linkedin.outbound import LinkedIn
from shared.domain.channel import Trouble
from shared.domain.message import Author, Event, EventKind, Kind, Platform, Quarantined
from shared.ports import ChannelTrouble
from tests.platforms.conftest import NOW, TOKEN, Served
from tests.platforms.test_linkedin_outbound import (
    CANARY,
    CASE,
    COMMENT,
    ORGANIZATION,
    POST,
    REPLY,
    SHARE,
    error,
    linkedin,
)


@linkedin
def test_the_words_of_a_comment(served: Served) -> None:
    served.fake.next(
        200,
        {
            "actor": "urn:li:person:asha-example",
            "object": POST,
            "parentComment": COMMENT.replace("urn:li:activity", "activity"),
            "message": {"text": "Help", "attributes": []},
            "created": {"time": 1795298400000},
        },
    )
    (found,) = LinkedIn(served.url, TOKEN).read(replace(CASE, message=REPLY))
    assert found.said == Event(
        EventKind.POSTED, Platform.LINKEDIN, ORGANIZATION, REPLY, Kind.REPLY, "Help",
        Author("urn:li:person:asha-example"), POST, COMMENT, NOW,
    )  # fmt: skip
    assert served.fake.asked[0]["path"] == f"/rest/socialActions/{POST}/comments/7300000000000000102"


@linkedin
def test_the_words_of_a_post_that_names_us(served: Served) -> None:
    (found,) = LinkedIn(served.url, TOKEN).read(replace(CASE, message=SHARE))
    assert isinstance(found.said, Event)
    assert (found.said.id, found.said.kind, found.said.incomplete, found.said.why) == (SHARE, Kind.MENTION, False, None)
    assert found.said.text
    assert served.fake.asked[0]["path"] == f"/rest/posts/{SHARE}"


@linkedin
def test_a_comment_of_a_picture_only_has_no_words_and_is_whole(served: Served) -> None:
    served.fake.next(200, {"actor": "urn:li:person:asha-example", "object": POST, "content": [{}]})
    (found,) = LinkedIn(served.url, TOKEN).read(CASE)
    assert isinstance(found.said, Event)
    assert (found.said.text, found.said.incomplete) == (None, False)


@linkedin
def test_what_is_gone_is_a_removal(served: Served) -> None:
    served.fake.next(404, error())
    (found,) = LinkedIn(served.url, TOKEN).read(CASE)
    assert found.said == Event(EventKind.REMOVED, Platform.LINKEDIN, ORGANIZATION, id=COMMENT)


@linkedin
def test_our_own_words_answer_what_they_stand_under_and_end_their_own_case(served: Served) -> None:
    served.fake.next(200, {"actor": ORGANIZATION, "object": POST, "parentComment": COMMENT, "message": {"text": "Hi"}})
    found = [part.said for part in LinkedIn(served.url, TOKEN).read(replace(CASE, message=REPLY))]
    assert [(said.event, said.id, said.parent) for said in found if isinstance(said, Event)] == [
        (EventKind.ECHO, REPLY, COMMENT),
        (EventKind.ECHO, REPLY, REPLY),
    ]


@linkedin
def test_words_that_are_none_are_for_a_person(served: Served) -> None:
    served.fake.next(200, {"actor": ORGANIZATION, "message": {"text": [CANARY]}})
    (found,) = LinkedIn(served.url, TOKEN).read(CASE)
    assert isinstance(found.said, Quarantined)
    assert CANARY not in found.said.why


@linkedin
@pytest.mark.parametrize(
    ("status", "body", "trouble"),
    [
        (401, error(serviceErrorCode=65600), Trouble.ACCESS),
        (403, b"", Trouble.ACCESS),
        (429, b"", Trouble.QUOTA),
        (426, error(code="NONEXISTENT_VERSION"), Trouble.UNREACHABLE),
        (500, b"", Trouble.UNREACHABLE),
    ],
)
def test_each_row_of_the_table_of_troubles(served: Served, status: int, body: Any, trouble: Trouble) -> None:
    served.fake.next(status, body)
    with pytest.raises(ChannelTrouble) as failed:
        list(LinkedIn(served.url, TOKEN).read(CASE))
    assert failed.value.trouble is trouble
    assert CANARY not in str(failed.value)
