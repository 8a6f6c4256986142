"""Secrets, read from their files each time they are wanted."""

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from shared.bootstrap.environment import accounts, clock, settings
from shared.domain.message import Platform
from shared.settings import ConfigurationError

if TYPE_CHECKING:
    from shared.calling.oauth import Access


def secret(name: str) -> tuple[bytes, ...]:
    """The accepted values of a secret, newest first as the operator keeps them; empty when there is none.

    Read anew each time: a rotated secret counts from the next request on.
    """
    lines = [line.strip() for value in _values(settings().secrets / name) for line in value.splitlines()]
    return tuple(line for line in lines if line)


def _values(place: Path) -> Iterator[bytes]:
    """One file, or every file of one folder, by name: the usual case is one call to open."""
    try:
        yield place.read_bytes()
    except IsADirectoryError:
        yield from (file.read_bytes() for file in sorted(place.iterdir()) if file.is_file())
    except (FileNotFoundError, NotADirectoryError):
        return


def signing_secrets(platform: Platform) -> Mapping[str, Sequence[bytes]]:
    """The signing secrets of every app that speaks for one of our accounts on a platform."""
    return {app: secret(f"{app}-signing") for app in sorted(set(accounts(platform).values()))}


def verify_tokens(platform: Platform) -> tuple[bytes, ...]:
    """The accepted verify tokens of a platform's handshake."""
    return secret(f"{platform}-verify")


def token(platform: Platform, account: str) -> str:
    """The access token of one of our accounts: the one in its secret, or one that is fetched with what is there.

    Raises `ConfigurationError`, and `NoAccess` where none was to be had.
    """
    found = secret(f"{platform}-token/{account}")
    if not found:
        raise ConfigurationError(f"no access token for the {platform} account")
    return _access(b"\n".join(found)).token() if found[0].startswith(b"{") else found[0].decode("ascii")


@lru_cache(maxsize=64)
def _access(found: bytes) -> "Access":
    """Kept by the secret's own words: a renewed one counts at once."""
    from shared.calling import oauth

    return oauth.Access(oauth.read(found, local=settings().local), clock)
