"""What is said in fixed words, and the links and help lines that the words may name."""

from collections.abc import Mapping
from datetime import date, datetime
from string import Formatter
from typing import Annotated, Self

from pydantic import Field, StringConstraints, model_validator

from shared.domain.assessment import Signpost
from shared.principles.published import Data, Words

Https = Annotated[str, StringConstraints(pattern=r"^https://\S+$")]
OPENING = frozenset({"weekday", "day", "month", "time"})


class Link(Data):
    """Somewhere to point people. A placeholder has a name but no address yet, and is never linked."""

    name: Words
    url: Https | None = None
    placeholder: bool = False

    @model_validator(mode="after")
    def _has_an_address_or_says_so(self) -> Self:
        if self.placeholder == bool(self.url):
            raise ValueError("either an url, or placeholder = true")
        return self


class _Reviewed(Data):
    text: Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]
    reviewed: date
    review_by: date

    @model_validator(mode="after")
    def _is_reviewed_in_order(self) -> Self:
        if self.reviewed >= self.review_by:
            raise ValueError("review_by must be later than reviewed")
        return self


class HelpLine(_Reviewed):
    """Where urgent help is, with the source it was taken from (principles 3.3)."""

    label: Words
    source: Https


class Text(_Reviewed):
    """Words that leave the building, and who approved them."""

    approved_by: Words

    def fill(self, values: Mapping[str, str]) -> str:
        """The text with its fields filled in. Raises `KeyError` for a field that has no value."""
        return self.text.format_map(values)


class Wording(Data):
    """All fixed texts: the acknowledgement, and one reply for each place to point to."""

    opening: Words
    acknowledgement: Text
    replies: Annotated[dict[Signpost, Text], Field(min_length=len(Signpost))]

    @property
    def texts(self) -> dict[str, Text]:
        """Every text by its name."""
        return {"acknowledgement": self.acknowledgement} | {str(name): text for name, text in self.replies.items()}

    def faults(self, known: frozenset[str]) -> list[str]:
        """What is wrong with the fields of the texts, each as `key: reason`. `known` are fields any text may use."""
        allowed = {name: known | ({"opening"} if name == "acknowledgement" else set()) for name in self.texts}
        wrong = [
            f"wording.{name}: unknown placeholder {{{field}}}"
            for name, text in self.texts.items()
            for field in fields(text.text) - allowed[name]
        ]
        wrong += [f"wording.opening: unknown placeholder {{{field}}}" for field in fields(self.opening) - OPENING]
        missing = {"opening", "help", "need-help-now"} - fields(self.acknowledgement.text)
        return wrong + [f"wording.acknowledgement: {{{field}}} is missing" for field in sorted(missing)]

    def say(self, opening: datetime) -> str:
        """An opening time in words, such as `Monday 23 November at 9am`. `opening` is local."""
        hour = f"{opening:%I}".lstrip("0")
        minutes = f":{opening:%M}" if opening.minute else ""
        time = f"{hour}{minutes}{opening:%p}".lower()
        return self.opening.format(weekday=f"{opening:%A}", day=opening.day, month=f"{opening:%B}", time=time)


def fields(text: str) -> set[str]:
    """The names in braces. A stray brace, a conversion or a format counts as a field of an impossible name."""
    try:
        parts = list(Formatter().parse(text))
    except ValueError:
        return {"a stray brace"}
    return {f"{name}{conversion or ''}{spec}" for _, name, spec, conversion in parts if name is not None}
