"""The `signpost` command as other people's scripts use it."""

import io
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from infra.cli.main import main
from infra.manifests import ROOT
from shared.domain.message import Platform

FIXTURES = ROOT / "tests/fixtures/facebook"
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run the command in this process: arguments and standard input in; status, output and errors out."""

    def runner(*arguments: str, stdin: bytes = b"") -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin), encoding="utf-8"))
        status = main(arguments)
        output, errors = capsys.readouterr()
        return status, output, errors

    return runner


def lines(*values: Any) -> bytes:
    return "\n".join(json.dumps(value) for value in values).encode()


def test_triage_answers_in_order_with_the_same_ids(run: Run) -> None:
    texts = [{"id": "a", "text": "I am going to kill myself"}, {"id": 2, "text": "Thank you all"}, {"text": None}]
    status, output, _ = run("triage", stdin=lines(*texts) + b"\n\n")
    answers = [json.loads(line) for line in output.splitlines()]
    assert status == 0
    assert [answer["id"] for answer in answers] == ["a", 2, None]
    assert [answer["priority"] for answer in answers] == ["crisis", "read", "read"]
    assert answers[0]["signpost"] == "need-help-now"
    assert answers[0]["requires_response"] is True
    assert answers[1]["due"] is None


def test_triage_findings_have_the_promised_shape(run: Run) -> None:
    text = "I want to make a complaint about the ward"
    _, output, _ = run("triage", stdin=lines({"text": text, "sent_at": "2026-11-24T10:00:00+00:00"}))
    answer = json.loads(output)
    assert set(answer) >= {"id", "priority", "requires_response", "due", "signpost", "findings", "principles"}
    assert answer["due"] == "2026-11-25T17:00:00+00:00"
    [finding] = [f for f in answer["findings"] if f["clause"] == "complaint"]
    assert set(finding) >= {"clause", "rule", "passages", "why"}
    [[start, end], *_] = finding["passages"]
    assert "complaint" in text[start:end]


@pytest.mark.parametrize(
    ("bad", "says"),
    [
        (b'{"text": "fine"}\n{"text"', "line 2"),
        (b'{"no": "text"}', "text"),
        (b'{"text": "x", "sent_at": "2026-11-24T10:00:00"}', "sent_at"),
        (b"\xff", "line 1"),
        (b'{"text": "secret words", "kind": "telegram"}', "kind"),
    ],
)
def test_bad_input_is_named_and_not_repeated(run: Run, bad: bytes, says: str) -> None:
    status, _, errors = run("triage", stdin=bad)
    assert status == 1
    assert says in errors
    assert "secret words" not in errors
    assert "Traceback" not in errors


def test_due_from_arguments_and_from_lines(run: Run) -> None:
    times = ["2026-10-23T16:00:00+00:00", "2026-11-24T10:00:00Z"]
    _, from_arguments, _ = run("due", *times)
    _, from_lines, _ = run("due", stdin="\n".join(times).encode())
    assert from_arguments == from_lines
    assert [json.loads(line) for line in from_lines.splitlines()] == [
        {
            "at": "2026-10-23T16:00:00+00:00",
            "open": False,
            "due": "2026-10-26T17:00:00+00:00",
            "next_open": "2026-10-26T09:00:00+00:00",
        },
        {
            "at": "2026-11-24T10:00:00+00:00",
            "open": True,
            "due": "2026-11-25T17:00:00+00:00",
            "next_open": None,
        },
    ]


@pytest.mark.parametrize(
    "bad", ["yesterday", "2026-11-24T10:00:00", "1999-01-01T00:00:00Z", "9999-12-31T23:59:59-01:00"]
)
def test_due_refuses_what_is_not_a_time(run: Run, bad: str) -> None:
    status, output, errors = run("due", bad)
    assert (status, output) == (1, "")
    assert "argument 1" in errors


def test_read_prints_the_events_of_a_delivery(run: Run) -> None:
    for path in sorted(FIXTURES.glob("*.json")):
        expected = path.with_name(f"{path.stem}.expected.jsonl").read_text(encoding="utf-8").splitlines()
        status, output, errors = run("read", "facebook", str(path))
        if status == 0:
            assert [json.loads(line) for line in output.splitlines()] == [json.loads(line) for line in expected]
        else:
            assert "Traceback" not in errors


@pytest.mark.parametrize("platform", sorted(Platform))
def test_read_knows_every_platform(run: Run, platform: str) -> None:
    expected = min((ROOT / "tests/fixtures" / platform).glob("*.expected.jsonl"))
    delivery = expected.with_name(expected.name.replace(".expected.jsonl", ".json"))
    status, output, _ = run("read", platform, str(delivery))
    written = expected.read_text(encoding="utf-8").splitlines()
    assert (status, [json.loads(line) for line in output.splitlines()]) == (0, [json.loads(line) for line in written])


def test_read_takes_standard_input_and_names_a_missing_file(run: Run) -> None:
    body = b'{"object":"page","entry":[]}'
    assert run("read", "facebook", "-", stdin=body)[0] == 0
    status, _, errors = run("read", "facebook", "no-such-file.json")
    assert (status, "no-such-file.json" in errors) == (1, True)


def test_read_of_something_else_than_json_is_bad_input(run: Run) -> None:
    status, _, errors = run("read", "facebook", "-", stdin=b"secret words {")
    assert status == 1
    assert "secret words" not in errors


def test_guard_lets_a_signpost_through_and_stops_a_slip(run: Run) -> None:
    drafts = [
        {"id": "ok", "text": "Please see our Need Help Now page."},
        {"id": "slip", "text": "I'm sorry your appointment on Tuesday was cancelled."},
    ]
    status, output, _ = run("guard", stdin=lines(*drafts))
    answers = [json.loads(line) for line in output.splitlines()]
    assert status == 0
    assert [(answer["id"], answer["allowed"]) for answer in answers] == [("ok", True), ("slip", False)]
    assert set(answers[1]["reasons"][0]) == {"clause", "why", "passage"}


def test_replay_to_nobody_is_bad_input(run: Run) -> None:
    status, _, errors = run("replay", "facebook", "-", "--url", "http://127.0.0.1:9/", stdin=b"{}")
    assert status == 1
    assert "http://127.0.0.1:9/" in errors


@pytest.mark.parametrize("arguments", [[], ["dance"], ["read", "telegram", "-"], ["due", "--loud"]])
def test_wrong_usage_is_2(arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    assert caught.value.code == 2


def test_the_command_is_installed() -> None:
    command = Path(sys.executable).with_name("signpost")
    done = subprocess.run(
        [command, "due", "2026-11-24T10:00:00Z"], capture_output=True, text=True, check=True, timeout=60
    )
    assert json.loads(done.stdout)["open"] is True
