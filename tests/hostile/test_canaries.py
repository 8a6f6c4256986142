"""No text, name, id, handle or token of anybody's comes out anywhere but on the desk, whatever goes wrong."""

import json
import logging
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from shared import bootstrap
from shared.domain.action import ActionState
from shared.domain.message import Platform, case_id
from tests.hostile import canaries
from tests.hostile.whole import Whole, whole
from tests.platforms.every import PUSHED
from tests.rig import NIGHT, PAGE, direct, entries

BODIES = canaries.bodies(NIGHT)
CASE = case_id(Platform.FACEBOOK, PAGE, canaries.MESSAGE)
THEN = datetime(2026, 11, 21, 22, 5, tzinfo=UTC)  # a Saturday night, just after the fixtures were written
NAMELESS = {"linkedin", "tiktok"}  # they say who wrote by id only
PATHS = ("/", "/reading", "/pending", "/closed", "/sort-out", f"/cases/{CASE}", f"/cases/{canaries.ID}", "/no/such")


class Seen:
    """All that was written anywhere since the test began."""

    def __init__(self, capture: pytest.CaptureFixture[str], log: pytest.LogCaptureFixture) -> None:
        self._capture, self._log = capture, log
        self.written = ""

    def check(self, everything: Whole) -> str:
        """Everything so far; the test fails where a canary is in it."""
        captured = self._capture.readouterr()
        self.written += captured.out + captured.err + self._log.text
        outputs = {"output": self.written, **everything.answers}
        assert list(canaries.found_in(outputs)) == []
        return self.written


@pytest.fixture
def seen(capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture) -> Seen:
    caplog.set_level(logging.WARNING)  # what a server keeps where nobody set a level
    return Seen(capfd, caplog)


@pytest.fixture
def everything(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Whole]:
    with whole(tmp_path, monkeypatch) as made:
        yield made


def broken(*_: Any, **__: Any) -> Any:
    raise RuntimeError(canaries.words("our own bug"))


def directs(count: int) -> list[bytes]:
    """Direct messages of so many people, each owed an acknowledgement at night."""
    made = [
        direct(canaries.words(), at=NIGHT, id=f"{canaries.MESSAGE}-d{n}", author=str(900 + n)) for n in range(count)
    ]
    return [json.dumps(entries(one)).encode() for one in made]


def test_deliveries_the_desk_and_the_sweep(everything: Whole, seen: Seen, tmp_path: Path) -> None:
    for body in BODIES.values():
        assert everything.deliver(body) == 200
        assert everything.deliver(body, "a wrong secret") == 401
    query = {"hub.mode": "subscribe", "hub.challenge": "1", "hub.verify_token": canaries.words()}
    assert everything.call("facebook", "GET", query_string=query) == 403
    assert everything.call("facebook", "PUT", data=canaries.words()) == 405
    assert everything.call("facebook", data=canaries.words(), content_type=f"text/{canaries.WORD}") == 415
    assert all(status == 204 for status in everything.drain())
    for path in PATHS:
        assert everything.call("console", "GET", path=path) in (200, 404)
    everything.at(NIGHT + timedelta(hours=2))
    assert everything.call("sweep") == 204
    seen.check(everything)
    kept = b"".join(file.read_bytes() for file in (tmp_path / "data").iterdir())
    assert all(word.encode() in kept for word in (canaries.TEXT, canaries.NAME, canaries.ID, canaries.MESSAGE))


@pytest.mark.parametrize("platform", PUSHED)
def test_all_that_a_platform_may_deliver(everything: Whole, seen: Seen, platform: str) -> None:
    """From the delivery to the acknowledgement, the look-up, the poll and the page of every case."""
    everything.at(THEN)
    for body in canaries.elsewhere(platform).values():
        assert everything.deliver(body, platform=platform) == 200
        assert everything.deliver(body, "a wrong secret", platform) == 401
    for name in ("crc_token", "challengeCode", "hub.challenge"):
        query = {name: canaries.words(), "hub.verify_token": canaries.words()}
        assert everything.call(platform, "GET", query_string=query) in (403, 405)
    revisions = [r.event for case in bootstrap.store().pending(1000) for r in case.revisions.values()]
    assert everything.drain()
    for case in bootstrap.store().queue(1000):
        assert everything.call("console", "GET", path=f"/cases/{case.id}") == 200
    assert [everything.call("console", "GET", path=path) for path in PATHS[:5]] == [200] * 5
    for answer in ({}, {"error": {"message": canaries.words(), "code": 190}}, canaries.words().encode()):
        everything.platforms[platform].next(200 if answer == {} else 500, answer)
        assert everything.call(f"{platform}_poll") in (204, 503)
        everything.drain()
    seen.check(everything)
    assert sum(canaries.TEXT in (event.text or "") for event in revisions) >= 3
    said = {word for event in revisions if event.author for word in (event.author.name, event.author.handle) if word}
    assert bool(said) is (platform not in NAMELESS)
    assert all(word.startswith((canaries.NAME, canaries.HANDLE)) for word in said)
    assert everything.platforms[platform].asked


@pytest.mark.parametrize("platform", PUSHED)
def test_a_reader_of_ours_that_breaks_quotes_nobody(
    everything: Whole, seen: Seen, monkeypatch: pytest.MonkeyPatch, platform: str
) -> None:
    monkeypatch.setattr(f"functions.{platform}.inbound.parse", broken)
    for body in canaries.elsewhere(platform).values():
        assert everything.deliver(body, platform=platform) == 500
    assert "RuntimeError" in seen.check(everything)


