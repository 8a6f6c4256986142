"""Coverage-guided fuzzing with a fixed budget, two children at a time; `make soak` runs every target for longer."""

import importlib.util
import os
import re
import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest

from infra.manifests import ROOT
from tests.fuzz.budget import PLANTED, SECONDS, SOAK
from tests.fuzz.targets import NAMES

IN_CI = ("request", "json", "delivery", "words")
AT_ONCE = 2
GRACE_SECONDS = 120  # to start and to end


@dataclass(frozen=True)
class Ended:
    """How a child ended: its status, how many inputs it tried, and what broke."""

    name: str
    status: int
    tried: int
    broke: Sequence[bytes]
    last_words: str


@pytest.fixture(autouse=True)
def _fuzzer() -> None:
    if importlib.util.find_spec("atheris") is None:
        why = "the coverage-guided fuzzer has no package for this machine"
        pytest.fail(f"{why}, and CI needs it") if os.environ.get("CI", "").lower() == "true" else pytest.skip(why)


def fuzz(name: str, seconds: int, folder: Path) -> Ended:
    folder.mkdir()
    command = [sys.executable, "-m", "tests.fuzz.guided", name, str(seconds), str(folder)]
    limit = seconds + GRACE_SECONDS
    done = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, errors="replace", timeout=limit, check=False
    )
    tried = re.search(r"stat::number_of_executed_units: (\d+)", done.stderr)
    broke = [path.read_bytes() for pattern in ("crash-*", "timeout-*", "oom-*") for path in folder.glob(pattern)]
    return Ended(name, done.returncode, int(tried.group(1)) if tried else 0, broke, done.stdout[-2000:])


def test_no_input_breaks_a_promise(tmp_path: Path) -> None:
    names = NAMES if SOAK else IN_CI
    with ThreadPoolExecutor(AT_ONCE) as children:
        ended = list(children.map(lambda name: fuzz(name, SECONDS, tmp_path / name), names))
    broken = {
        child.name: (child.status, child.broke, child.last_words) for child in ended if child.status or child.broke
    }
    assert broken == {}, "keep these bytes in tests/fuzz/corpus"
    assert [child.name for child in ended if child.tried == 0] == []


def test_a_break_is_found_and_told(tmp_path: Path) -> None:
    child = fuzz(PLANTED, SECONDS, tmp_path / PLANTED)
    assert child.status != 0
    assert [data[:3] for data in child.broke] == [b"SP!"]
