"""How the desk names things at one moment: phrases of time, places, people. All words come from the data."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from functions.console.words import Words
from shared.domain.message import Attachment, Event
from shared.service.desk.phrases import Phrases


@dataclass(frozen=True, slots=True)
class Moment:
    """A time as staff read it, and as machines do (UTC, ISO 8601)."""

    text: str
    iso: str


class Speech:
    """Speaks `words` in the time zone of the desk, at `now` (UTC)."""

    def __init__(self, words: Words, zone: ZoneInfo, now: datetime) -> None:
        self.words = words
        self.text = words.text
        self.now = now
        self.phrases = Phrases(zone, words.days, words.months, words.text["time"])

    def moment(self, at: datetime) -> Moment:
        """When something was."""
        return Moment(self.phrases.moment(at, self.now), at.isoformat())

    def due(self, due: datetime | None) -> str:
        """By when an answer is due."""
        return self.phrases.due(due, self.now)

    def heading(self, event: Event | None, platform: str) -> str:
        """What it is and from whom: "Comment on Facebook from Sam"."""
        kind = self.look_up("kind", event.kind if event else None)
        names = {"kind": kind, "platform": self.look_up("platform", platform)}
        return self.text["card"]["heading"].format(**names)

    def things(self, attachments: Sequence[Attachment]) -> str:
        """What came without words, or beside them: "a photo and a sticker"."""
        names = [self.look_up("attachment", attachment.type, "other") for attachment in attachments]
        return self.text["card"]["join"].join(dict.fromkeys(names)) or self.text["card"]["nothing"]

    def look_up(self, table: str, key: str | None, default: str = "none") -> str:
        """The word for a value, or the table's word for anything else."""
        words = self.text[table]
        return words.get(key or default) or words.get(default, key or "")
