"""What every test shares: the rig, a look at its output, and the count of tests by suite."""

import os
import tomllib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest

from infra import emulators
from tests import leaks

if TYPE_CHECKING:
    from shared.adapters.firestore import FirestoreStore
    from tests.rig import Rig

TESTS = Path(__file__).parent
STATED = tomllib.loads((TESTS / "counts.toml").read_text(encoding="utf-8"))["least"]
CI = os.environ.get("CI", "").lower() == "true"

_passed: Counter[str] = Counter()
_skipped: Counter[str] = Counter()


def pytest_configure(config: pytest.Config) -> None:
    """Every test's output is looked at."""
    config.pluginmanager.register(leaks, leaks.__name__)


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Count by suite: the folder under `tests`."""
    suite = report.nodeid.split("/")[1]
    if report.when == "call" and report.passed:
        _passed[suite] += 1
    if report.skipped:
        _skipped[suite] += 1


def pytest_sessionfinish(session: pytest.Session) -> None:
    """In CI a suite that ran fewer tests than stated, or skipped one, fails the run."""
    if CI and not session.config.option.collectonly and _shortfalls() and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say what ran."""
    terminalreporter.section("tests by suite")
    for suite in sorted(set(_passed) | set(_skipped) | (set(STATED) if CI else set())):
        stated = STATED.get(suite, 0)
        line = f"{suite:14} {_passed[suite]:5} passed {_skipped[suite]:3} skipped   at least {stated} stated"
        terminalreporter.write_line(line)
    if CI and not terminalreporter.config.option.collectonly:
        for line in _shortfalls():
            terminalreporter.write_line(f"FAILED {line}", red=True)


def _shortfalls() -> list[str]:
    fewer = [
        f"{suite}: {_passed[suite]} tests passed, {least} stated"
        for suite, least in STATED.items()
        if _passed[suite] < least
    ]
    return fewer + [f"{suite}: {count} skipped" for suite, count in _skipped.items()]


@pytest.fixture
def rig(tmp_path: Path) -> "Rig":
    """The whole flow in one process."""
    from tests.rig import Rig

    return Rig(tmp_path)


@pytest.fixture(scope="session")
def firestore_host() -> Iterator[str]:
    """The Firestore emulator. Without it the tests that need it skip, and in CI fail."""
    _require_emulators()
    with emulators.firestore() as host:
        yield host


@pytest.fixture(scope="session")
def pubsub_host() -> Iterator[str]:
    """The Pub/Sub emulator. Without it the tests that need it skip, and in CI fail."""
    _require_emulators()
    with emulators.pubsub() as host:
        yield host


@pytest.fixture
def firestore_store(firestore_host: str, monkeypatch: pytest.MonkeyPatch) -> "FirestoreStore":
    """A store in a project of its own."""
    from google.cloud.firestore import Client

    from shared.adapters.firestore import FirestoreStore

    monkeypatch.setenv("FIRESTORE_EMULATOR_HOST", firestore_host)
    return FirestoreStore(Client(project=f"demo-{uuid4().hex}"))


def _require_emulators() -> None:
    why = emulators.missing()
    if why and CI:
        pytest.fail(f"{why}: in CI the emulators must be there")
    if why:
        pytest.skip(why)
