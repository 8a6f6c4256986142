"""`make evaluate` as it is called: real rules on made-up sentences, in a process of its own."""

import gzip
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from infra.evaluate.__main__ import main
from infra.evaluate.tables import WIDTH
from infra.manifests import ROOT

ROWS = [
    {"text": "You are a fucking disgrace", "labels": {"profane": True, "house": True}, "split": "test"},
    {"text": "What a load of bullshit", "labels": {"profane": True, "house": True}},
    {"text": "The wibblesticks are back", "labels": {"profane": True, "house": True}, "category": "new words"},
    {"text": "Thank you to everybody on the ward", "labels": {"none": True}},
    {"text": "Lovely photo of the garden", "labels": {"none": True}, "split": "test"},
    {"text": "I am going to kill myself", "labels": {"crisis": True}},
    {"text": "The tea was fucking lovely", "labels": {"profane": False}},
]


@pytest.fixture
def data(tmp_path: Path) -> Path:
    (tmp_path / "one.jsonl").write_text("\n".join(map(json.dumps, ROWS)))
    mail = {"text": "Write to robin.quill@mail.example at once", "spans": [[9, 33, "EMAIL_ADDRESS"]]}
    (tmp_path / "presidio-synthetic-pii.jsonl.gz").write_bytes(gzip.compress(json.dumps(mail).encode()))
    return tmp_path


def run(*arguments: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "infra.evaluate", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)


def test_as_json(data: Path) -> None:
    done = run(str(data), "--json")
    assert (done.returncode, done.stderr) == (0, "")
    found = [json.loads(line) for line in done.stdout.splitlines()]
    assert [(r["file"], r["texts"]) for r in found if r["what"] == "file"] == [
        ("one.jsonl", 7),
        ("presidio-synthetic-pii.jsonl.gz", 1),
    ]
    scores = {(r["file"].split(".")[0], r["clause"]): r for r in found if r["what"] == "score"}
    assert figures(scores["one", "profane"]) == (3, 3, 2 / 3, 2 / 3, 1 / 3)
    assert figures(scores["one", "none"])[:2] == (2, 0)
    assert figures(scores["one", "crisis"]) == (1, 2, 1.0, 1.0, 0.0)
    assert scores["presidio-synthetic-pii", "personal-information"]["recall"]["value"] == 1.0
    [passages] = [r for r in found if r["what"] == "passages"]
    assert (passages["precision"]["value"], passages["missed"]) == (1.0, {"EMAIL_ADDRESS": [0, 1]})
    [alarms] = [r for r in found if (r["what"], r.get("clause")) == ("false-alarms", "profane")]
    assert list(alarms["rules"].values()) == [1]
    assert {"groups": {"new words": [1, 1]}}.items() <= next(r for r in found if r["what"] == "missed").items()


def figures(score: dict[str, Any]) -> tuple[Any, ...]:
    shares = [score[name] and score[name]["value"] for name in ("precision", "recall", "false_alarms")]
    return (score["positive"], score["negative"], *shares)


def test_as_text_that_fits_and_shows_no_texts(data: Path) -> None:
    done = run(str(data))
    written = done.stdout.splitlines()
    assert (done.returncode, done.stderr) == (0, "")
    assert all(len(line) <= WIDTH for line in written)
    assert {line.split(":")[0] for line in written if "texts;" in line} == {
        "one.jsonl",
        "presidio-synthetic-pii.jsonl.gz",
    }
    assert not any(word in done.stdout for word in ("wibblesticks", "tea", "robin", "disgrace"))


def test_examples_are_printed_when_asked_for(data: Path) -> None:
    written = run(str(data), "--examples", "1").stdout
    assert 'profane, missed: "The wibblesticks are back"' in written
    assert 'profane, false alarm: "The tea was fucking lovely"' in written


def test_one_split(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(data), "--split", "test"]) == 0
    assert "one.jsonl: 2 texts;" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("bad", "says"),
    [
        ('{"text": "the quokka sleeps", "labels": {"rude": true}}', "late.jsonl: line 1: labels.rude: "),
        ('{"text": "the quokka sleeps", "label": "rude"}', "late.jsonl: line 1: label: "),
        ("the quokka sleeps", "late.jsonl: line 1: "),
    ],
)
def test_a_bad_line_is_named_before_anything_is_reported(data: Path, bad: str, says: str) -> None:
    (data / "late.jsonl").write_text(bad)
    done = run(str(data))
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith(f"evaluate: {says}")
    assert "quokka" not in done.stderr


def test_no_data_is_bad_input(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(tmp_path)]) == main([str(tmp_path / "nowhere")]) == 1
    assert capsys.readouterr().err.count("evaluate: ") == 2


def test_a_reader_that_has_seen_enough_is_no_error(data: Path) -> None:
    command = f"{sys.executable} -m infra.evaluate {data} --json | true"
    done = subprocess.run(["sh", "-c", command], cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("arguments", [[], [".", "--against", "telepathy"], [".", "--examples", "x"]])
def test_wrong_usage_of_evaluate_is_2(arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    assert caught.value.code == 2


def test_packages_that_are_missing_are_named(
    data: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "better_profanity", None)
    assert main([str(data), "--against", "better-profanity"]) == 1
    assert "better-profanity is not installed" in capsys.readouterr().err


def test_make_without_data_says_what_is_missing() -> None:
    """The recipe alone, without what installs."""
    command = ["make", "evaluate", "DATA=", "--old-file", ".venv/.run-installed"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 2
    assert "DATA=folder, see infra/evaluate/README.md" in done.stderr
    assert (ROOT / "infra/evaluate/README.md").is_file()
