"""Bundles made once, and served from their zips in a clean environment."""

import json
import subprocess
import time
import zipfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from infra.bench.children import free_port, stopped
from infra.bundling.building import build
from infra.bundling.contents import BundleError
from infra.local.defaults import ACCOUNTS, write_secrets
from tests.bundles.clean import environment

READY_SECONDS = 60.0
NOBODY_LISTENS = "http://127.0.0.1:9"


@dataclass(frozen=True)
class Served:
    """One function that answers. `log` is where its standard output and errors go."""

    url: str
    log: Path

    def ask(self, method: str, path: str = "/", **request: object) -> httpx.Response:
        return httpx.request(method, self.url + path, timeout=30.0, **request)  # type: ignore[arg-type]

    @property
    def said(self) -> str:
        return self.log.read_text(encoding="utf-8", errors="replace")


Serve = Callable[..., AbstractContextManager[Served]]


@pytest.fixture(scope="session")
def bundles(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with every bundle."""
    place = tmp_path_factory.mktemp("bundles")
    wrong = [str(made) for made in build([], place) if isinstance(made, BundleError)]
    assert wrong == []
    return place


@pytest.fixture(scope="session")
def python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The clean environment's interpreter."""
    return environment(tmp_path_factory.mktemp("clean"))


@pytest.fixture
def settings(tmp_path: Path) -> dict[str, str]:
    """The settings of a function on this machine, with data of its own; every platform's API is away."""
    write_secrets(tmp_path / "secrets")
    return {
        "SIGNPOST_DATA": str(tmp_path / "data"),
        "SIGNPOST_SECRETS": str(tmp_path / "secrets"),
        "SIGNPOST_ACCOUNTS": json.dumps({name: dict(accounts) for name, accounts in ACCOUNTS.items()}),
        "SIGNPOST_APIS": json.dumps(dict.fromkeys(ACCOUNTS, NOBODY_LISTENS)),
    }


@pytest.fixture
def serve(bundles: Path, python: Path, settings: dict[str, str], tmp_path: Path) -> Serve:
    """Serve an entry point of a folder's bundle as Google Cloud does, from the unpacked zip alone."""

    @contextmanager
    def server(folder: str, target: str, **more: str) -> Iterator[Served]:
        place, elsewhere = tmp_path / "unpacked" / folder, tmp_path / "elsewhere"
        elsewhere.mkdir(exist_ok=True)
        with zipfile.ZipFile(bundles / f"{folder}.zip") as archive:
            archive.extractall(place)
        port, log = free_port(), tmp_path / f"{target}.log"
        # -P: like the framework's own script, which puts only the source's folder on the path
        where = ["--source", str(place / "main.py"), "--host", "127.0.0.1", "--port", str(port)]
        command = [str(python), "-P", "-m", "functions_framework", "--target", target, *where]
        env = {"PATH": "/usr/bin:/bin", "WORKERS": "1", "THREADS": "8", **settings, **more}
        with log.open("wb") as out:
            process = subprocess.Popen(command, cwd=elsewhere, env=env, stdout=out, stderr=out)
        with stopped(process):
            served = Served(f"http://127.0.0.1:{port}", log)
            _await(served, process)
            yield served

    return server


def _await(served: Served, process: "subprocess.Popen[bytes]") -> None:
    until = time.monotonic() + READY_SECONDS
    while time.monotonic() < until:
        assert process.poll() is None, served.said
        try:
            served.ask("OPTIONS")
        except httpx.TransportError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError(served.said)
