"""Access tokens that are fetched: once for many calls, again before they run out, and nothing of them comes out."""

import json
import logging
import socket
import traceback
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from flask import Request

from functions.youtube import main
from infra.local.defaults import ACCESS_TOKEN
from infra.local.fakes import fake
from infra.local.fakes.youtube import REFRESH_TOKEN
from shared import bootstrap
from shared.adapters.sqlite import Database, SqliteStore
from shared.bootstrap import environment, stores
from shared.calling import oauth
from shared.calling.oauth import Access, NoAccess, read
from shared.domain.action import ActionState
from shared.domain.channel import Trouble
from shared.domain.message import Platform
from shared.ports import ChannelTrouble, NotPosted
from shared.service.intake import Taken
from shared.service.polling import poll
from shared.service.sending import Sent, send
from shared.settings import ConfigurationError, Settings
from tests.platforms.conftest import NOW, Served, serve
from tests.platforms.test_youtube_outbound import PUBLIC

ACCOUNT = PUBLIC.account
SECRET, CLIENT = "canary-secret-61", "canary-client-7"
WHOLE = {"refresh_token": REFRESH_TOKEN, "client_id": CLIENT, "client_secret": SECRET}
HIDDEN = (REFRESH_TOKEN, CLIENT, SECRET, ACCESS_TOKEN, "canary")


@dataclass
class Clock:
    """A clock that stands until it is set."""

    now: datetime = NOW

    def __call__(self) -> datetime:
        return self.now

    def later(self, **duration: float) -> None:
        self.now += timedelta(**duration)


@dataclass
class Desk:
    """A process of ours beside the fake: its secret is a file, its settings and clock stand in for the real ones."""

    google: Served
    folder: Path
    clock: Clock = field(default_factory=Clock)

    @property
    def settings(self) -> Settings:
        apis, accounts = {"youtube": self.google.url}, {"youtube": {ACCOUNT: "youtube"}}
        return Settings(self.folder, self.folder / "secrets", accounts, apis, local=True)

    def keep(self, *lines: str) -> None:
        file = self.folder / "secrets" / "youtube-token" / ACCOUNT
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("\n".join(lines), encoding="utf-8")

    def grant(self, **changes: str) -> str:
        """Each test's own words: a process keeps what it fetched by them."""
        return json.dumps({**WHOLE, "token_uri": f"{self.google.url}/token", **changes})

    def token(self) -> str:
        return bootstrap.token(Platform.YOUTUBE, ACCOUNT)

    @property
    def fetched(self) -> int:
        return sum(asked["path"] == "/token" for asked in self.google.fake.asked)


@pytest.fixture
def google() -> Iterator[Served]:
    yield from serve(fake("youtube", ACCESS_TOKEN, lambda: NOW))


@pytest.fixture
def access(google: Served) -> Access:
    return Access(_grant(google), Clock())


