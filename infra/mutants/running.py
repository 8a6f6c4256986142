"""A copy of the tree, one safeguard out of it, and the tests that must notice."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from infra.mutants.listing import Mutant, mutated

LIMIT_SECONDS = 300.0  # for the tests of one mutant; a safeguard whose absence hangs the tests is noticed, too
FAILED = 1  # pytest: tests ran and some failed. Everything else above 0 says that the tests could not be run
LEFT_BEHIND = (".*", "__pycache__", "build", "*.egg-info")
QUIET = ("-x", "--no-header", "-p", "no:cacheprovider", "-rfE", "--tb=no")


class CannotTell(Exception):
    """The tests could not be run, or fail without a mutant: then a failure proves nothing."""


def copy(root: Path, to: Path) -> Path:
    """A copy of the sources to play with."""
    shutil.copytree(root, to, ignore=shutil.ignore_patterns(*LEFT_BEHIND))
    return to


def check(tree: Path, tests: Sequence[str]) -> None:
    """Raise `CannotTell` unless the tests pass on the tree as it is."""
    found = noticed(tree, tests)
    if found is not None:
        raise CannotTell(f"without any mutant: {found}")


def killed_by(mutant: Mutant, tree: Path) -> str | None:
    """The test that notices, or None when the mutant survives. The tree is put back as it was.

    Raises `NotApplicable` and `CannotTell`.
    """
    place = tree / mutant.file
    source = place.read_text("utf-8")
    place.write_text(mutated(mutant, source), "utf-8")
    try:
        return noticed(tree, mutant.tests)
    finally:
        place.write_text(source, "utf-8")


def noticed(tree: Path, tests: Sequence[str]) -> str | None:
    """The first test that fails on a tree, `no end` where they hang, None when all pass. Raises `CannotTell`."""
    command = [sys.executable, "-B", "-m", "pytest", *QUIET, *tests]
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1", "CI": ""}  # in CI single tests would fall short
    try:
        done = subprocess.run(  # noqa: S603 - our own tests
            command, cwd=tree, env=environment, capture_output=True, text=True, timeout=LIMIT_SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        return "no end"
    if done.returncode == 0:
        return None
    if done.returncode != FAILED:
        raise CannotTell(f"pytest ended with {done.returncode} on {' '.join(tests)}")
    found = re.search(r"^(?:FAILED|ERROR) (.+?)(?: - |$)", done.stdout, re.MULTILINE)
    return found.group(1) if found else "a test"
