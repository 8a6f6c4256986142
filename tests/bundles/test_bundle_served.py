"""Every bundle is served by functions-framework from its zip alone, with the run-time requirements and nothing else."""

import base64
import json
import subprocess
import time
import zipfile
from pathlib import Path

import pytest

from infra.bench.deliveries import HANDSHAKE, delivery
from infra.local.defaults import SIGNING_SECRET
from infra.manifests import ROOT, EntryPoint, entry_points
from infra.signing import SIGNERS
from shared.adapters.sqlite import Database, SqliteStore
from tests.bundles.conftest import Serve, Served

ENTRIES = [(source.parent.name, entry) for source, entry in entry_points()]
ANSWERS = {"topic": {204, 503}, "schedule": {204, 503}}  # 503: a platform's API is away, here all of them are
MISSING = ("ModuleNotFoundError", "ImportError", "FileNotFoundError", "PrinciplesError", "Traceback")


def push(ids: dict[str, str]) -> bytes:
    """What Pub/Sub posts to a subscription's function."""
    data = base64.b64encode(json.dumps(ids).encode()).decode()
    return json.dumps({"message": {"data": data, "messageId": "1"}, "subscription": "made-up"}).encode()


def asked(served: Served, folder: str, entry: EntryPoint) -> int:
    """The status of a request of the kind that the entry point is for."""
    if entry.trigger == "schedule":
        return served.ask("POST").status_code
    if entry.trigger == "topic":
        body = push(dict.fromkeys(("case", "action", "id"), "0" * 64))
        return served.ask("POST", content=body, headers={"Content-Type": "application/json"}).status_code
    if entry.public and not entry.is_page:
        body = min((ROOT / "tests/fixtures" / folder).glob("*.json")).read_bytes()
        headers = SIGNERS[folder](body, SIGNING_SECRET.encode())
        return served.ask("POST", content=body, headers=headers).status_code
    return served.ask("GET").status_code


@pytest.mark.parametrize(("folder", "entry"), ENTRIES, ids=[entry.name for _, entry in ENTRIES])
def test_every_entry_point_answers_a_real_request(serve: Serve, folder: str, entry: EntryPoint) -> None:
    with serve(folder, entry.name) as served:
        status = asked(served, folder, entry)
        said = served.said
    assert status in ANSWERS.get(entry.trigger, {200} if entry.public else {401}), said
    assert [word for word in MISSING if word in said] == [], said


def test_three_bundles_take_a_message_from_the_platform_to_the_desk(serve: Serve, settings: dict[str, str]) -> None:
    body = delivery("told-", 0, 1, int(time.time()))
    with serve("facebook", "facebook") as webhook:
        headers = SIGNERS["facebook"](body, SIGNING_SECRET.encode())
        assert webhook.ask("POST", content=body, headers=headers).status_code == 200, webhook.said
    store = SqliteStore(Database(Path(settings["SIGNPOST_DATA"]) / "signpost.sqlite3"))
    [case] = store.pending(5)
    with serve("inbox", "inbox") as inbox:
        assert inbox.ask("POST", content=push({"case": case.id})).status_code == 204, inbox.said
    assert list(store.pending(5)) == []
    with serve("console", "console", SIGNPOST_LOCAL="1") as console:
        page = console.ask("GET", f"/cases/{case.id}")
    assert page.status_code == 200
    assert page.headers["Content-Type"] == "text/html; charset=utf-8"


def test_the_desk_in_the_cloud_lets_nobody_in_whom_its_proxy_did_not(serve: Serve) -> None:
    with serve("console", "console", SIGNPOST_IAP_AUDIENCE="/made/up") as console:
        for headers in ({}, {"X-Goog-IAP-JWT-Assertion": "a.b.c"}):
            assert console.ask("GET", headers=headers).status_code == 401
        said = console.said
    assert said.count("not let in") >= 2
    assert [word for word in MISSING if word in said] == [], said


def test_the_handshake_needs_nothing_but_its_token(serve: Serve) -> None:
    with serve("facebook", "facebook") as webhook:
        assert webhook.ask("GET", HANDSHAKE).status_code == 200


@pytest.mark.parametrize(("folder", "local"), [("principles", "0"), ("console", "1")])
def test_pages_have_their_style_sheets_with_them(serve: Serve, folder: str, local: str) -> None:
    with serve(folder, folder, SIGNPOST_LOCAL=local) as served:
        page = served.ask("GET").text
        sheets = [part.split('"', 1)[0] for part in page.split('href="')[1:] if ".css" in part.split('"', 1)[0]]
        assert len(sheets) >= 2
        for sheet in sheets:
            answer = served.ask("GET", "/" + sheet.lstrip("/"))
            assert (answer.status_code, answer.headers["Content-Type"]) == (200, "text/css; charset=utf-8")


def test_a_bundle_compiles_as_the_build_compiles_it(bundles: Path, python: Path, tmp_path: Path) -> None:
    for bundle in sorted(bundles.glob("*.zip")):
        with zipfile.ZipFile(bundle) as archive:
            archive.extractall(tmp_path / bundle.stem)
    done = subprocess.run([str(python), "-m", "compileall", "-q", str(tmp_path)], capture_output=True, check=False)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("package", ["pytest", "moto", "hypothesis", "wagtailnhsukfrontend", "infra", "shared"])
def test_the_clean_environment_is_clean(python: Path, tmp_path: Path, package: str) -> None:
    command = [str(python), "-c", f"import {package}"]
    done = subprocess.run(command, cwd=tmp_path, env={}, capture_output=True, check=False)
    assert done.returncode == 1
    assert b"ModuleNotFoundError" in done.stderr


def test_wrong_settings_stop_the_start_with_a_line_for_each(serve: Serve) -> None:
    """Whatever serves before goes on serving; whoever deploys reads what to mend."""
    with (
        pytest.raises(AssertionError) as stopped,
        serve("facebook", "facebook", SIGNPOST_ACOUNTS="{}", SIGNPOST_ALERTS='{"team": "nobody"}'),
    ):
        pass
    said = str(stopped.value)
    assert "SIGNPOST_ACOUNTS: is not a setting of ours" in said
    assert "SIGNPOST_ALERTS: must be an object of lists of mail addresses" in said
