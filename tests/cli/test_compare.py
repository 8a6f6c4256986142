"""`signpost compare`: exactly the messages that a change concerns, and nothing of what they say."""

import io
import json
import os
import shutil
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from infra.bundling.archive import pack
from infra.cli.main import main
from infra.comparing import versions
from infra.comparing.differences import Tally, differences
from infra.comparing.sides import Side, ask, side
from infra.comparing.versions import VersionError, opened
from infra.manifests import ROOT

Compare = Callable[..., tuple[int, list[dict[str, Any]], str]]
MONDAY, TUESDAY = "2026-11-23T10:00:00+00:00", "2026-11-24T10:00:00+00:00"
MESSAGES: tuple[dict[str, Any], ...] = (
    {"id": "word", "text": "Ah wibblestick, not again", "sent_at": TUESDAY},
    {"id": 2, "text": "I want to make a complaint about the parking", "sent_at": MONDAY},
    {"id": "later", "text": "I want to make a complaint about the parking", "sent_at": TUESDAY},
    {"id": "address", "text": "My email is pat@mail.example", "sent_at": TUESDAY},
    {"id": "thanks", "text": "Thank you all", "sent_at": MONDAY},
    {"text": None},
)


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A copy of what every function shares."""
    shutil.copytree(ROOT / "shared", tmp_path / "tree/shared", ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path / "tree"


@pytest.fixture
def compare(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Compare:
    """Run the command on messages: status, differences, errors."""

    def runner(*arguments: str, messages: Sequence[Any] = MESSAGES) -> tuple[int, list[dict[str, Any]], str]:
        file = tmp_path / "messages.jsonl"
        file.write_text("\n".join(map(json.dumps, messages)), encoding="utf-8")
        status = main(["compare", str(file), *arguments])
        output, errors = capsys.readouterr()
        return status, [json.loads(line) for line in output.splitlines()], errors

    return runner


def edit(tree: Path, name: str, old: str, new: str) -> None:
    path = tree / "shared" / name
    written = path.read_text(encoding="utf-8")
    assert old in written
    path.write_text(written.replace(old, new, 1), encoding="utf-8")


def newest() -> str:
    return max((ROOT / "shared/principles/data").glob("*.toml")).relative_to(ROOT / "shared").as_posix()


def test_the_same_tree_differs_in_nothing(compare: Compare, tree: Path) -> None:
    status, found, errors = compare("--before", str(tree))
    assert (status, found) == (0, [])
    assert errors.startswith("0 of 6 differ: none; clauses gained: none; lost: none; before: principles 20")
    assert errors.count("\n") == 1


def test_all_lists_every_message_as_triage_sees_it(
    compare: Compare, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    private = {"id": "private", "text": "Mrs Quill of ward 3 was sectioned", "kind": "direct", "sent_at": TUESDAY}
    messages = [*MESSAGES[:5], private]
    _, found, _ = compare("--before", str(ROOT), "--all", messages=messages)
    with (tmp_path / "messages.jsonl").open(encoding="utf-8") as file:
        monkeypatch.setattr("sys.stdin", file)
        assert main(["triage"]) == 0
    triaged = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line["id"] for line in found] == [message["id"] for message in messages]
    assert [line["before"] for line in found] == triaged
    assert [line["after"] for line in found] == triaged
    assert all(line["differs"] == [] for line in found)


def test_a_word_concerns_the_messages_with_it(compare: Compare, tree: Path) -> None:
    edit(tree, "rules/words/profane.toml", "phrases = [", 'phrases = ["wibblestick", ')
    status, [found], errors = compare("--before", str(ROOT), "--after", str(tree))
    assert (status, found["id"]) == (0, "word")
    assert set(found) == {"id", "before", "after", "differs"}
    assert (found["before"]["id"], found["before"]["findings"]) == ("word", [])
    assert [finding["clause"] for finding in found["after"]["findings"]] == ["profane"]
    assert found["after"]["findings"][0]["passages"] == [[3, 14]]
    assert found["differs"] == ["priority", "due", "findings"]
    assert errors.startswith("1 of 6 differ: priority 1, due 1, findings 1; clauses gained: profane 1; lost: none;")


def test_hours_concern_the_messages_due_on_that_day(compare: Compare, tree: Path) -> None:
    edit(tree, newest(), 'tuesday = ["09:00-17:00"]', 'tuesday = ["09:00-16:00"]')
    _, [found], errors = compare("--before", str(tree))
    assert (found["id"], found["differs"]) == (2, ["due"])
    assert found["before"]["due"] == "2026-11-24T16:00:00+00:00"
    assert found["after"]["due"] == "2026-11-24T17:00:00+00:00"
    assert errors.startswith("1 of 6 differ: due 1; clauses gained: none; lost: none;")


def test_a_clause_concerns_the_messages_that_touched_it(compare: Compare, tree: Path) -> None:
    path = "rules/words/personal-information.toml"
    edit(tree, path, 'clause = "personal-information"', 'clause = "mean-spirited"')
    _, [found], errors = compare("--before", str(ROOT), "--after", str(tree))
    assert (found["id"], found["differs"]) == ("address", ["findings"])
    assert "clauses gained: mean-spirited 1; lost: personal-information 1;" in errors


def test_the_versions_are_told(compare: Compare, tree: Path) -> None:
    path = tree / "shared/rules/engine.py"
    path.write_text(path.read_text(encoding="utf-8") + '\nVERSION = "1999.1"\n', encoding="utf-8")
    _, found, errors = compare("--before", str(tree))
    before, after = errors.split("; ")[-2:]
    assert found == []
    assert before == f"before: principles {Path(newest()).stem}, rules 1999.1"
    assert after.startswith(f"after: principles {Path(newest()).stem}, rules 20")


def test_a_version_gets_messages_as_they_are(compare: Compare, tree: Path) -> None:
    """Played by a version that calls what it was given its principles."""
    source = """

