"""What TikTok says only when it is asked: what it did not deliver, who wrote a comment, and whether that was us."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from functions.tiktok.inbound import parse
from functions.tiktok.outbound import PAGES, TikTok
from infra.local.fakes.fake import Asked
from infra.local.fakes.tiktok import MANNER
from shared.domain.action import Action
from shared.domain.case import Case, State
from shared.domain.channel import Channel, Trouble
from shared.domain.message import Parts, Platform, case_id
from shared.ports import Page
from shared.principles.loading import Library
from shared.service import intake, looking_up, polling
from shared.service.assessment import assess
from shared.service.intake import Delivery, Taken
from tests.platforms.conftest import NOW, TOKEN, Served
from tests.rig import Rig

US, VIDEO, OTHER = "tt-local-5000001", "7300000000000000001", "7300000000000000002"
ASHA = "a+sha/Example=="
EARLIER = NOW - timedelta(hours=2)
tiktok = pytest.mark.parametrize("served", ["tiktok"], indirect=True)


class Cut(Exception):
    """The instance is gone."""


def number(n: int) -> str:
    return f"730000000000000{n:04}"


def listed(n: int, text: str = "Where do I park?", at: datetime = EARLIER, **more: Any) -> dict[str, Any]:
    found = {"comment_id": number(n), "parent_comment_id": "0", "create_time": str(int(at.timestamp())), "text": text}
    return {**found, "owner": False, "unique_identifier": ASHA, "username": "asha.example", **more}


def answer(served: Served, **data: Any) -> None:
    served.fake.next(200, {"code": 0, "data": data})


def take_in(rig: Rig, parts: Parts, delivery: Delivery) -> Taken:
    judge = lambda event, at: assess(event, rig.library, at)  # noqa: E731
    return intake.take_in(parts, delivery, store=rig.store, queue=rig.queue, assess=judge)


def poll(rig: Rig, client: Any, now: datetime = NOW) -> Channel:
    polling.poll(
        Platform.TIKTOK, US, lambda _: client, lambda: now,
        store=rig.store, take_in=lambda parts, delivery: take_in(rig, parts, delivery),
    )  # fmt: skip
    found = rig.store.channel(Platform.TIKTOK, US)
    assert found
    return found


def case(rig: Rig, n: int) -> Case:
    found = rig.store.case(case_id(Platform.TIKTOK, US, number(n)))
    assert found
    return found


def deliver(rig: Rig, n: int, text: str | None, at: datetime = EARLIER, **more: Any) -> None:
    content = {"comment_id": int(number(n)), "video_id": int(VIDEO), "parent_comment_id": 0, "comment_action": "insert",
               "timestamp": int(at.timestamp() * 1000), "unique_identifier": ASHA, "text": text, **more}  # fmt: skip
    body = {"event": "comment.update", "user_openid": US, "content": json.dumps(content)}
    take_in(rig, parse(body), Delivery(Platform.TIKTOK, rig.now, f"digest {n}", frozenset({US})))
    rig.inbox()


def look_up(rig: Rig, served: Served, n: int) -> None:
    looking_up.look_up(
        case_id(Platform.TIKTOK, US, number(n)), Platform.TIKTOK, rig.now, store=rig.store,
        reader=lambda _: TikTok(served.url, TOKEN), take_in=lambda parts, made: take_in(rig, parts, made),
    )  # fmt: skip
    rig.inbox()


@pytest.fixture
def night(rig: Rig) -> Rig:
    """A closed period, in which TikTok may be answered."""
    principles = rig.library.versions[-1]
    allowed = {**principles.limits.public_acks, Platform.TIKTOK: True}
    limits = principles.limits.model_copy(update={"public_acks": allowed})
    rig.library = Library((principles.model_copy(update={"limits": limits}),))
    rig.now = NOW
    return rig


def owed(rig: Rig, n: int) -> list[Action]:
    return rig.store.actions_of(case(rig, n).id)


@tiktok
def test_words_are_judged_at_once_and_answered_only_when_they_are_known_not_to_be_ours(
    served: Served, night: Rig
) -> None:
    deliver(night, 1, "When do you open?", at=NOW)
    assert (case(night, 1).state, case(night, 1).incomplete, owed(night, 1)) == (State.WAITING, True, [])
    answer(served, comments=[listed(1, "When do you open?", at=NOW)])
    look_up(night, served, 1)
    found = case(night, 1)
    assert (found.incomplete, found.latest and found.latest.event.author and found.latest.event.author.handle) == (
        False,
        "asha.example",
    )
    (action,) = owed(night, 1)
    assert (action.public, action.conversation, action.parent, action.target) == (True, VIDEO, VIDEO, number(1))


@tiktok
@pytest.mark.parametrize("text", [None, "When do you open? That is answered in the video."])
def test_our_own_comment_ends_by_itself_and_answers_the_one_above_it(
    served: Served, night: Rig, text: str | None
) -> None:
    deliver(night, 1, "When do you open?")
    deliver(night, 2, text, at=NOW, parent_comment_id=int(number(1)))
    answer(served, comments=[listed(2, text or "", at=NOW, owner=True, parent_comment_id=number(1))])
    look_up(night, served, 2)
    ours, theirs = case(night, 2), case(night, 1)
    assert (ours.state, ours.incomplete, ours.outcome and ours.outcome.by) == (State.CLOSED, False, "own-words")
    assert (owed(night, 2), theirs.answered_at) == ([], NOW)
    version = ours.version
    deliver(night, 2, text, at=NOW, parent_comment_id=int(number(1)))
    assert (case(night, 2).state, case(night, 2).version) == (State.CLOSED, version)


@tiktok
def test_what_was_not_delivered_is_fetched_and_never_acknowledged(served: Served, night: Rig) -> None:
    answer(served, videos=[{"item_id": VIDEO}, {"item_id": True}, {}, 7])
    answer(served, comments=[listed(1), listed(2, "Yes.", owner=True, parent_comment_id=number(1)), 7], has_more=False)
    channel = poll(night, TikTok(served.url, TOKEN))
    night.inbox()
    assert [r.event.no_ack for r in case(night, 1).content] == ["backfill"]
    assert [r.event.text for r in case(night, 1).replies] == ["Yes."]
    assert (owed(night, 1), channel.trouble) == ([], None)
    assert [q.why for q in night.store.quarantined(5)] == ["comments[2]: not an object"]


@tiktok
def test_what_was_delivered_is_not_stored_again(served: Served, night: Rig) -> None:
    deliver(night, 1, "Where do I park?")
    answer(served, comments=[listed(1)])
    look_up(night, served, 1)
    before = case(night, 1)
    for _ in range(2):
        answer(served, videos=[{"item_id": VIDEO}])
        answer(served, comments=[listed(1)])
        poll(night, TikTok(served.url, TOKEN))
        night.inbox()
    assert replace(case(night, 1), version=before.version) == before


@tiktok
def test_pages_are_followed_as_far_as_the_calls_last(served: Served, rig: Rig) -> None:
    answer(served, videos=[{"item_id": VIDEO}])
    for n in range(1, PAGES + 2):
        answer(served, comments=[listed(n)], has_more=True, cursor=n * 30)
    poll(rig, TikTok(served.url, TOKEN))
    cursors = [a["query"]["cursor"] for a in reversed(served.fake.asked) if "cursor" in a["query"]]
    assert cursors == ["0", "30", "60"]


@tiktok
@pytest.mark.parametrize("pages", [0, 1, 2])
def test_a_poll_that_is_cut_off_loses_nothing_and_repeats_nothing(served: Served, rig: Rig, pages: int) -> None:
    class Dying(TikTok):
        def pages(self, channel: Channel, now: datetime) -> Iterator[Page]:
            for at, page in enumerate(super().pages(channel, now)):
                if at == pages:
                    raise Cut
                yield page

    def two_videos(asked: Asked) -> tuple[int, Any]:
        under = {VIDEO: [listed(1)], OTHER: [listed(2)]}
        of = asked.parameters.get("video_id")
        data = {"comments": under[of]} if of else {"videos": [{"item_id": video} for video in under]}
        return 200, {"code": 0, "data": data}

    served.fake._manner = replace(MANNER, answer=two_videos)
    with pytest.raises(Cut):
        poll(rig, Dying(served.url, TOKEN))
    poll(rig, TikTok(served.url, TOKEN))
    found = [list(case(rig, n).revisions.values()) for n in (1, 2)]
    assert [[revision.event.conversation for revision in one] for one in found] == [[VIDEO], [OTHER]]


@tiktok
@pytest.mark.parametrize(
    ("status", "body", "trouble"),
    [
        (200, {"code": 40105}, Trouble.ACCESS),
        (200, {"code": 40100}, Trouble.QUOTA),
        (503, {}, Trouble.UNREACHABLE),
    ],
)
def test_every_poll_shows_whether_our_access_works(
    served: Served, rig: Rig, status: int, body: Any, trouble: Trouble
) -> None:
    served.fake.next(status, body)
    assert poll(rig, TikTok(served.url, TOKEN)).trouble is trouble
    assert poll(rig, TikTok(served.url, TOKEN)).trouble is None


@tiktok
@pytest.mark.parametrize("cursor", ["", "{", "[]", '{"known": 7}', "null"])
def test_a_cursor_that_nobody_can_read_starts_afresh(served: Served, cursor: str) -> None:
    pages = list(TikTok(served.url, TOKEN).pages(Channel(Platform.TIKTOK, US, cursor=cursor), NOW))
    assert len([part for page in pages for part in page.parts]) == 2
