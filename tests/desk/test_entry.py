"""The entry point, as the framework serves it."""

import json
from pathlib import Path

import pytest
from functions_framework import create_app
from werkzeug.test import Client

from functions.console import main
from shared import bootstrap
from shared.bootstrap import credentials
from shared.settings import Settings
from tests.desk.seeds import LIBRARY, NOW, Seeds, body, finding, send

FOLDER = Path(main.__file__).parent


@pytest.fixture
def served(seeds: Seeds, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Client:
    """The function in the framework, with a store and a key of its own, as on a laptop."""
    (tmp_path / "console-key").write_text("a key of this test\n")
    for place in (bootstrap, credentials):
        monkeypatch.setattr(place, "settings", lambda: Settings(tmp_path, tmp_path, {}, local=True))
    monkeypatch.setattr(bootstrap, "store", lambda: seeds.store)
    monkeypatch.setattr(bootstrap, "library", lambda: LIBRARY)
    monkeypatch.setattr(bootstrap, "clock", lambda: NOW)
    return Client(create_app("console", str(FOLDER / "main.py")))


def test_the_function_serves_pages_forms_and_assets(seeds: Seeds, served: Client) -> None:
    case = seeds.message("When?", finding("question"))
    assert "When?" in body(served.get("/"))
    assert send(served, f"/cases/{case.id}", f"/cases/{case.id}/claim").status_code == 303
    assert seeds.case(case.id).claim is not None
    assert served.get("/assets/nothing.css").status_code == 404


def test_on_the_cloud_nobody_gets_in(served: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bootstrap, "settings", lambda: Settings(tmp_path, tmp_path, {}, local=False))
    assert served.get("/").status_code == 401


def test_without_a_key_nothing_is_served_and_no_words_are_logged(
    served: Client, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "console-key").unlink()
    response = served.get("/")
    assert (response.status_code, body(response)) == (500, "")
    assert '"error": "ValueError at app.py:' in capsys.readouterr().out


def test_the_manifest_names_the_entry_point() -> None:
    manifest = json.loads((FOLDER / "function.json").read_text())
    assert [(entry["name"], entry["public"]) for entry in manifest["entry_points"]] == [("console", False)]
    assert callable(main.console)
