"""Mails as files on a laptop, and the words of every mail."""

from datetime import UTC, datetime
from email import message_from_bytes, policy
from pathlib import Path
from string import Formatter
from zoneinfo import ZoneInfo

import pytest

from shared.adapters.outbox import Outbox
from shared.domain.alert import Alert, AlertKind
from shared.ports import Letter, NotTold
from shared.principles.loading import words
from shared.service.letters import LISTED, Writer
from tests.alerts.conftest import Desk

WORDS = words("mail")
NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
USED = {
    "due": {"today", "overdue", "closing", "lines", "desk"},
    "overdue": {"overdue", "lines", "desk"},
    "urgent": {"lines", "priority"},
}


def test_a_mail_is_a_file_that_any_mail_program_opens(tmp_path: Path) -> None:
    Outbox(tmp_path / "mail").tell(Letter("a1", ["team@example.org"], "Signpost: 1 overdue \u2013", "Overdue: 1\n"))
    [file] = (tmp_path / "mail").glob("*.eml")
    mail = message_from_bytes(file.read_bytes(), policy=policy.default)
    assert (mail["To"], mail["Subject"], mail["Auto-Submitted"]) == (
        "team@example.org",
        "Signpost: 1 overdue \u2013",
        "auto-generated",
    )
    assert mail.get_content() == "Overdue: 1\n"


def test_the_same_alert_twice_is_one_file(tmp_path: Path) -> None:
    for body in ("one", "two"):
        Outbox(tmp_path).tell(Letter("a1", ["team@example.org"], "s", body))
    assert len([*tmp_path.glob("*.eml")]) == 1


def test_a_folder_that_cannot_be_written_is_a_mail_that_was_not_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(NotTold, match=r"NotADirectoryError|FileExistsError"):
        Outbox(tmp_path / "file" / "mail").tell(Letter("a1", ["team@example.org"], "s", "b"))


@pytest.mark.parametrize("kind", USED)
def test_every_mail_uses_what_it_is_given_and_nothing_else(kind: str) -> None:
    named = {name for text in WORDS[kind].values() for _, name, _, _ in Formatter().parse(text) if name}
    assert named == USED[kind]


def test_a_long_list_is_cut_and_says_so(desk: Desk) -> None:
    cases = [desk.waiting(NOW) for _ in range(LISTED + 1)]
    writer = Writer(WORDS, "https://desk.example.org", ZoneInfo("Europe/London"))
    subject, body = writer.due(Alert("a", AlertKind.OVERDUE, NOW), cases, NOW, NOW)
    assert subject == f"Signpost: {LISTED + 1} overdue"
    assert body.count("https://desk.example.org/cases/") == LISTED
    assert WORDS["line"]["more"] in body
