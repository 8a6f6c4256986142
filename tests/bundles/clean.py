"""A Python with the run-time requirements and nothing else: the pinned packages of this one, linked file by file."""

import importlib.metadata
import venv
from collections.abc import Iterator
from pathlib import Path

from packaging.requirements import Requirement

from infra.manifests import ROOT


def pinned() -> Iterator[Requirement]:
    """What requirements.txt asks for on this machine."""
    for line in (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines():
        if line and line[0] not in "# ":
            requirement = Requirement(line.removesuffix("\\"))
            if requirement.marker is None or requirement.marker.evaluate():
                yield requirement


def environment(folder: Path) -> Path:
    """The new environment's interpreter."""
    venv.EnvBuilder(symlinks=True, with_pip=False).create(folder)
    [packages] = folder.glob("lib/python*/site-packages")
    for requirement in pinned():
        installed = importlib.metadata.distribution(requirement.name)
        assert requirement.specifier.contains(installed.version), f"{requirement} is not what is installed"
        for file in installed.files or ():
            if ".." not in file.parts and file.suffix != ".pyc":
                _link(packages / file, Path(str(file.locate())))
    return folder / "bin/python"


def _link(place: Path, file: Path) -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    place.symlink_to(file)
