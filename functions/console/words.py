"""The words staff read, from `shared/principles/desk.toml`."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from shared.principles import loading
from shared.service.desk.model import Ending, Person

Table = dict[str, str]


class Words(BaseModel):
    """All of them. `text` goes to the templates as it is."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    days: Annotated[tuple[str, ...], Field(min_length=7, max_length=7)]
    months: Annotated[tuple[str, ...], Field(min_length=12, max_length=12)]
    folded: frozenset[str]
    people: tuple[Person, ...] = Field(min_length=1)
    outcomes: tuple[Ending, ...] = Field(min_length=1)
    text: dict[str, Table]

    def ending(self, code: str | None) -> Ending | None:
        """The outcome with that code, if there is one."""
        return next((ending for ending in self.outcomes if ending.code == code), None)

    def name(self, person_id: str) -> str:
        """What to call whoever did something; an id that is nobody's here stands for itself."""
        known = {person.id: person.name for person in self.people}
        return known.get(person_id) or self.text["audit"].get(person_id, person_id)


def load() -> Words:
    """Read the words. Raises `ValueError` naming the key where they are not as expected."""
    return Words.model_validate(loading.words("desk"))
