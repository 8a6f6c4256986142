"""What is in a bundle: one folder of functions, all that it shares, and what Google's build looks for at the root."""

import ast
import importlib.metadata
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from pydantic import ValidationError

from infra.manifests import Manifest, manifest

MAIN = '''"""Made by `signpost bundle`: the entry points of one folder, where Google's build looks for them."""

from functions.{folder}.main import {names}
from shared import bootstrap

bootstrap.settings()  # wrong settings stop the start, and the revision before goes on serving
'''
LEFT_OUT = frozenset({"__pycache__"})
# Files of packages that are installed without their dependencies (infra/requirements/assets.in). The build in the
# cloud would install those too, so the files themselves go along, with the licence that asks for it.
PACKAGED = {"wagtail-nhsuk-frontend": ("nhsuk-frontend-10.4.2.min.css", "LICENSE")}


class BundleError(Exception):
    """A folder cannot be bundled. Names the file and the fact, never what is in it."""


def contents(folder: Path) -> Mapping[str, bytes]:
    """Every file of a folder's bundle by its path, in order. Raises `BundleError` for what would fail in the cloud."""
    root, names = folder.parents[1], [entry.name for entry in read_manifest(folder).entry_points]
    paths = [root / "functions/__init__.py", *_below(folder), *_below(root / "shared")]
    files = {path.relative_to(root).as_posix(): path.read_bytes() for path in paths}
    for path, source in files.items():
        _check(path, source)
    _require(f"functions/{folder.name}/main.py", files, names)
    files["main.py"] = MAIN.format(folder=folder.name, names=", ".join(names)).encode()
    files["requirements.txt"] = (root / "requirements.txt").read_bytes()
    files.update(_packaged())
    return dict(sorted(files.items()))


def read_manifest(folder: Path) -> Manifest:
    """A folder's manifest. Raises `BundleError`."""
    try:
        return manifest(folder)
    except FileNotFoundError:
        raise BundleError(f"{folder.name}: there is no function.json") from None
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        where = ".".join(str(part) for part in first["loc"]) or "the file"
        raise BundleError(f"{folder.name}/function.json: {where}: {first['msg']}") from None


def _below(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.rglob("*")):
        if any(part.startswith(".") or part in LEFT_OUT for part in path.relative_to(folder).parts):
            continue
        if path.is_symlink():  # gcloud leaves linked folders out without a word
            raise BundleError(f"{path.relative_to(folder.parent)}: a link")
        if path.is_file():
            yield path


def _check(path: str, source: bytes) -> None:
    """The build compiles every file it is given, and one error there fails it."""
    if path.endswith(".py"):
        try:
            compile(source, path, "exec", dont_inherit=True)
        except (SyntaxError, ValueError) as error:
            line = getattr(error, "lineno", None) or 1
            raise BundleError(f"{path}:{line}: not Python that compiles") from None


def _require(path: str, files: Mapping[str, bytes], names: Iterable[str]) -> None:
    if path not in files:
        raise BundleError(f"{path}: missing")
    defined = {node.name for node in ast.parse(files[path]).body if isinstance(node, ast.FunctionDef)}
    lacking = [name for name in names if name not in defined]
    if lacking:
        raise BundleError(f"{path}: no function {', '.join(lacking)}, which function.json names")


def _packaged() -> Iterator[tuple[str, bytes]]:
    """Where an import would look for them, as `shared/web/assets.py` does."""
    for package, wanted in PACKAGED.items():
        try:
            listed = importlib.metadata.files(package) or ()
        except importlib.metadata.PackageNotFoundError:
            raise BundleError(f"{package} is not installed: run `make run` once") from None
        found = [path for path in listed if path.name in wanted]
        if len(found) < len(wanted):
            raise BundleError(f"{package}: {', '.join(wanted)}: not all there")
        yield from ((path.as_posix(), path.read_binary()) for path in found)
