"""Who hears by mail of what is due and overdue, and when: data of a version of the principles."""

from datetime import time, timedelta
from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, Field, model_validator

from shared.domain.alert import AlertKind
from shared.principles.published import Data, Words


def _time(value: object) -> object:
    return time.fromisoformat(value) if isinstance(value, str) else value


class Slot(Data):
    """One time of a working day: local, or so long after the desk has opened (principles 2.3)."""

    what: Literal[AlertKind.DUE, AlertKind.OVERDUE]
    group: Words
    at: Annotated[time | None, BeforeValidator(_time)] = None
    after_opening: Annotated[timedelta | None, Field(ge=timedelta())] = None

    @model_validator(mode="after")
    def _has_one_time(self) -> Self:
        if (self.at is None) == (self.after_opening is None):
            raise ValueError("a slot has `at` or `after_opening`")
        return self


class Alerts(Data):
    """The slots of a day, and the groups that hear of crisis and threats at once."""

    slots: tuple[Slot, ...] = ()
    urgent: tuple[Words, ...] = ()
