"""The list of mutants fits the sources as they are: each applies, and the tests it names exist. Nothing is run."""

import subprocess
import sys

import pytest

from infra.manifests import ROOT
from infra.mutants.listing import Mutant, NotApplicable, chosen, load, mutated

MUTANTS = load()
LEAST = 24


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)
def test_it_applies_once_and_leaves_a_program(mutant: Mutant) -> None:
    assert mutated(mutant, (ROOT / mutant.file).read_text("utf-8"))


def test_the_tests_it_names_exist() -> None:
    named = sorted({test for mutant in MUTANTS for test in mutant.tests})
    command = [sys.executable, "-m", "pytest", "--collect-only", "-q", "-p", "no:cacheprovider", *named]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout[-2000:]


def test_there_are_enough_and_each_promise_of_the_flow_has_some() -> None:
    assert len(MUTANTS) >= LEAST
    assert {1, 2, 3, 4, 5, 6, 8, 10, 11} <= {mutant.promise for mutant in MUTANTS}


def mutant(text: str, replacement: str) -> Mutant:
    return Mutant(
        name="m", promise=1, protects="it", file="a.py", text=text, replacement=replacement, tests=("tests/test_a.py",)
    )


@pytest.mark.parametrize(
    ("text", "replacement", "says"),
    [
        ("gone", "x", "stands 0 times"),
        ("= 1", "= 2", "stands 2 times"),
        ("b = 1", "b = 1", "changes nothing"),
        ("b = 1", "b =", "no program"),
    ],
)
def test_what_no_longer_fits_is_said(text: str, replacement: str, says: str) -> None:
    with pytest.raises(NotApplicable, match=says):
        mutated(mutant(text, replacement), "a = 1\nb = 1\n")


def test_some_are_chosen_by_name() -> None:
    first, second, *_ = MUTANTS
    assert chosen(MUTANTS, [second.name, first.name]) == [second, first]
    assert chosen(MUTANTS, []) == list(MUTANTS)
    with pytest.raises(KeyError):
        chosen(MUTANTS, ["no such mutant"])
