"""What cannot be seen on each platform, and how long a channel may be silent before somebody is told."""

from datetime import timedelta
from typing import Annotated, Self

from pydantic import Field, ValidationError, model_validator

from shared.domain.message import Platform
from shared.principles import loading
from shared.principles.model import PrinciplesError
from shared.principles.published import Data, Words

_Positive = Annotated[timedelta, Field(gt=timedelta())]


class Gap(Data):
    """Something that never reaches the desk, and what people do about it."""

    what: Words
    do: Words


class Watch(Data):
    """How long nothing may be heard."""

    quiet_after: _Positive
    poll_quiet_after: _Positive
    grace: _Positive


class Seen(Data):
    """How one platform reaches us, and what of it does not."""

    how: Words
    gaps: Annotated[tuple[Gap, ...], Field(min_length=1)]
    quiet_after: _Positive | None = None


class Coverage(Data):
    """All platforms."""

    watch: Watch
    everywhere: Annotated[tuple[Gap, ...], Field(min_length=1)]
    platforms: dict[Platform, Seen]

    def quiet_after(self, platform: Platform) -> timedelta:
        """How long an account of a platform may be without a message (principles 2.1)."""
        return self.platforms[platform].quiet_after or self.watch.quiet_after

    @model_validator(mode="after")
    def _names_every_platform(self) -> Self:
        missing = sorted(set(Platform) - set(self.platforms))
        if missing:
            raise ValueError(f"platforms: without {', '.join(missing)}")
        return self


def load() -> Coverage:
    """Read `coverage.toml`. Raises `PrinciplesError` with the key and the reason."""
    try:
        return Coverage.model_validate(loading.words("coverage"))
    except ValidationError as error:
        raise PrinciplesError(f"coverage.toml: {loading.reasons(error)}") from None
