"""The benchmark as it is called: real servers as children, and none of them left behind."""

import json
import os
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path

import pytest

from infra.bench.children import Server
from infra.bench.deliveries import HANDSHAKE, HANDSHAKES
from infra.bench.measures import MEASURES
from infra.bench.workshop import Workshop
from infra.local.defaults import ACCOUNTS, write_secrets
from infra.manifests import ROOT
from infra.signing import SIGNERS
from tests.platforms.every import PUSHED, webhook


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


def test_some_measures_are_chosen_by_a_pattern() -> None:
    done = run("--only", "handshake-[xl]*", "--rounds", "1")
    found = [json.loads(line) for line in done.stdout.splitlines()]
    assert [line["measure"] for line in found] == ["handshake-x", "handshake-linkedin"]
    assert all(line["goal"] == "ratio <= 1.15" for line in found)


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


HEAVY = {"google", "grpc", "pydantic", "re2", "holidays", "httpx", "requests", "jinja2", "sqlite3"}
OURS_FOR_LATER = {"rules", "service", "adapters", "principles", "calling", "wire", "ports"}  # of `shared`
CHILD = """
import json, sys
import functions_framework
functions_framework.create_app("bare", "infra/bench/handlers/bare.py", "http").test_client().get("/")
before = {*sys.modules}
app = functions_framework.create_app(sys.argv[1], f"functions/{sys.argv[1]}/main.py", "http")
status = app.test_client().get(sys.argv[2]).status_code
print(json.dumps([status, sorted({*sys.modules} - before)]))
"""


def asked(platform: str, folder: Path, **env: str) -> tuple[int, list[str]]:
    """The status of one GET in a fresh process whose store cannot be opened; what it imported beyond a bare one."""
    write_secrets(folder / "secrets")
    (folder / "no-folder").write_text("", encoding="ascii")
    settings = {
        "SIGNPOST_SECRETS": str(folder / "secrets"),
        "SIGNPOST_DATA": str(folder / "no-folder" / "data"),
        "SIGNPOST_ACCOUNTS": json.dumps(ACCOUNTS),
    }
    command = [sys.executable, "-c", CHILD, platform, HANDSHAKES.get(platform, HANDSHAKE)]
    environment = {**os.environ, **settings, **env}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60, check=True)
    status, modules = json.loads(done.stdout.splitlines()[-1])
    return status, modules


@pytest.mark.parametrize("platform", SIGNERS)
def test_a_handshake_needs_no_store_no_principles_and_loads_nothing_heavy(platform: str, tmp_path: Path) -> None:
    """A platform that asks nothing is told 405, and as lightly."""
    status, modules = asked(platform, tmp_path)
    assert status == (200 if platform in HANDSHAKES else 405)
    assert not HEAVY & {name.partition(".")[0] for name in modules}
    assert not [name for name in modules for part in OURS_FOR_LATER if f"{name}.".startswith(f"shared.{part}.")]
    assert f"functions.{platform}.inbound" not in modules


@pytest.mark.parametrize("platform", HANDSHAKES)
def test_a_handshake_on_google_cloud_asks_nobody(platform: str, tmp_path: Path) -> None:
    """With a project set, and no network: neither Firestore nor Pub/Sub is so much as imported."""
    status, modules = asked(platform, tmp_path, GOOGLE_CLOUD_PROJECT="demo-bench")
    assert status == 200
    assert not HEAVY & {name.partition(".")[0] for name in modules}


def test_every_platform_that_asks_is_measured() -> None:
    asking = {name for name in PUSHED if (made := webhook(name)) and made.handshake}
    assert asking == set(HANDSHAKES)
    assert {m.name for m in MEASURES if m.name.startswith("handshake")} == {
        "handshake",
        *(f"handshake-{name}" for name in asking - {"facebook"}),
    }
