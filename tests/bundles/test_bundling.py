"""What is in a bundle, that the same sources give the same bytes, and that a broken folder breaks no other."""

import io
import json
import os
import re
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from infra.bundling.building import build
from infra.bundling.contents import PACKAGED, BundleError
from infra.cli.main import main
from infra.manifests import ROOT, EntryPoint, folders, manifest

HTTP = {"trigger": "http", "public": True, "memory": "256Mi", "secrets": ["a"]}
MAIN = "def {name}(request):\n    return 'ok'\n"


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """Sources of a small project with the folders `one` and `two`."""
    root = tmp_path / "tree"
    for name in ("one", "two"):
        write(root / f"functions/{name}/main.py", MAIN.format(name=name))
        write(root / f"functions/{name}/function.json", json.dumps({"entry_points": [{"name": name, **HTTP}]}))
    write(root / "functions/__init__.py", "")
    write(root / "shared/data.toml", "a = 1\n")
    write(root / "requirements.txt", "flask==3.1.3\n")
    return root


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def bundled(root: Path, *names: str) -> dict[str, bytes]:
    """The bytes of every bundle that could be made, by folder."""
    to = root.with_name("out")
    shutil.rmtree(to, ignore_errors=True)
    list(build(names, to, root / "functions"))
    return {path.stem: path.read_bytes() for path in to.glob("*.zip")}


def files(bundle: Path) -> list[str]:
    with zipfile.ZipFile(bundle) as archive:
        return archive.namelist()


@pytest.mark.parametrize("folder", [path.name for path in folders()])
def test_a_bundle_is_its_folder_what_is_shared_requirements_and_an_entry_file(bundles: Path, folder: str) -> None:
    names = files(bundles / f"{folder}.zip")
    assert names == sorted(names)
    tops = {name.split("/")[0] for name in names}
    assert tops - {path.split("/")[0] for path in names if "nhsuk" in path} == {
        "functions",
        "shared",
        "main.py",
        "requirements.txt",
    }
    assert {name.split("/")[1] for name in names if name.startswith("functions/")} == {"__init__.py", folder}
    assert not [name for name in names if "__pycache__" in name or name.endswith(".pyc")]
    with zipfile.ZipFile(bundles / f"{folder}.zip") as archive:
        assert archive.read("requirements.txt") == (ROOT / "requirements.txt").read_bytes()
        entries = ", ".join(entry.name for entry in manifest(ROOT / "functions" / folder).entry_points)
        main = archive.read("main.py").decode()
        assert f"from functions.{folder}.main import {entries}\n" in main
        assert main.endswith(
            "bootstrap.settings()  # wrong settings stop the start, and the revision before goes on serving\n"
        )


def test_the_same_sources_elsewhere_and_later_are_the_same_bytes(tree: Path, tmp_path: Path) -> None:
    before = bundled(tree)
    other = tmp_path / "elsewhere" / "tree"
    shutil.copytree(tree, other)
    for path in [*other.rglob("*")]:
        os.utime(path, (0, 0))
        path.chmod(0o700)
    write(other / "shared/__pycache__/x.pyc", "compiled")
    write(other / "functions/one/.hidden", "an editor's")
    assert bundled(other) == before
    with zipfile.ZipFile(io.BytesIO(before["one"])) as archive:
        said = {(e.date_time, e.external_attr >> 16, e.create_system, e.compress_type) for e in archive.infolist()}
    assert said == {((1980, 1, 1, 0, 0, 0), 0o100644, 3, zipfile.ZIP_STORED)}


@pytest.mark.parametrize(
    ("changed", "other"),
    [
        ("functions/one/main.py", {"one"}),
        ("functions/one/words.toml", {"one"}),
        ("functions/two/main.py", {"two"}),
        ("shared/data.toml", {"one", "two"}),
        ("requirements.txt", {"one", "two"}),
    ],
)
def test_a_change_redeploys_what_it_concerns_and_nothing_else(tree: Path, changed: str, other: set[str]) -> None:
    before = bundled(tree)
    with (tree / changed).open("a", encoding="utf-8") as file:
        file.write("# changed\n")
    after = bundled(tree)
    assert {name for name in after if after[name] != before[name]} == other


def _link(root: Path) -> None:
    (root / "functions/two/linked").symlink_to(root / "shared")


BREAKS: dict[str, Callable[[Path], object]] = {
    "two/main.py:1: not Python": lambda root: write(root / "functions/two/main.py", "def two(:\n"),
    "two/other.py:2: not Python": lambda root: write(root / "functions/two/other.py", "\nx = = 1\n"),
    "two/main.py: missing": lambda root: (root / "functions/two/main.py").unlink(),
    "two/main.py: no function two": lambda root: write(root / "functions/two/main.py", "def deux(): ...\n"),
    "two/function.json: the file: Invalid JSON": lambda root: write(root / "functions/two/function.json", "{"),
    "two/function.json: entry_points: Field": lambda root: write(root / "functions/two/function.json", "{}"),
    "two/linked: a link": _link,
}