@pytest.fixture
def desk(google: Served, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    made = Desk(google, tmp_path)
    monkeypatch.setattr(environment.settings, "_built", [made.settings])
    monkeypatch.setattr("shared.bootstrap.credentials.clock", made.clock)
    made.keep(made.grant())
    return made


def _grant(google: Served, **changes: str) -> oauth.Grant:
    return read(json.dumps({**WHOLE, "token_uri": f"{google.url}/token", **changes}).encode(), local=True)


def _shown(error: BaseException) -> str:
    return "".join(traceback.format_exception(error)) + repr(error)


def test_what_is_asked_is_a_form_of_four_fields(google: Served, access: Access) -> None:
    assert access.token() == ACCESS_TOKEN
    (asked,) = google.fake.asked
    assert asked["body"] == {"grant_type": "refresh_token", **WHOLE}
    assert (asked["method"], asked["path"], asked["status"]) == ("POST", "/token", 200)
    assert "query" not in asked


def test_a_token_is_fetched_once_for_many_calls_and_again_a_minute_before_its_end(google: Served) -> None:
    clock = Clock()
    access = Access(_grant(google), clock)
    google.fake.next(200, {"access_token": "first", "expires_in": 600})
    assert {access.token() for _ in range(20)} == {"first"}
    clock.later(seconds=539)
    assert access.token() == "first"
    assert len(google.fake.asked) == 1
    clock.later(seconds=1)
    assert access.token() == ACCESS_TOKEN
    assert len(google.fake.asked) == 2


@pytest.mark.parametrize("fault", [None, (400, {"error": "invalid_grant"})])
def test_threads_that_want_it_at_once_share_one_answer(google: Served, access: Access, fault: Any) -> None:
    """A failure too: else each would wait in turn, and be cut off with something half done."""
    if fault:
        google.fake.next(*fault)

    def told(_number: int) -> str:
        try:
            return access.token()
        except NoAccess as error:
            return str(error)

    with ThreadPoolExecutor(8) as threads:
        assert set(threads.map(told, range(8))) == {"access: invalid_grant" if fault else ACCESS_TOKEN}
    assert len(google.fake.asked) == 1


def test_after_a_failure_it_is_asked_again(google: Served) -> None:
    clock = Clock()
    access = Access(_grant(google), clock)
    google.fake.next(503, b"")
    for _ in range(3):
        with pytest.raises(NoAccess):
            access.token()
    clock.later(seconds=5)
    assert access.token() == ACCESS_TOKEN
    assert len(google.fake.asked) == 2


@pytest.mark.parametrize("lasts", [{}, {"expires_in": 0}, {"expires_in": 60}])
def test_a_token_that_holds_no_longer_than_a_minute_is_used_once(google: Served, access: Access, lasts: Any) -> None:
    google.fake.next(200, {"access_token": "short", **lasts})
    assert [access.token(), access.token()] == ["short", ACCESS_TOKEN]


def test_nobodys_word_for_how_long_it_holds_is_taken_for_more_than_a_day(google: Served) -> None:
    clock = Clock()
    access = Access(_grant(google), clock)
    google.fake.next(200, {"access_token": "long", "expires_in": 10**15})
    assert access.token() == "long"
    clock.later(days=1)
    assert access.token() == ACCESS_TOKEN


@pytest.mark.parametrize("again", [None, REFRESH_TOKEN])
def test_a_refresh_token_that_stays_the_same_is_no_trouble(google: Served, access: Access, again: str | None) -> None:
    google.fake.next(200, {"access_token": "good", "expires_in": 3599, "refresh_token": again})
    assert access.token() == "good"


ROTATED = {"access_token": "canary", "expires_in": 3599, "refresh_token": "canary"}
FAILURES = [
    (200, ROTATED, Trouble.ACCESS, "the refresh token is replaced at each use"),
    *((400, {"error": word}, Trouble.ACCESS, word) for word in ("invalid_grant", "unauthorized_client")),
    (401, {"error": "invalid_client", "error_description": "canary"}, Trouble.ACCESS, "invalid_client"),
    (200, {"error": "invalid_grant"}, Trouble.ACCESS, "invalid_grant"),
    (403, b"<html>canary", Trouble.ACCESS, "status 403"),
    (429, b"", Trouble.QUOTA, "status 429"),
    (400, {"error": "canary"}, Trouble.UNREACHABLE, "status 400"),
    (400, {"error": {"status": "canary"}}, Trouble.UNREACHABLE, "status 400"),
    (404, b"", Trouble.UNREACHABLE, "status 404"),
    (500, {"access_token": "canary", "expires_in": 3599}, Trouble.UNREACHABLE, "status 500"),
    (200, b"", Trouble.UNREACHABLE, "status 200"),
    (200, b"[" * 100_000, Trouble.UNREACHABLE, "status 200"),
    (200, b"\xff", Trouble.UNREACHABLE, "status 200"),
    (200, ["canary"], Trouble.UNREACHABLE, "status 200"),
    (200, {"access_token": ""}, Trouble.UNREACHABLE, "status 200"),
    (200, {"access_token": 7, "expires_in": 3599}, Trouble.UNREACHABLE, "status 200"),
    (200, {"access_token": "canary\r\nX-Made-Up: 1", "expires_in": 3599}, Trouble.UNREACHABLE, "status 200"),
    (200, {"access_token": "canary\n", "expires_in": 3599}, Trouble.UNREACHABLE, "status 200"),
    (200, {"access_token": "canary", "expires_in": -1}, Trouble.UNREACHABLE, "status 200"),
    (200, b'{"access_token": "canary", "expires_in": 1e999}', Trouble.UNREACHABLE, "status 200"),
]


@pytest.mark.parametrize(("status", "body", "trouble", "fact"), FAILURES)
def test_each_row_of_the_table_of_failures(
    google: Served, access: Access, status: int, body: Any, trouble: Trouble, fact: str
) -> None:
    """One error for both: a poll notes the trouble, and a sender has proof that nothing was posted."""
    google.fake.next(status, body)
    with pytest.raises(NoAccess) as failed:
        access.token()
    assert isinstance(failed.value, ChannelTrouble)
    assert isinstance(failed.value, NotPosted)
    assert (failed.value.trouble, str(failed.value)) == (trouble, f"{trouble}: {fact}")
    assert not [word for word in HIDDEN if word in _shown(failed.value)]


def test_where_it_sends_us_we_do_not_go(google: Served, access: Access) -> None:
    google.fake.next(307, b"", {"Location": f"{google.url}/token"})
    with pytest.raises(NoAccess, match=r"^unreachable: status 307$"):
        access.token()
    assert len(google.fake.asked) == 1


def test_the_connection_is_cut(google: Served, access: Access) -> None:
    google.fake.next_cut()
    with pytest.raises(NoAccess, match=r"^unreachable: RemoteProtocolError$"):
        access.token()
    assert len(google.fake.asked) == 1


def test_an_answer_that_does_not_come(google: Served, access: Access, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(oauth, "ANSWER_SECONDS", 0.1)
    google.fake.next_slow(5)
    with pytest.raises(NoAccess, match=r"^unreachable: ReadTimeout$"):
        access.token()


def test_nobody_listens() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        grant = {**WHOLE, "token_uri": f"http://127.0.0.1:{taken.getsockname()[1]}/token"}
        with pytest.raises(NoAccess, match=r"^unreachable: ConnectError$") as failed:
            Access(read(json.dumps(grant).encode(), local=True), Clock()).token()
    assert not [word for word in HIDDEN if word in _shown(failed.value)]


GOOD = {**WHOLE, "token_uri": "https://oauth2.googleapis.com/token"}


@pytest.mark.parametrize(
    "secret",
    [
        *({**GOOD, name: value} for name in GOOD for value in ("", None, 7, "\ud800")),
        *({key: value for key, value in GOOD.items() if key != name} for name in GOOD),
        {**GOOD, "token_uri": "http://oauth2.googleapis.com/token"},
        {**GOOD, "token_uri": "https://"},
        {**GOOD, "token_uri": "https://[canary/token"},
        {**GOOD, "token_uri": "file:///canary"},
    ],
)
def test_a_secret_that_is_not_whole_is_refused_without_a_word_of_it(secret: Any) -> None:
    with pytest.raises(ConfigurationError) as failed:
        read(json.dumps(secret).encode(), local=False)
    assert not [word for word in (*HIDDEN, "googleapis") if word in _shown(failed.value)]


@pytest.mark.parametrize("secret", [b"{", b"{canary", b'{"a":' * 100_000, b"\xff{}", b"{}", b'"canary"'])
def test_a_secret_that_is_no_object_is_refused(secret: bytes) -> None:
    with pytest.raises(ConfigurationError) as failed:
        read(secret, local=True)
    assert "canary" not in _shown(failed.value)


def test_only_a_laptop_asks_without_encryption() -> None:
    secret = json.dumps({**GOOD, "token_uri": "http://127.0.0.1:9/token"}).encode()
    assert read(secret, local=True).token_uri == "http://127.0.0.1:9/token"
    with pytest.raises(ConfigurationError, match=r"^the token_uri of a token's secret must start with https://$"):
        read(secret, local=False)


def test_nothing_of_a_secret_is_shown(google: Served, access: Access, capsys: pytest.CaptureFixture[str]) -> None:
    access.token()
    shown = "".join([*map(repr, (access, vars(access), _grant(google))), str(_grant(google)), *capsys.readouterr()])
    assert not [word for word in HIDDEN if word in shown]


def test_a_plain_token_is_used_as_it_is(desk: Desk) -> None:
    desk.keep("newest", "older")
    assert desk.token() == "newest"
    assert desk.google.fake.asked == []


def test_a_secret_may_stand_on_several_lines_and_before_the_one_it_replaces(desk: Desk) -> None:
    desk.keep(*json.dumps(json.loads(desk.grant()), indent=2).splitlines(), desk.grant(refresh_token="older"))
    assert desk.token() == ACCESS_TOKEN


def test_a_renewed_secret_counts_at_once(desk: Desk) -> None:
    desk.keep(desk.grant(refresh_token="revoked"))
    with pytest.raises(NoAccess, match=r"^access: invalid_grant$"):
        desk.token()
    desk.keep(desk.grant())
    assert [desk.token(), desk.token()] == [ACCESS_TOKEN] * 2
    assert desk.fetched == 2


def _poll(desk: Desk, store: SqliteStore) -> Trouble | None:
    poll(
        Platform.YOUTUBE,
        ACCOUNT,
        main._client,
        desk.clock,
        store=store,
        take_in=lambda _parts, _delivery: Taken(0, 0, 0, published=True),
    )
    channel = store.channel(Platform.YOUTUBE, ACCOUNT)
    assert channel
    return channel.trouble


def test_polls_and_answers_share_one_token_until_it_runs_out(desk: Desk) -> None:
    store = SqliteStore(Database(desk.folder / "desk.sqlite3"))
    assert [_poll(desk, store), _poll(desk, store)] == [None, None]
    assert main._client(ACCOUNT).perform(PUBLIC).platform_id
    assert desk.fetched == 1
    desk.clock.later(hours=1)
    assert _poll(desk, store) is None
    assert desk.fetched == 2
    assert {asked["status"] for asked in desk.google.fake.asked} == {200}


@pytest.mark.parametrize(
    ("status", "body", "trouble"),
    [(400, {"error": "invalid_grant"}, Trouble.ACCESS), (500, b"", Trouble.UNREACHABLE)],
)
def test_a_poll_notes_why_there_is_no_token(desk: Desk, status: int, body: Any, trouble: Trouble) -> None:
    store = SqliteStore(Database(desk.folder / "desk.sqlite3"))
    desk.google.fake.next(status, body)
    assert _poll(desk, store) is trouble
    desk.clock.later(minutes=5)
    assert _poll(desk, store) is None


@pytest.mark.parametrize(
    ("secret", "fault"),
    [
        (None, None),
        (None, (400, {"error": "invalid_grant", "error_description": "canary"})),
        (None, (200, b"canary")),
        ('{"refresh_token": "canary"}', None),
    ],
)
def test_nothing_of_it_is_logged(
    desk: Desk,
    secret: str | None,
    fault: Any,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Through the entry point, with everything logged that our libraries can log."""
    caplog.set_level(logging.DEBUG)
    for once in (stores.store, stores.database, stores.queue, stores.arrivals):
        monkeypatch.setattr(once, "_built", [])
    desk.keep(secret or desk.grant())
    if fault:
        desk.google.fake.next(*fault)
    answer: Any = main.youtube_poll(Request({"REQUEST_METHOD": "POST", "wsgi.input": BytesIO()}))
    assert answer.status_code == 204
    channel = stores.store().channel(Platform.YOUTUBE, ACCOUNT)
    assert channel
    assert (channel.trouble is None) is (not secret and not fault)
    logged = "".join([*capsys.readouterr(), caplog.text])
    assert secret or "/token" in logged
    assert not [word for word in HIDDEN if word in logged]


def test_an_answer_waits_for_a_token(desk: Desk) -> None:
    store = SqliteStore(Database(desk.folder / "desk.sqlite3"))
    action = replace(PUBLIC, reserved_at=NOW)
    store.transact(lambda tx: tx.put_action(action))
    desk.google.fake.next(400, {"error": "invalid_grant"})
    assert _send(desk, store, "one") is Sent.AGAIN
    waiting = store.transact(lambda tx: tx.action(action.id))
    assert waiting
    assert (waiting.state, waiting.why, desk.fetched) == (ActionState.RESERVED, "NoAccess", 1)
    desk.clock.later(minutes=1)
    assert _send(desk, store, "two") is Sent.DONE
    assert [asked["path"] for asked in desk.google.fake.asked] == ["/youtube/v3/comments", "/token", "/token"]


def _send(desk: Desk, store: SqliteStore, attempt: str) -> Sent:
    return send(
        PUBLIC.id,
        Platform.YOUTUBE,
        store=store,
        client=lambda action: main._client(action.account),
        objects=lambda _text: False,
        clock=desk.clock,
        attempt=attempt,
    )
