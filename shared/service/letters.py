"""The words of an alert's mail: counts, times and links."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from shared.domain.alert import Alert, AlertKind
from shared.domain.case import Case

Words = Mapping[str, Mapping[str, str]]
LISTED = 20  # a longer mail is not read


@dataclass(frozen=True, slots=True)
class Writer:
    """Writes mails. `desk` is the console's address, `words` are those of `principles/mail.toml`."""

    words: Words
    desk: str
    zone: ZoneInfo

    def due(self, alert: Alert, cases: Sequence[Case], now: datetime, closing: datetime) -> tuple[str, str]:
        """Subject and body about what is due or overdue; `cases` are in the order of their due times."""
        overdue = sum(1 for case in cases if case.due is not None and case.due <= now)
        fields = {
            "today": str(len(cases) - overdue),
            "overdue": str(overdue),
            "closing": f"{closing.astimezone(self.zone):%H:%M}",
            "desk": self.desk,
            "lines": self._lines(cases),
        }
        return self._fill(alert.kind, fields)

    def urgent(self, alert: Alert) -> tuple[str, str]:
        """Subject and body about one message that cannot wait."""
        line = self.words["line"]["urgent"].format(link=self._link(alert.case or ""))
        return self._fill(AlertKind.URGENT, {"lines": f"{line}\n", "priority": self.words["priorities"][alert.why]})

    def _fill(self, kind: AlertKind, fields: Mapping[str, str]) -> tuple[str, str]:
        texts = self.words[kind]
        return texts["subject"].format(**fields), texts["body"].lstrip("\n").format(**fields)

    def _lines(self, cases: Sequence[Case]) -> str:
        case_line, more = self.words["line"]["case"], self.words["line"]["more"]
        lines = [case_line.format(due=self._when(case.due), link=self._link(case.id)) for case in cases[:LISTED]]
        return "".join(f"{line}\n" for line in [*lines, *([more] if len(cases) > LISTED else [])])

    def _when(self, at: datetime | None) -> str:
        return f"{at.astimezone(self.zone):%Y-%m-%d %H:%M}" if at else ""

    def _link(self, case_id: str) -> str:
        return f"{self.desk}/cases/{case_id}"
