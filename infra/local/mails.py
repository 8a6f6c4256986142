"""The mails to staff, as text: on a laptop they are files in one folder."""

from email import message_from_bytes, policy
from pathlib import Path

NONE = "No mail has been sent yet. Alerts go out at their times on working days.\n"
SHOWN = 50


def text(folder: Path) -> str:
    """The newest mails first: whom they go to, subject and words."""
    files = sorted(folder.glob("*.eml"), key=lambda file: file.stat().st_mtime, reverse=True)[:SHOWN]
    return "\n----\n\n".join(map(_read, files)) or NONE


def _read(file: Path) -> str:
    mail = message_from_bytes(file.read_bytes(), policy=policy.default)
    return f"To: {mail['To']}\nSubject: {mail['Subject']}\n\n{mail.get_content()}"