from dataclasses import replace
_real = assess
def assess(event, *others):
    return replace(_real(event, *others), principles=f"{event.kind} {event.public} {event.sent_at:%H:%M} {event.text}")
"""
    with (tree / "shared/service/assessment.py").open("a", encoding="utf-8") as file:
        file.write(source)
    messages = [
        {"text": "a", "sent_at": "2026-11-24T10:00:00+01:00"},
        {"text": "“b”", "kind": "direct", "sent_at": TUESDAY},
        {"text": "c\n", "kind": "direct", "public": True, "sent_at": TUESDAY},
        {"text": None, "kind": "reply", "public": False, "sent_at": TUESDAY},
    ]
    _, found, _ = compare("--before", str(tree), "--all", messages=messages)
    given = ["None True 09:00 a", "direct False 10:00 “b”", "direct True 10:00 c\n", "reply False 10:00 None"]
    assert [line["before"]["principles"] for line in found] == given


def test_messages_without_a_time_are_written_when_one_says(compare: Compare, tree: Path) -> None:
    edit(tree, newest(), 'tuesday = ["09:00-17:00"]', 'tuesday = ["09:00-16:00"]')
    untimed = {"id": "untimed", "text": "I want to make a complaint"}
    _, monday, _ = compare("--before", str(tree), "--at", MONDAY, messages=[untimed])
    _, tuesday, _ = compare("--before", str(tree), "--at", TUESDAY, messages=[untimed, MESSAGES[1]])
    assert [line["id"] for line in monday] == ["untimed"]
    assert [line["id"] for line in tuesday] == [2]


def test_a_bundle_is_a_version(
    compare: Compare, tree: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["bundle", "principles", "--to", str(tmp_path)]) == 0
    capsys.readouterr()
    edit(tree, "rules/words/profane.toml", "phrases = [", 'phrases = ["wibblestick", ')
    _, found, _ = compare("--before", str(tmp_path / "principles.zip"), "--after", str(tree))
    assert [line["id"] for line in found] == ["word"]


def test_a_revision_is_a_version(compare: Compare, tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    git = ["git", "-C", str(tree), "-c", "user.name=Robin", "-c", "user.email=robin@mail.example"]
    edit(tree, "rules/words/profane.toml", "phrases = [", 'phrases = ["wibblestick", ')
    for command in (["init", "-q"], ["add", "."], ["commit", "-q", "-m", "one"], ["tag", "one"]):
        subprocess.run([*git, *command], check=True, timeout=60)
    edit(tree, "rules/words/profane.toml", '"wibblestick", ', "")
    subprocess.run([*git, "commit", "-q", "-a", "-m", "two"], check=True, timeout=60)
    monkeypatch.setattr(versions, "ROOT", tree)
    _, found, _ = compare("--before", "one", "--after", "HEAD")
    assert [(line["id"], line["differs"]) for line in found] == [("word", ["priority", "due", "findings"])]
    with opened("one") as folder:
        assert [path.name for path in folder.iterdir()] == ["shared"]
    assert not folder.exists()


@pytest.mark.parametrize("version", ["no-such-revision", "--upload-pack=x", "a..b", "HEAD:README.md", "." * 300])
def test_what_is_no_version_is_named(compare: Compare, version: str) -> None:
    status, found, errors = compare(f"--before={version}")
    assert (status, found) == (1, [])
    assert errors == f"signpost: {version}: no such folder or bundle, and no revision of this checkout\n"


def test_folders_and_files_that_hold_no_version_are_named(compare: Compare, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "empty.zip").write_bytes(pack({"main.py": b""}))
    (tmp_path / "words.zip").write_bytes(b"PK but no more")
    for name, why in (("empty", "holds no shared/"), ("empty.zip", "holds no shared/"), ("words.zip", "not a bundle")):
        for which in ("--before", "--after"):
            status, _, errors = compare("--before", str(ROOT), which, str(tmp_path / name))
            assert (status, str(tmp_path / name) in errors, why in errors) == (1, True, True)


@pytest.mark.parametrize(
    ("source", "why"),
    [
        ("import no_such_module_anywhere", "ModuleNotFoundError: No module named 'no_such_module_anywhere'"),
        ("def assess(event, *_):\n    raise ValueError(event.text)", "ValueError"),
        ("def assess(*_):\n    __import__('os')._exit(0)", "ended without an answer"),
        ("__import__('os')._exit(0)", "ended without an answer"),
    ],
)
def test_a_version_that_breaks_is_named_and_its_words_are_not(
    compare: Compare, tree: Path, source: str, why: str
) -> None:
    (tree / "shared/service/assessment.py").write_text(source, encoding="utf-8")
    status, _, errors = compare("--before", str(tree))
    assert status == 1
    assert errors.startswith(f"signpost: {tree}: this version cannot be used: ")
    assert why in errors
    assert "wibblestick" not in errors


def test_one_side_never_runs_the_others_code(tmp_path: Path) -> None:
    """A tree without the module gets an error, not the module of the tree that is installed."""
    (tmp_path / "shared").mkdir()
    (tmp_path / "shared/__init__.py").touch()
    with (
        pytest.raises(VersionError, match=r"cannot be used: ModuleNotFoundError: .*shared\.domain"),
        side(str(tmp_path)),
    ):
        pass


def test_a_version_that_is_gone_before_it_is_asked_is_named() -> None:
    """A broken pipe of the command's own output is no error, so this one must not be taken for it."""
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "wb", buffering=0) as gone:
        one = Side("old", gone, io.BytesIO(b"{}\n"))
        with pytest.raises(VersionError, match=r"^old: .*ended without an answer"):
            ask({"text": "a"}, one)


