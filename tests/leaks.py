"""A pytest plugin: what the people of the fixtures wrote and are called, and secrets, come out of no test (promise 10).

It looks at everything a test made the code print or log, and at what the servers wrote that it started. A test that
lets something out fails. It is told which kind of thing came out where, never the words themselves.
"""

from collections.abc import Generator, Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.known import kinds

PRINTING = "tests/cli/"  # the commands, whose work is to print what they were given: their standard output is let be
_read: list[tuple[str, str]] = []
_looked: set[Path] = set()
_shared: list[str] = []


def pytest_configure() -> None:
    """Remember what tests take out of the capture themselves."""
    real = pytest.CaptureFixture.readouterr

    def readouterr(self: pytest.CaptureFixture[str]) -> Any:
        result = real(self)
        _read.extend([("stdout that the test read", str(result.out)), ("stderr that the test read", str(result.err))])
        return result

    pytest.CaptureFixture.readouterr = readouterr  # type: ignore[assignment, method-assign]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Fail a phase of a test that let something out, and keep what came out off the terminal."""
    report = yield
    found = list(_facts(_outputs(item, report)))
    _read.clear()
    if found:
        report.sections = [(name, output) for name, output in report.sections if not kinds(output)]
        report.sections.append(("came out", "\n".join(found)))
        if not report.failed:
            report.outcome, report.longrepr = "failed", "\n".join(found)
    return report


def pytest_sessionfinish(session: pytest.Session) -> None:
    """What servers wrote that several tests shared: nobody knows which, so the run fails."""
    factory = getattr(session.config, "_tmp_path_factory", None)
    base = getattr(factory, "_basetemp", None)
    _shared.extend(_facts(_logs(base)) if base else ())
    if _shared and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say why the run failed."""
    for fact in _shared:
        terminalreporter.write_line(f"FAILED {fact}", red=True)


def _outputs(item: pytest.Item, report: pytest.TestReport) -> Iterator[tuple[str, str]]:
    """What came out in this phase, and where."""
    here = [*_read, *((name, output) for name, output in report.sections if name.endswith(f" {report.when}"))]
    printing = item.nodeid.startswith(PRINTING)
    yield from ((name, output) for name, output in here if not (printing and "stdout" in name))
    folder = getattr(item, "funcargs", {}).get("tmp_path")
    if report.when == "teardown" and folder is not None:
        yield from _logs(folder)


def _logs(folder: Path) -> Iterator[tuple[str, str]]:
    """The output files of servers that nobody has looked at yet."""
    for path in sorted(set(folder.rglob("*.log")) - _looked):
        _looked.add(path)
        yield f"{path.parent.name}/{path.name}", path.read_text(encoding="utf-8", errors="replace")


def _facts(outputs: Iterable[tuple[str, str]]) -> Iterator[str]:
    for name, output in outputs:
        yield from (f"{kind} of the fixtures came out: {name}" for kind in sorted(kinds(output)))