def test_forms_of_the_desk_that_are_wrong(everything: Whole, seen: Seen) -> None:
    everything.deliver(BODIES["a crisis"])
    everything.deliver(BODIES["a comment"])
    everything.drain()
    fields = {"note": canaries.NOTE, "outcome": canaries.WORD, "token": canaries.TOKEN, "version": canaries.WORD}
    for step in ("claim", "release", "close"):
        for headers in ({}, {"Sec-Fetch-Site": "same-origin"}, {"Origin": f"https://{canaries.HANDLE}.example"}):
            status = everything.call("console", path=f"/cases/{CASE}/{step}", data=fields, headers=headers)
            assert status == 403
    assert everything.call("console", path=f"/cases/{CASE}/close", data={"note": canaries.NOTE * 10_000}) in (403, 413)
    assert everything.call("console", "FOO", path=f"/{canaries.NAME}") in (404, 405)
    seen.check(everything)


def test_a_platform_that_fails_in_every_way(everything: Whole, seen: Seen) -> None:
    said = {"message": canaries.words(), "fbtrace_id": canaries.words(), "error_user_msg": canaries.TEXT}
    faults: list[Callable[[], None]] = [
        lambda: everything.platform.next(400, {"error": {**said, "code": 100}}),
        lambda: everything.platform.next(400, {"error": {**said, "code": 190}}),
        lambda: everything.platform.next(429, {"error": {**said, "code": 4}}),
        lambda: everything.platform.next(500, canaries.words().encode()),
        lambda: everything.platform.next(200, {"message_id": {"no": canaries.TEXT}}),
        lambda: everything.platform.next(302, b"", {"Location": f"https://{canaries.HANDLE}.example/"}),
        lambda: everything.platform.next(400, {"error": {**said, "code": canaries.TEXT}}),
        everything.platform.next_cut,
    ]
    for body, fault in zip(directs(len(faults)), faults, strict=True):
        fault()
        assert everything.deliver(body) == 200
        everything.drain()
    ends = [action.state for n in range(len(faults)) for action in bootstrap.store().actions_of(_case(f"-d{n}"))]
    assert {ActionState.REFUSED, ActionState.RESERVED, ActionState.UNKNOWN} <= set(ends)
    assert everything.call("console", "GET", path="/sort-out") == 200
    everything.at(NIGHT + timedelta(hours=3))
    assert everything.call("sweep") == 204
    everything.drain()
    seen.check(everything)


def test_messages_of_the_queue_that_are_none(everything: Whole, seen: Seen) -> None:
    wrong = [canaries.words().encode(), json.dumps({canaries.TEXT: canaries.ID}).encode(), b'["' + b"x" * 10 + b'"]']
    for function in ("inbox", "facebook_send"):
        for data in wrong:
            assert everything.push(function, data) in (400, 503)
        assert everything.call(function, data=canaries.words()) == 400
        assert everything.call(function, json={"message": {"data": canaries.words()}}) == 400
        assert everything.call(function, "GET", query_string={"q": canaries.words()}) == 405
        assert everything.push(function, json.dumps({"case": canaries.ID, "action": canaries.ID}).encode()) == 204
    seen.check(everything)


def test_a_store_that_is_down(everything: Whole, seen: Seen) -> None:
    everything.deliver(BODIES["a comment"])
    bootstrap.database().close()
    for body in BODIES.values():
        assert everything.deliver(body) == 503
    for path in PATHS[:-1]:
        assert everything.call("console", "GET", path=path) == 503
    assert everything.push("inbox", json.dumps({"case": CASE}).encode()) == 503
    assert everything.push("facebook_send", json.dumps({"action": canaries.ID}).encode()) == 503
    assert everything.call("sweep") == 503
    assert "store unavailable" in seen.check(everything)


BUGS = (
    "shared.service.assessment.assess",
    "shared.service.intake.take_in",
    "shared.service.inbox.take_case",
    "shared.service.sending.send",
    "shared.service.sweeping.sweep",
    "functions.facebook.inbound.parse",
    "functions.facebook.outbound.Facebook.perform",
    "shared.adapters.sqlite.SqliteStore.merge",
    "shared.adapters.sqlite.SqliteStore.transact",
    "shared.adapters.sqlite.SqliteStore.queue",
    "shared.adapters.sqlite.SqliteStore.case",
    "shared.adapters.sqlite.SqliteStore.stuck_cases",
    "shared.adapters.sqlite.SqliteQueue.publish",
)


@pytest.mark.parametrize("place", BUGS)
def test_our_own_bug_with_somebodys_words_in_it(
    everything: Whole, seen: Seen, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    early, late = directs(2)
    everything.deliver(early)
    with monkeypatch.context() as patch:
        patch.setattr(place, broken)
        told = [everything.deliver(late), everything.deliver(BODIES["a comment"])]
        told += everything.drain()
        told += [everything.call("console", "GET", path=path) for path in PATHS]
        everything.at(NIGHT + timedelta(hours=2))
        told.append(everything.call("sweep"))
    written = seen.check(everything)
    assert "RuntimeError" in written or "quarantined" in written or any(status >= 400 for status in told)
    assert "our own bug" not in written


def test_a_message_whose_assessment_fails_is_before_a_person(
    everything: Whole, seen: Seen, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shared.service.assessment.assess", broken)
    assert everything.deliver(BODIES["a comment"]) == 200
    [entry] = bootstrap.store().quarantined(5)
    assert canaries.TEXT in entry.fragment
    assert canaries.WORD not in entry.why
    seen.check(everything)


def _case(suffix: str) -> str:
    return case_id(Platform.FACEBOOK, PAGE, canaries.MESSAGE + suffix)
