"""A message as the rules see it: its views, made once."""

from collections.abc import Sequence
from dataclasses import dataclass

from shared.domain.message import Kind
from shared.rules.disguises import undisguised
from shared.rules.gate import Written
from shared.rules.text import abridged


@dataclass(frozen=True, slots=True)
class Reading:
    """A message as the rules see it: `plain` in one case and alphabet, `others` behind disguises, if there are any."""

    text: str
    kind: Kind | None
    public: bool
    plain: Written
    others: Sequence[Written]

    @property
    def views(self) -> Sequence[Written]:
        """All of them."""
        return [self.plain, *self.others]


def read(text: str, kind: Kind | None = None, *, public: bool = True) -> Reading:
    """A text for all rules; its views are made once."""
    view = abridged(text)
    return Reading(text, kind, public, Written(view), [Written(other) for other in undisguised(view)])
