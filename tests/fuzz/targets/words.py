"""Any words through the rules and the reply guard, and any lines through the `signpost` command."""

import contextlib
import io
import json
import sys
from collections.abc import Iterable, Iterator
from unittest.mock import patch

from infra.cli.main import main
from infra.signing import SIGNERS
from shared.domain.assessment import Passage
from shared.domain.message import Kind
from shared.rules.engine import examine, summary
from shared.rules.guard import objections

COMMANDS = (("triage",), ("guard",), ("due",), *(("read", platform, "-") for platform in SIGNERS))


def words(data: bytes) -> None:
    """Two texts, apart by a NUL: each is examined, and the first is a draft of an answer to the second."""
    text, _, about = data.decode("utf-8", "surrogateescape").partition("\x00")
    for kind in (Kind.COMMENT, Kind.DIRECT):
        found = examine(text, kind, public=kind is Kind.COMMENT)
        assert not found.faults, f"a rule failed: {found.faults}"
        for finding in found.findings:
            _check_passages(finding.passages, text)
            _check_passages(finding.eased_by, text)
        priority, _, _ = summary(found)
        assert all(priority.rank <= finding.priority.rank for finding in found.findings)
    for objection in objections(text, about):
        _check_passages([objection.passage], text)


def lines(data: bytes) -> int:
    """Standard input of a command, which the first byte chooses: done, or refused with a word. The status."""
    command = COMMANDS[data[0] % len(COMMANDS)] if data else COMMANDS[0]
    output, errors = io.StringIO(), io.StringIO()
    stdin = io.TextIOWrapper(io.BytesIO(data[1:]), encoding="utf-8")
    with (
        patch.object(sys, "stdin", stdin),
        contextlib.redirect_stdout(output),
        contextlib.redirect_stderr(errors),
    ):
        status = main(command)
    assert status in (0, 1)
    assert bool(errors.getvalue()) == bool(status), "it says why, if and only if the input was bad"
    for line in output.getvalue().splitlines():
        assert isinstance(json.loads(line), dict)
    output.getvalue().encode()
    return status


def _check_passages(passages: Iterable[Passage], text: str) -> None:
    for start, end in _in_order(passages):
        assert 0 <= start < end <= len(text)


def _in_order(passages: Iterable[Passage]) -> Iterator[Passage]:
    before = 0
    for start, end in passages:
        assert start >= before, "passages are in order and apart"
        before = end
        yield start, end
