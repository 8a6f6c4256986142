"""The plugin that looks at every test's output: it sees what came out, says where, and never says what."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from infra.local.defaults import ACCESS_TOKEN
from infra.manifests import ROOT
from tests.known import kinds, known

TEXT = "What time does the carers' group meet?"
NAME = "Asha Example"
FILE = "import logging, os, sys\nimport pytest\n\n\n"
LETS_OUT = {
    "a text printed": (
        f"def test_it():\n    print({TEXT!r})\n",
        "a text of the fixtures came out: Captured stdout call",
    ),
    "a text cut short": (
        f"def test_it():\n    print({TEXT[:30]!r})\n",
        "a text of the fixtures came out: Captured stdout call",
    ),
    "a text on a page": (
        "def test_it():\n    print('Hi, it&#x27;s the team')\n",
        "a text of the fixtures came out: Captured stdout call",
    ),
    "a name logged": (
        f"def test_it():\n    logging.getLogger('x').warning({NAME!r})\n",
        "a name of the fixtures came out: Captured log call",
    ),
    "a secret written below Python": (
        f"def test_it():\n    os.write(2, {ACCESS_TOKEN.encode()!r})\n",
        "a secret of the fixtures came out: Captured stderr call",
    ),
    "in a fixture's set-up": (
        f"@pytest.fixture\ndef one():\n    print({NAME!r})\n\n\ndef test_it(one):\n    pass\n",
        "a name of the fixtures came out: Captured stdout setup",
    ),
    "in a fixture's end": (
        f"@pytest.fixture\ndef one():\n    yield\n    print({NAME!r})\n\n\ndef test_it(one):\n    pass\n",
        "a name of the fixtures came out: Captured stdout teardown",
    ),
    "taken out by the test": (
        f"def test_it(capsys):\n    print({NAME!r}, file=sys.stderr)\n    capsys.readouterr()\n",
        "a name of the fixtures came out: stderr that the test read",
    ),
    "in a server's log": (
        f"def test_it(tmp_path):\n    (tmp_path / 'data.log').write_text({NAME!r})\n",
        "a name of the fixtures came out: test_it0/data.log",
    ),
    "in the log of a server that tests share": (
        "@pytest.fixture(scope='session')\ndef one(tmp_path_factory):\n"
        f"    (tmp_path_factory.mktemp('shared') / 'output.log').write_text({NAME!r})\n\n\n"
        "def test_it(one):\n    pass\n",
        "a name of the fixtures came out: shared0/output.log",
    ),
    "of a test that fails anyway": (
        f"def test_it():\n    print({NAME!r})\n    assert False\n",
        "a name of the fixtures came out: Captured stdout call",
    ),
}


def run(folder: Path, test: str, place: str = "test_made_up.py") -> tuple[int, str]:
    """pytest in a process of its own on one file with the plugin and nothing else of ours."""
    path = folder / place
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(FILE + test, encoding="utf-8")
    (folder / "pytest.ini").write_text("[pytest]\n")
    options = ["-p", "tests.leaks", "-p", "no:cacheprovider", "--show-capture=all", "-rA", "--tb=short"]
    command = [sys.executable, "-B", "-m", "pytest", *options, f"--basetemp={folder / 'base'}", place]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, timeout=120, check=False
    )
    shutil.rmtree(folder / "base", ignore_errors=True)  # or this run would find it too
    return done.returncode, done.stdout + done.stderr


@pytest.mark.parametrize(("test", "fact"), LETS_OUT.values(), ids=[name.replace(" ", "_") for name in LETS_OUT])
def test_what_comes_out_fails_the_test_and_is_not_repeated(tmp_path: Path, test: str, fact: str) -> None:
    status, said = run(tmp_path, test)
    assert (status, fact in said) == (1, True), said.splitlines()[-1]
    captured = re.sub(r"^(>|E|    ).*$", "", said, flags=re.MULTILINE)  # the test's own source
    assert kinds(captured) == set()


def test_a_test_is_told_of_its_own_server_and_the_run_of_one_that_tests_share(tmp_path: Path) -> None:
    own, shared = (LETS_OUT[name][0] for name in ("in a server's log", "in the log of a server that tests share"))
    assert "1 passed, 1 error in" in run(tmp_path / "a", own)[1]
    assert "1 passed in" in run(tmp_path / "b", shared)[1]


def test_a_test_that_lets_nothing_out_passes(tmp_path: Path) -> None:
    status, said = run(tmp_path, "def test_it(capsys):\n    print('the desk is open')\n    capsys.readouterr()\n")
    assert (status, "1 passed" in said) == (0, True)


def test_commands_may_print_what_they_were_given_and_say_nothing_of_it_in_an_error(tmp_path: Path) -> None:
    printed = f"def test_it(capsys):\n    print({NAME!r})\n    capsys.readouterr()\n"
    assert run(tmp_path / "a", printed, "tests/cli/test_made_up.py")[0] == 0
    complained = f"def test_it(capsys):\n    print({NAME!r}, file=sys.stderr)\n    capsys.readouterr()\n"
    assert run(tmp_path / "b", complained, "tests/cli/test_made_up.py")[0] == 1


def test_it_looks_at_this_run_too(request: pytest.FixtureRequest) -> None:
    assert request.config.pluginmanager.has_plugin("tests.leaks")


def test_fixtures_and_samples_of_every_kind_are_known() -> None:
    assert {
        TEXT: "a text",
        NAME: "a name",
        "Priya Example": "a name",
        ACCESS_TOKEN: "a secret",
    }.items() <= known().items()
    assert len(known()) > 60
