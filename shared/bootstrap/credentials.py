"""Secrets, read from their files each time they are wanted."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from shared.bootstrap.environment import accounts, settings
from shared.domain.message import Platform
from shared.settings import ConfigurationError


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
    """The access token of one of our accounts. Raises `ConfigurationError`."""
    found = secret(f"{platform}-token/{account}")
    if not found:
        raise ConfigurationError(f"no access token for the {platform} account")
    return found[0].decode("ascii")
