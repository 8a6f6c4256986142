"""What LinkedIn did not deliver: fetched in pages, cut off anywhere, stored once; and whether it still delivers."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from functions.linkedin import outbound
from functions.linkedin.inbound import parse
from functions.linkedin.outbound import LinkedIn
from infra.local.fakes.fake import Asked
from infra.local.fakes.linkedin import MANNER
from shared.domain.case import Case, State
from shared.domain.channel import Channel, Trouble
from shared.domain.message import Event, EventKind, Parts, Platform, case_id
from shared.ports import ChannelTrouble, Page
from shared.service import intake, looking_up, polling
from shared.service.assessment import assess
from shared.service.intake import Delivery, Taken
from tests.platforms.conftest import NOW, TOKEN, Served
from tests.rig import Rig

ORGANIZATION, POST = "urn:li:organization:4000001", "urn:li:activity:7300000000000000001"
EARLIER = int((NOW - timedelta(hours=3)).timestamp() * 1000)
linkedin = pytest.mark.parametrize("served", ["linkedin"], indirect=True)
Kept = tuple[Rig, LinkedIn]


class Cut(Exception):
    """The instance is gone."""


def urn(n: int) -> str:
    return f"urn:li:comment:({POST},730000000000000{n:04})"


def notification(n: int, text: str = "Where do I park?", **more: Any) -> dict[str, Any]:
    said = {"entity": urn(n), "owner": "urn:li:person:asha-example", "object": POST, "text": text}
    return {
        "notificationId": n,
        "action": "COMMENT",
        "sourcePost": POST,
        "lastModifiedAt": EARLIER,
        "generatedActivity": urn(n),
        "decoratedGeneratedActivity": {"comment": said},
        **more,
    }


def answer(served: Served, *elements: Any) -> None:
    served.fake.next(200, {"elements": list(elements), "paging": {}})


def take_in(rig: Rig, parts: Parts, delivery: Delivery) -> Taken:
    judge = lambda event, at: assess(event, rig.library, at)  # noqa: E731
    return intake.take_in(parts, delivery, store=rig.store, queue=rig.queue, assess=judge)


def poll(rig: Rig, client: Any) -> Channel:
    polling.poll(
        Platform.LINKEDIN, ORGANIZATION, lambda _: client, lambda: NOW,
        store=rig.store, take_in=lambda parts, delivery: take_in(rig, parts, delivery),
    )  # fmt: skip
    found = rig.store.channel(Platform.LINKEDIN, ORGANIZATION)
    assert found
    return found


def case(rig: Rig, n: int) -> Case | None:
    return rig.store.case(case_id(Platform.LINKEDIN, ORGANIZATION, urn(n)))


def asked(served: Served) -> list[str]:
    return [
        a["query"]["timeRange"] + a["query"]["start"] for a in reversed(served.fake.asked) if "timeRange" in a["query"]
    ]


@linkedin
def test_what_is_fetched_late_is_a_case_and_never_acknowledged(served: Served, rig: Rig) -> None:
    answer(served, notification(1), notification(2, action="LIKE"), 7)
    channel = poll(rig, LinkedIn(served.url, TOKEN))
    found = case(rig, 1)
    assert found
    assert [r.event.no_ack for r in found.content] == ["backfill"]
    assert [q.why for q in rig.store.quarantined(5)] == ["elements[2]: not an object"]
    assert (channel.trouble, channel.last_poll) == (None, NOW)


@linkedin
def test_every_page_is_asked_for_until_nothing_more_comes(served: Served, rig: Rig) -> None:
    answer(served, notification(1), notification(2))
    answer(served, notification(3))
    poll(rig, LinkedIn(served.url, TOKEN))
    end = int((NOW - timedelta(minutes=10)).timestamp() * 1000)
    start = int((NOW - timedelta(days=7, hours=1)).timestamp() * 1000)
    assert asked(served) == [f"(start:{start},end:{end}){at}" for at in (0, 2, 3)]
    assert all(case(rig, n) for n in (1, 2, 3))


@linkedin
def test_the_next_poll_goes_on_a_little_before_where_this_one_ended(served: Served, rig: Rig) -> None:
    first = poll(rig, LinkedIn(served.url, TOKEN))
    poll(rig, LinkedIn(served.url, TOKEN))
    assert asked(served)[-1].startswith(f"(start:{int(first.cursor) - 3_600_000},end:{first.cursor})")


@linkedin
@pytest.mark.parametrize("cursor", ["", "{", '{"until": 5}', "-7", "9" * 40, "\u0667", "null"])
def test_a_cursor_that_nobody_can_read_starts_afresh(served: Served, cursor: str) -> None:
    list(LinkedIn(served.url, TOKEN).pages(Channel(Platform.LINKEDIN, ORGANIZATION, cursor=cursor), NOW))
    assert f"(start:{int((NOW - timedelta(days=7, hours=1)).timestamp() * 1000)}," in asked(served)[0]


@linkedin
def test_a_cursor_from_the_future_asks_for_the_last_hour(served: Served) -> None:
    list(LinkedIn(served.url, TOKEN).pages(Channel(Platform.LINKEDIN, ORGANIZATION, cursor="9" * 15), NOW))
    end = int((NOW - timedelta(minutes=10)).timestamp() * 1000)
    assert asked(served)[0] == f"(start:{end - 3_600_000},end:{end})0"


@linkedin
@pytest.mark.parametrize("pages", [0, 1, 2])
def test_a_poll_that_is_cut_off_loses_nothing_and_repeats_nothing(served: Served, rig: Rig, pages: int) -> None:
    class Dying(LinkedIn):
        def pages(self, channel: Channel, now: Any) -> Iterator[Page]:
            for number, page in enumerate(super().pages(channel, now)):
                if number == pages:
                    raise Cut
                yield page

    def two_a_page(asked: Asked) -> tuple[int, Any]:
        """Only what lies in the stretch of time that is asked for."""
        if "eventType" in asked.parameters:
            return MANNER.answer(asked)
        start, end = map(int, re.findall(r"\d+", asked.parameters["timeRange"]))
        at = int(asked.parameters["start"])
        return 200, {"elements": [notification(n) for n in (1, 2, 3) if start <= EARLIER < end][at : at + 2]}

    served.fake._manner = replace(MANNER, answer=two_a_page)
    with pytest.raises(Cut):
        poll(rig, Dying(served.url, TOKEN))
    poll(rig, LinkedIn(served.url, TOKEN))
    found = [case(rig, n) for n in (1, 2, 3)]
    assert [one and len(one.revisions) for one in found] == [1, 1, 1]


@linkedin
def test_a_list_without_an_end_is_given_up(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outbound, "PAGES", 2)
    answer(served, notification(1))
    answer(served, notification(2))
    with pytest.raises(ChannelTrouble, match="no end"):
        list(LinkedIn(served.url, TOKEN).pages(Channel(Platform.LINKEDIN, ORGANIZATION), NOW))


DAY = 86_400_000
AT = int(NOW.timestamp() * 1000)


@linkedin
@pytest.mark.parametrize(
    ("subscriptions", "trouble"),
    [
        ([{"entity": ORGANIZATION, "expiresAt": AT + DAY}], None),
        (
            [
                7,
                {"entity": "urn:li:organization:9", "expiresAt": AT - DAY},
                {"entity": ORGANIZATION, "expiresAt": AT + 1},
            ],
            None,
        ),
        ([], Trouble.SUBSCRIPTION),
        ([{"entity": "urn:li:organization:9", "expiresAt": AT + DAY}], Trouble.SUBSCRIPTION),
        ([{"entity": ORGANIZATION, "expiresAt": AT}], Trouble.SUBSCRIPTION),
        ([{"entity": ORGANIZATION}], Trouble.SUBSCRIPTION),
        ([{"entity": ORGANIZATION, "expiresAt": "never"}], Trouble.SUBSCRIPTION),
    ],
)
def test_whether_linkedin_still_delivers(served: Served, rig: Rig, subscriptions: Any, trouble: Trouble | None) -> None:
    answer(served, notification(1))
    answer(served)
    answer(served, *subscriptions)
    assert poll(rig, LinkedIn(served.url, TOKEN)).trouble is trouble
    assert case(rig, 1), "what was missed is stored all the same"


@linkedin
@pytest.mark.parametrize(("status", "body"), [(401, {}), (200, {"elements": {}}), (200, b"<html>"), (500, {})])
def test_trouble_keeps_the_place(served: Served, rig: Rig, status: int, body: Any) -> None:
    before = poll(rig, LinkedIn(served.url, TOKEN))
    served.fake.next(status, body)
    after = poll(rig, LinkedIn(served.url, TOKEN))
    assert (after.cursor, after.trouble is None) == (before.cursor, False)


@linkedin
def test_a_bare_notification_gets_its_words_or_turns_out_to_be_ours(served: Served, rig: Rig) -> None:
    bare = [notification(n, decoratedGeneratedActivity=None, organizationalEntity=ORGANIZATION) for n in (1, 2)]
    body = json.loads(json.dumps({"type": "ORGANIZATION_SOCIAL_ACTION_NOTIFICATIONS", "notifications": bare}))
    take_in(rig, parse(body), Delivery(Platform.LINKEDIN, NOW, "digest", frozenset({ORGANIZATION})))
    rig.now = NOW
    rig.inbox()
    served.fake.next(
        200, {"actor": "urn:li:person:asha-example", "object": POST, "message": {"text": "I want to kill myself"}}
    )
    served.fake.next(
        200, {"actor": ORGANIZATION, "object": POST, "parentComment": urn(1), "message": {"text": "Please call us"}}
    )
    for n in (1, 2):
        looking_up.look_up(
            case_id(Platform.LINKEDIN, ORGANIZATION, urn(n)), Platform.LINKEDIN, NOW, store=rig.store,
            reader=lambda _: LinkedIn(served.url, TOKEN), take_in=lambda parts, made: take_in(rig, parts, made),
        )  # fmt: skip
    rig.inbox()
    theirs, ours = case(rig, 1), case(rig, 2)
    assert theirs
    assert ours
    assert (theirs.incomplete, theirs.rank, len(theirs.replies)) == (False, 0, 1)
    assert (ours.incomplete, ours.state, ours.outcome and ours.outcome.by) == (False, State.CLOSED, "own-words")
    assert isinstance(ours.replies[0].event, Event)
    assert ours.replies[0].event.event is EventKind.ECHO
