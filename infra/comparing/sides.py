"""One version at work in a process of its own. Messages and assessments go through pipes, never through a log."""

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import IO, Any

from infra.comparing import runner
from infra.comparing.versions import VersionError, opened

Line = Mapping[str, Any]


class Side:
    """A process that assesses. `about` tells its versions of principles and rules."""

    def __init__(self, version: str, into: IO[bytes], out: IO[bytes]) -> None:
        self._version, self._into, self._out = version, into, out
        self.about = self.answer()

    def ask(self, message: bytes) -> None:
        """Hand over one message, a line of JSON; its `answer` is to be taken before the next. Raises `VersionError`."""
        try:
            self._into.write(message)
            self._into.flush()
        except OSError:
            raise self._unusable("it ended without an answer") from None

    def answer(self) -> Line:
        """What the process says next. Raises `VersionError` where it cannot."""
        try:
            line: Line = json.loads(self._out.readline())
        except ValueError:
            raise self._unusable("it ended without an answer") from None
        if "error" in line:
            raise self._unusable(line["error"])
        return line

    def _unusable(self, why: str) -> VersionError:
        return VersionError(f"{self._version}: this version cannot be used: {why}")


def ask(message: Line, *sides: Side) -> list[Line]:
    """What each side makes of one message; they work at the same time. Raises `VersionError`."""
    line = json.dumps(message).encode() + b"\n"
    for one in sides:
        one.ask(line)
    return [one.answer() for one in sides]


@contextmanager
def side(version: str) -> Iterator[Side]:
    """Start a version; it ends with its standard input. Raises `VersionError`."""
    with opened(version) as tree:
        command = [sys.executable, "-B", "-P", runner.__file__, str(tree)]
        pipe = subprocess.PIPE
        with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL) as process:  # noqa: S603 - our own file
            if process.stdin and process.stdout:
                yield Side(version, process.stdin, process.stdout)
