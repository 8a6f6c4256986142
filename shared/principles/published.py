"""The published page as data: sections of blocks of clauses, where a clause is one sentence."""

from collections.abc import Iterator
from itertools import groupby
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

Words = Annotated[str, Field(min_length=1)]


class Data(BaseModel):
    """What is read from a file: unknown keys are errors, and nothing changes it later.

    Built when the first file is read: one validator for all of it, not one more for each of its parts.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)


class Clause(Data):
    """One sentence, exactly as published, and how it is kept.

    `slug` is what rules cite, and means that the rule of that name keeps the clause; `promise` names a line of the
    promises; `manual` says why no software does. `anchor` is the passage of the text that links to `link`.
    """

    id: Annotated[str, Field(pattern=r"^\d+\.\d+\.\d+$")]
    text: Words
    slug: Words | None = None
    promise: Words | None = None
    manual: Words | None = None
    link: Words | None = None
    anchor: Words | None = None

    @model_validator(mode="after")
    def _says_how_it_is_kept(self) -> Self:
        if not (self.slug or self.promise or self.manual):
            raise ValueError("must say how it is kept: slug, promise or manual")
        if bool(self.link) != bool(self.anchor) or (self.anchor or "") not in self.text:
            raise ValueError("link and anchor come together, and the anchor is a part of the text")
        return self

    @property
    def around_link(self) -> tuple[str, str, str]:
        """The text before the anchor, the anchor, and the text after it; without a link all of it is before."""
        before, anchor, after = self.text.partition(self.anchor) if self.anchor else (self.text, "", "")
        return before, anchor, after


class Block(Data):
    """A paragraph or one item of a list."""

    kind: Literal["paragraph", "item"] = "paragraph"
    clauses: Annotated[tuple[Clause, ...], Field(min_length=1)]


class Section(Data):
    """What stands under one heading; the first section has none."""

    heading: Words | None = None
    blocks: Annotated[tuple[Block, ...], Field(min_length=1)]

    @property
    def runs(self) -> Iterator[tuple[str, list[Block]]]:
        """The blocks with neighbouring list items gathered, each run with its kind."""
        for kind, blocks in groupby(self.blocks, key=lambda block: block.kind):
            yield kind, list(blocks)
