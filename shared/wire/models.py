"""Reading an element of a delivery as a model, and naming what is wrong with a bad one without quoting it."""

from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from shared.wire.fields import Name, OddId

_FACTS = {
    "missing": "missing",
    "not_an_id": "not an id",
    "string_type": "not text",
    "string_unicode": "not text",
    "bool_type": "not true or false",
    "list_type": "not a list",
    "model_type": "not an object",
    "dict_type": "not an object",
}


class NotUnderstood(Exception):
    """The element is not one we know. Says the fact and, where it helps, the field; never what was there."""


class Wire(BaseModel):
    """An object on the wire: fields that we do not know are no mistake, and nothing is guessed into shape."""

    model_config = ConfigDict(extra="ignore", frozen=True, strict=True)


class Person(Wire):
    """Somebody, as far as the platform says."""

    id: OddId = None
    name: Name = None
    username: Name = None


M = TypeVar("M", bound=Wire)


def read(model: type[M], element: Any) -> M:
    """The element as its model. Raises `NotUnderstood` with the first thing that is wrong and where."""
    try:
        return model.model_validate(element)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        place = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in first["loc"])
        raise NotUnderstood(f"{place}: {_FACTS.get(first['type'], 'not understood')}") from None
