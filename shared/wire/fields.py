"""What a field can hold. What says which message it is must be right; what merely describes it is left out when odd."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, PlainValidator, ValidationError, WrapValidator
from pydantic_core import PydanticCustomError

_LONGEST_ID = 256
_LONGEST_TIME = 64
_MILLISECONDS_FROM = 10**11  # as seconds that is the year 5138, as milliseconds 1973
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
_LATEST = datetime(2100, 1, 1, tzinfo=UTC)


def _id(value: Any) -> str | None:
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 10**_LONGEST_ID:
        value = str(value)
    if value is None or value == "":
        return None
    if isinstance(value, str) and len(value) <= _LONGEST_ID and value.isprintable():
        return value
    raise PydanticCustomError("not_an_id", "not an id")


def _needed_id(value: Any) -> str:
    found = _id(value)
    if found is None:
        raise PydanticCustomError("missing", "missing")
    return found


def _moment(value: Any) -> datetime | None:
    if isinstance(value, str) and len(value) <= _LONGEST_TIME:
        value = int(value) if value.isascii() and value.isdecimal() else _iso(value)
    if isinstance(value, int) and not isinstance(value, bool) and 0 < value < 10**15:
        unit = "milliseconds" if value >= _MILLISECONDS_FROM else "seconds"
        value = _EPOCH + timedelta(**{unit: value})
    return value.astimezone(UTC) if isinstance(value, datetime) and _EARLIEST <= value < _LATEST else None


def _iso(text: str) -> datetime | None:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    return at if at.tzinfo else None


def _url(value: Any) -> str | None:
    if not value:
        return None
    return value if isinstance(value, str) and value.startswith(("https://", "http://")) else ""


def _or_none(value: Any, read: Callable[[Any], Any]) -> Any:
    try:
        return read(value)
    except ValidationError:
        return None


Odd = WrapValidator(_or_none)
Id = Annotated[str | None, BeforeValidator(_id)]  # text or a whole number; empty is absent
OddId = Annotated[Id, Odd]
NeededId = Annotated[str, BeforeValidator(_needed_id)]
Text = Annotated[str | None, AfterValidator(lambda text: text or None)]  # exactly as written; empty is absent
Name = Annotated[Text, Odd]
Moment = Annotated[datetime | None, PlainValidator(_moment)]  # seconds, milliseconds, digits or ISO 8601; 2000 to 2099
Url = Annotated[str | None, PlainValidator(_url)]  # empty where something is there that nobody should follow