def test_bad_lines_are_named_and_not_repeated(compare: Compare) -> None:
    status, _, errors = compare(
        "--before", str(ROOT), messages=[MESSAGES[4], {"text": "wibblestick", "kind": "pigeon"}]
    )
    assert (status, "line 2: kind" in errors, "wibblestick" in errors) == (1, True, False)


def test_a_missing_file_is_bad_input(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["compare", "no-such.jsonl", "--before", str(ROOT)]) == 1
    assert "no-such.jsonl" in capsys.readouterr().err


@pytest.mark.parametrize(
    "arguments", [[], ["-"], ["-", "--before"], ["-", "--before", ".", "--at", "noon"], ["--before", "."]]
)
def test_wrong_usage_of_compare_is_2(arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(["compare", *arguments])
    assert caught.value.code == 2


FINDING = {"clause": "profane", "rule": "profane.swearing", "passages": [[0, 4]], "why": "Swearing."}
PLAIN = {"priority": "read", "requires_response": False, "due": None, "signpost": None, "findings": []}


@pytest.mark.parametrize(
    ("after", "expected"),
    [
        ({"principles": "2030-01-01"}, []),
        ({"a key of later versions": 1}, []),
        ({"requires_response": True, "signpost": "care"}, ["requires_response", "signpost"]),
        ({"findings": [FINDING]}, ["findings"]),
    ],
)
def test_what_counts_as_a_difference(after: dict[str, Any], expected: list[str]) -> None:
    assert differences({**PLAIN, "principles": "2026-11-22"}, {**PLAIN, **after}) == expected


@pytest.mark.parametrize(("key", "value"), [("why", "Harsh words."), ("passages", [[0, 5]]), ("rule", "profane.mild")])
def test_findings_differ_in_what_is_promised_of_them(key: str, value: Any) -> None:
    one, other = {**FINDING, "who": "you"}, {**FINDING, "clause": "abusive"}
    assert differences({**PLAIN, "findings": [one, other]}, {**PLAIN, "findings": [other, FINDING]}) == []
    assert differences({**PLAIN, "findings": [one]}, {**PLAIN, "findings": [{**FINDING, key: value}]}) == ["findings"]


def test_a_clause_found_twice_is_gained_once() -> None:
    tally = Tally()
    tally.add(PLAIN, {**PLAIN, "findings": [FINDING, {**FINDING, "rule": "profane.other"}]})
    tally.add({**PLAIN, "findings": [FINDING]}, PLAIN)
    assert (tally.gained, tally.lost, tally.differing, tally.messages) == ({"profane": 1}, {"profane": 1}, 2, 2)
