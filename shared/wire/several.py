"""Fields that go by several names, and lists of which each item stands alone."""

from typing import Annotated, Any, TypeVar

from pydantic import AliasChoices, AliasPath, Field

from shared.wire.fields import Odd

T = TypeVar("T")
Several = Annotated[list[Annotated[T | None, Odd]] | None, Odd]  # an odd item is None and costs the others nothing


def either(*names: str, default: Any = None) -> Any:
    """A field that has several names; dots lead inside, numbers into a list. The first name that is there counts.

    `default=...` makes one of them needed.
    """
    steps = [[int(step) if step.isdecimal() else step for step in name.split(".")] for name in names]
    return Field(
        default=default, validation_alias=AliasChoices(*(AliasPath(str(first), *rest) for first, *rest in steps))
    )