@pytest.mark.parametrize("why", BREAKS)
def test_one_broken_folder_stops_no_other(tree: Path, why: str) -> None:
    before = bundled(tree)
    BREAKS[why](tree)
    to = tree.with_name("again")
    made = list(build([], to, tree / "functions"))
    [wrong] = [one for one in made if isinstance(one, BundleError)]
    assert why in str(wrong)
    assert (to / "one.zip").read_bytes() == before["one"]
    assert not (to / "two.zip").exists()
    assert json.loads((to / "bundles.json").read_bytes())["missing"] == ["two"]


def test_a_folder_that_breaks_keeps_its_last_good_bundle(tree: Path) -> None:
    before, to = bundled(tree), tree.with_name("out")
    write(tree / "functions/two/main.py", "def two(:\n")
    write(tree / "shared/data.toml", "a = 2\n")
    list(build([], to, tree / "functions"))
    table = json.loads((to / "bundles.json").read_bytes())
    assert (to / "two.zip").read_bytes() == before["two"]
    assert (to / "one.zip").read_bytes() != before["one"]
    assert set(table["functions"]) == {"one", "two"}
    assert table["missing"] == []


def test_one_folder_is_bundled_alone_and_the_table_keeps_the_others(tree: Path) -> None:
    bundled(tree)
    to = tree.with_name("out")
    write(tree / "functions/one/main.py", MAIN.format(name="one") + "# changed\n")
    [made] = build(["one"], to, tree / "functions")
    assert not isinstance(made, BundleError)
    table = json.loads((to / "bundles.json").read_bytes())
    assert table["bundles"]["one"]["sha256"] == made["sha256"]
    assert set(table["bundles"]) == {"one", "two"}


def test_a_folder_that_is_gone_is_not_in_the_table(tree: Path) -> None:
    bundled(tree)
    shutil.rmtree(tree / "functions/two")
    list(build([], tree.with_name("out"), tree / "functions"))
    assert set(json.loads((tree.with_name("out") / "bundles.json").read_bytes())["functions"]) == {"one"}


def test_the_command_says_what_it_made(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["bundle", "inbox", "--to", str(tmp_path)]) == 0
    made = json.loads(capsys.readouterr().out)
    assert (made["folder"], made["file"]) == ("inbox", "inbox.zip")
    assert made["bytes"] == (tmp_path / "inbox.zip").stat().st_size
    assert re.fullmatch(r"[0-9a-f]{64}", made["sha256"])


def test_the_command_refuses_a_name_there_is_none_of(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["bundle", "nowhere", "inbox", "--to", str(tmp_path)]) == 1
    output, errors = capsys.readouterr()
    assert json.loads(output)["folder"] == "inbox"
    assert errors == "signpost: nowhere: there is no function.json\n"


def test_every_package_installed_without_dependencies_goes_along() -> None:
    text = (ROOT / "infra/requirements/assets.in").read_text(encoding="utf-8")
    assert set(re.findall(r"^([a-z0-9-]+)==", text, re.MULTILINE)) == set(PACKAGED)


TOPICS = ["actions-x", "actions-y", "dead-letters", "lookups-x", "needs-human"]
ASKED = ["actions-x", "actions-y", "lookups-x", "needs-human"]
USUAL = [
    ("x", {"name": "x", "trigger": "http", "public": True, "secrets": ["s"]}, ["needs-human"], True),
    ("page", {"name": "page", "trigger": "http", "public": True, "secrets": []}, [], False),
    ("desk", {"name": "desk", "trigger": "http", "public": False}, ["actions-x", "actions-y", "needs-human"], True),
    ("inbox", {"name": "inbox", "trigger": "topic", "topic": "needs-human"}, ASKED, True),
    ("x", {"name": "x_send", "trigger": "topic", "topic": "actions-x"}, [], True),
    ("x", {"name": "x_lookup", "trigger": "topic", "topic": "lookups-x"}, ["needs-human"], True),
    ("x", {"name": "x_poll", "trigger": "schedule"}, ["needs-human"], True),
    ("sweep", {"name": "sweep", "trigger": "schedule"}, ASKED, True),
    ("sweep", {"name": "sweep", "trigger": "schedule", "publishes": ["needs-*"], "store": False}, TOPICS[-1:], False),
    ("sweep", {"name": "dead_letters", "trigger": "topic", "topic": "dead-letters", "publishes": []}, [], True),
]


@pytest.mark.parametrize(("folder", "entry", "topics", "store"), USUAL)
def test_what_a_manifest_leaves_open_is_settled_narrowly(
    folder: str, entry: dict[str, object], topics: list[str], store: bool
) -> None:
    found = EntryPoint.model_validate({"public": False, "memory": "256Mi", "secrets": [], **entry})
    assert found.topics_of(folder, TOPICS) == topics
    assert found.opens_store is store


def test_no_work_may_take_longer_than_what_is_told_to_stop_is_given() -> None:
    with pytest.raises(ValueError, match="less than or equal to 10"):
        EntryPoint.model_validate({"name": "a", **HTTP, "timeout": 11})
