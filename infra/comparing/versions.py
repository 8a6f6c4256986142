"""Where a version of the principles and rules is: a folder, a bundle, or a git revision of this checkout."""

import io
import subprocess
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import BinaryIO

from infra.manifests import ROOT

LOOKED_FOR = "shared/"


class VersionError(Exception):
    """A version cannot be used. Names it and the fact, never a message."""


@contextmanager
def opened(version: str) -> Iterator[Path]:
    """A folder that holds that version's `shared`, gone afterwards unless it was there before.

    A folder or a file of that name comes before a revision. Raises `VersionError`.
    """
    place = Path(version)
    what = _what(place)
    if what == "folder":
        if not (place / LOOKED_FOR).is_dir():
            raise VersionError(f"{version}: the folder holds no {LOOKED_FOR}")
        yield place.resolve()
        return
    with TemporaryDirectory(prefix="signpost-compare-") as folder:
        try:
            archive = place.read_bytes() if what == "file" else _archived(version)
        except OSError as error:
            raise VersionError(f"{version}: {error.strerror}") from None
        _unpack(version, io.BytesIO(archive), Path(folder))
        yield Path(folder).resolve()


def _what(place: Path) -> str:
    try:
        return "folder" if place.is_dir() else "file" if place.is_file() else "revision"
    except OSError:  # no name that a file can have
        return "revision"


def _archived(version: str) -> bytes:
    """A revision of this checkout, zipped. Raises `VersionError`."""
    git = ("git", f"--git-dir={ROOT / '.git'}")
    found = _run(version, *git, "rev-parse", "--verify", "--quiet", f"{version}^{{commit}}")
    return _run(version, *git, "archive", "--format=zip", found.decode().strip(), LOOKED_FOR)


def _run(version: str, *command: str) -> bytes:
    try:
        done = subprocess.run(command, capture_output=True, check=False)  # noqa: S603 - no option ends in ^{commit}
    except FileNotFoundError:
        raise VersionError(f"{version}: no such folder or bundle, and git is not installed") from None
    if done.returncode:
        raise VersionError(f"{version}: no such folder or bundle, and no revision of this checkout")
    return done.stdout


def _unpack(version: str, archive: BinaryIO, to: Path) -> None:
    try:
        with zipfile.ZipFile(archive) as packed:
            names = [name for name in packed.namelist() if name.startswith(LOOKED_FOR)]
            packed.extractall(to, names)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError):  # what `zipfile` says of odd archives
        raise VersionError(f"{version}: not a bundle made by `signpost bundle`") from None
    if not names:
        raise VersionError(f"{version}: the bundle holds no {LOOKED_FOR}")
