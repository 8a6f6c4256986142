"""`ports.Notifier` on a laptop: a folder of mails, to be opened and read."""

from email.message import EmailMessage
from pathlib import Path

from shared.ports import Letter, NotTold

SENDER = "signpost@example.org"


class Outbox:
    """One `.eml` file a mail, named by its alert: told twice it is one file."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def tell(self, letter: Letter) -> None:
        """See `ports.Notifier`."""
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            (self._folder / f"{letter.id}.eml").write_bytes(written(letter, SENDER))
        except OSError as error:
            raise NotTold(type(error).__name__) from None


class NoSender:
    """Where mail should go out and no sender is set: every mail fails, so that the desk shows it."""

    def tell(self, letter: Letter) -> None:
        """See `ports.Notifier`."""
        raise NotTold(f"no sender is set for mail to {len(letter.to)}")


def written(letter: Letter, sender: str) -> bytes:
    """The mail as it travels."""
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = sender, ", ".join(letter.to), letter.subject
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(letter.body)
    return mail.as_bytes()
