"""What `make run` starts, as a person meets it: real processes, real HTTP, the real functions."""

import json
import signal
import socket
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.local.server import Server, start
from tests.rig import comment, page

NIGHT = "2026-11-21T22:00:00+00:00"  # a Saturday
SATURDAY = datetime.fromisoformat(NIGHT)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    running = start(tmp_path_factory.mktemp("run") / "data", NIGHT)
    yield running
    running.stop()


def body(text: str, id: str, account: str = "100000000000001", author: str = "71") -> bytes:
    return json.dumps(page(comment(text, at=SATURDAY, id=id, author=author), at=SATURDAY, account=account)).encode()


def test_it_prints_the_addresses_to_open(server: Server) -> None:
    text = server.log.read_text(encoding="utf-8")
    for path in ("/console", "/principles", "/fake/facebook", "/health"):
        assert server.address + path in text


def test_the_sample_messages_reach_the_desk(server: Server) -> None:
    page_ = server.eventually("/console", lambda answer: "carers&#39; drop-in" in answer.text)
    assert page_.status_code == 200
    assert "Crisis" in page_.text


def test_a_message_at_night_is_on_the_desk_and_acknowledged_once(server: Server) -> None:
    question = body("Is the reception open on Monday morning?", "1_900")
    assert [server.deliver(question).status_code for _ in range(3)] == [200, 200, 200]
    server.eventually("/console", lambda answer: "Is the reception open on Monday morning?" in answer.text)

    def asked(answer: object) -> list[dict[str, object]]:
        return [call for call in answer.json() if "1_900" in call["path"]]  # type: ignore[attr-defined]

    calls = asked(server.eventually("/fake/facebook", lambda answer: bool(asked(answer))))
    assert [(call["method"], call["status"]) for call in calls] == [("POST", 200)]
    assert "Monday 23 November" in str(calls[0]["body"])


def test_the_fake_lists_newest_first(server: Server) -> None:
    times = [call["at"] for call in server.get("/fake/facebook").json()]
    assert times == sorted(times, reverse=True)
    assert all(set(call) == {"method", "path", "body", "at", "status"} for call in server.get("/fake/facebook").json())


def test_the_handshake(server: Server) -> None:
    query = {"hub.mode": "subscribe", "hub.challenge": "987", "hub.verify_token": "local-token"}
    assert server.get("/facebook", params=query).text == "987"
    assert server.get("/facebook", params={**query, "hub.verify_token": "no"}).status_code == 403


@pytest.mark.parametrize(
    ("content", "secret", "status"),
    [
        (body("Forged?", "1_901"), b"another secret", 401),
        (b"", b"local-secret", 401),
        (b"not json", b"local-secret", 200),
        (body("For a Page nobody configured", "1_902", account="42"), b"local-secret", 200),
        (b"[" * 100_000, b"local-secret", 200),
        (b'{"object":"page","entry":[{"id":"1","id":"2"}]}', b"local-secret", 200),
        (b'{"object":"page","entry":[{"id":"100000000000001","time":NaN}]}', b"local-secret", 200),
        (b'{"object":"page","entry":[{"id":"100000000000001","time":' + b"9" * 5000 + b"}]}", b"local-secret", 200),
        (b"\xff\xfe\x00", b"local-secret", 200),
    ],
    ids=["forged", "empty", "not json", "unknown account", "deep", "duplicate keys", "NaN", "5000 digits", "not UTF-8"],
)  # fmt: skip
def test_hostile_bodies(server: Server, content: bytes, secret: bytes, status: int) -> None:
    answer = server.deliver(content, secret)
    assert (answer.status_code, answer.content) == (status, b"")


def test_what_was_quarantined_is_before_a_person(server: Server) -> None:
    server.deliver(body("For a Page nobody configured", "1_903", account="43"))
    assert "not configured" in server.eventually("/console/sort-out", lambda a: "not configured" in a.text).text


def test_the_public_page(server: Server) -> None:
    assert "Our social media principles" in server.get("/principles").text


def test_methods_nobody_uses_are_refused(server: Server) -> None:
    import httpx

    for method in ("PUT", "DELETE", "TRACE", "FOO"):
        assert httpx.request(method, f"{server.address}/facebook", timeout=20.0).status_code == 405


def test_the_log_holds_nobodys_words(server: Server) -> None:
    server.deliver(body("canary-words-51", "1_904", author="canary-author-51"))
    server.eventually("/console", lambda answer: answer.status_code == 200)
    assert "canary" not in server.log.read_text(encoding="utf-8")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_stops_cleanly_keeps_its_data_and_delivers_no_samples_again(tmp_path: Path, number: signal.Signals) -> None:
    now = datetime.now(UTC).isoformat()
    first = start(tmp_path / "data", now)
    first.eventually("/console", lambda answer: "carers&#39; drop-in" in answer.text)
    assert first.stop(number) == 0
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", int(first.address.rsplit(":", 1)[1]))) != 0, "somebody still listens"
    second = start(tmp_path / "data", now)
    try:
        assert "carers&#39; drop-in" in second.get("/console").text
        assert second.log.read_text(encoding="utf-8").count("sample messages") == 1
        assert "SIGKILL!" not in second.log.read_text(encoding="utf-8"), "something had to be killed"
        assert "Traceback" not in second.log.read_text(encoding="utf-8")
    finally:
        second.stop()


def test_a_port_that_is_taken_is_said_plainly(tmp_path: Path) -> None:
    import os
    import subprocess
    import sys

    from infra.manifests import ROOT

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        env = {**os.environ, "PORT": str(taken.getsockname()[1]), "SIGNPOST_DATA": str(tmp_path / "data")}
        done = subprocess.run(
            [sys.executable, "-m", "infra.local"],
            cwd=ROOT,
            env=env,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
    assert done.returncode == 1
    assert "is in use" in done.stderr
    assert "Traceback" not in done.stderr
