"""`make soak` runs every part to its end or its limit, and says which failed."""

import pytest

from infra.manifests import ROOT
from infra.soak import PARTS, Part, main

LONG = "import os; assert os.environ['SIGNPOST_SOAK'] == '1'"


def test_a_part_that_fails_stops_no_other(capfd: pytest.CaptureFixture[str]) -> None:
    parts = (Part("one", ("-c", "import sys; sys.exit(3)"), 1), Part("two", ("-c", LONG), 1))
    assert main(parts) == 1
    summary = capfd.readouterr().out.splitlines()[-2:]
    assert [line.split(" after")[0].split(maxsplit=1) for line in summary] == [["one", "FAILED (3)"], ["two", "passed"]]


def test_all_passed() -> None:
    assert main((Part("one", ("-c", LONG), 1),)) == 0


def test_a_part_has_a_limit(capfd: pytest.CaptureFixture[str]) -> None:
    assert main((Part("one", ("-c", "import time; time.sleep(60)"), 0),)) == 1
    assert "not done after 0 minutes" in capfd.readouterr().out


def test_the_parts_and_the_target_are_there() -> None:
    assert [part.name for part in PARTS] == ["faults", "counts", "fuzz", "mutants"]
    assert all((ROOT / argument).exists() for part in PARTS for argument in part.command if "/" in argument)
    assert "soak:" in (ROOT / "Makefile").read_text("utf-8")
