"""A run of mutants on a little tree: what is noticed, what is not, and what proves nothing."""

from pathlib import Path

import pytest

from infra.mutants import running
from infra.mutants.listing import Mutant
from infra.mutants.running import CannotTell, check, copy, killed_by

SOURCE = "def is_open(hour: int) -> bool:\n    return 9 <= hour < 17\n"
TESTS = """
import sys

sys.path.insert(0, ".")
from a import is_open


def test_at_opening() -> None:
    assert is_open(9)


def test_at_closing() -> None:
    assert not is_open(17)
"""


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    (tmp_path / "from").mkdir()
    (tmp_path / "from/a.py").write_text(SOURCE)
    (tmp_path / "from/test_a.py").write_text(TESTS)
    (tmp_path / "from/.venv").mkdir()
    return copy(tmp_path / "from", tmp_path / "to")


def mutant(replacement: str, *tests: str) -> Mutant:
    return Mutant(
        name="m", promise=4, protects="hours", file="a.py", text="9 <= hour < 17", replacement=replacement, tests=tests
    )


def test_the_environment_is_not_copied(tree: Path) -> None:
    assert {path.name for path in tree.iterdir()} == {"a.py", "test_a.py"}


def test_the_test_that_notices_is_named_and_the_tree_put_back(tree: Path) -> None:
    check(tree, ["test_a.py"])
    assert killed_by(mutant("9 <= hour <= 17", "test_a.py"), tree) == "test_a.py::test_at_closing"
    assert (tree / "a.py").read_text() == SOURCE


def test_what_no_test_notices_survives(tree: Path) -> None:
    assert killed_by(mutant("9 <= hour <= 17", "test_a.py::test_at_opening"), tree) is None


def test_tests_that_cannot_be_run_prove_nothing(tree: Path) -> None:
    with pytest.raises(CannotTell):
        killed_by(mutant("9 <= hour <= 17", "test_a.py::test_no_such"), tree)


def test_tests_that_fail_by_themselves_prove_nothing(tree: Path) -> None:
    (tree / "a.py").write_text(SOURCE.replace("17", "18"))
    with pytest.raises(CannotTell, match="test_at_closing"):
        check(tree, ["test_a.py"])


def test_tests_that_never_end_have_noticed(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "LIMIT_SECONDS", 0.01)
    assert killed_by(mutant("9 <= hour <= 17", "test_a.py"), tree) == "no end"
