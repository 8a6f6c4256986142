"""The benchmark as it is called: real servers as children, and none of them left behind."""

import json
import os
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path

import pytest

from infra.bench.children import Server
from infra.bench.deliveries import HANDSHAKE
from infra.bench.workshop import Workshop
from infra.manifests import ROOT


def run(*arguments: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "infra.bench", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)


@pytest.mark.parametrize("measure", ["handshake", "triage"])
def test_one_measure_is_one_line_and_progress_is_elsewhere(measure: str) -> None:
    done = run("--only", measure, "--rounds", "2")
    assert done.returncode == 0, done.stderr
    [text] = done.stdout.splitlines()
    found = json.loads(text)
    assert (found["measure"], found["rounds"]) == (measure, 2)
    assert found["min"] <= found["ratio"] <= found["max"]
    assert found["value"] > 0
    assert f"{measure}: 2 rounds" in done.stderr


def test_a_measure_that_does_not_exist_is_wrong_usage() -> None:
    done = run("--only", "everything")
    assert done.returncode == 2
    assert "handshake" in done.stderr


def test_load_on_a_real_server_is_answered_and_the_server_is_stopped(tmp_path: Path) -> None:
    with ExitStack() as stack:
        with Workshop(tmp_path, 0.3, stack).ready("facebook") as server:
            found = server.load(2, 0.3)
            assert found.failed == 0
            assert found.a_second > 0
            assert server.resident_mib > 10
        assert server.process.poll() is not None
        assert not _listens(server)


def test_what_is_refused_is_counted(tmp_path: Path) -> None:
    with (
        ExitStack() as stack,
        Workshop(tmp_path, 0.3, stack).spawned("facebook", {"SIGNPOST_SECRETS": "/nowhere"}) as s,
    ):
        s.until_answered("GET", HANDSHAKE, status=503)
        found = s.load(1, 0.3)
    assert found.failed > 0
    assert found.a_second == 0


def _listens(server: Server) -> bool:
    try:
        return server.ask("GET", HANDSHAKE) > 0
    except OSError:
        return False


HEAVY = (
    "google.api_core",
    "google.cloud.firestore",
    "google.pubsub_v1",
    "grpc",
    "pydantic",
    "re2",
    "holidays",
    "httpx",
)
CHILD = """
import json, sys
import functions_framework
app = functions_framework.create_app("facebook", "functions/facebook/main.py", "http")
status = app.test_client().get(sys.argv[1]).status_code
print(json.dumps([status, sorted(sys.modules)]))
"""


def test_a_handshake_loads_nothing_heavy(tmp_path: Path) -> None:
    (tmp_path / "facebook-verify").write_text("local-token\n", encoding="ascii")
    env = {**os.environ, "SIGNPOST_SECRETS": str(tmp_path)}
    command = [sys.executable, "-c", CHILD, HANDSHAKE]
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, timeout=60, check=True)
    status, modules = json.loads(done.stdout)
    assert status == 200
    assert not {*HEAVY, "sqlite3", "requests"} & set(modules)
    ours = {name for name in modules if name.split(".")[0] in {"shared", "functions"}}
    assert not {name for name in ours if name.startswith(("shared.rules", "shared.service", "shared.adapters"))}
