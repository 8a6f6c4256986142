"""Folders, manifests, entry points, fixtures and the README's table say the same things: what one lacks fails."""

import importlib
import json
import re
import tomllib
from pathlib import Path
from types import ModuleType

import pytest

from infra.local.defaults import ACCOUNTS
from infra.local.relay import subscriptions
from infra.manifests import FUNCTIONS, ROOT, entry_points, folders, manifest
from infra.signing import SIGNERS
from shared.domain.message import Platform
from shared.service.intake import TOPIC
from shared.service.parking import TOPIC as DEAD_LETTERS

FOLDERS = [path.name for path in folders()]
PLATFORMS = [platform.value for platform in Platform]
README = (ROOT / "README.md").read_text(encoding="utf-8")
ALLOWED_AT_ROOT = {
    "functions",
    "shared",
    "infra",
    "tests",
    "README.md",
    "requirements.txt",
    "pyproject.toml",
    "Makefile",
    "LICENSE",
}


def module(name: str) -> ModuleType:
    return importlib.import_module(f"functions.{name}.main")


def table(heading: str) -> list[list[str]]:
    """The rows of the README's table under a heading, cell by cell."""
    section = README.split(f"## {heading}\n", 1)[1].split("\n## ", 1)[0]
    rows = [line.strip("|").split("|") for line in section.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in row] for row in rows[2:]]


def test_every_folder_of_functions_has_a_manifest_and_an_entry_file() -> None:
    found = {path.name for path in FUNCTIONS.iterdir() if path.is_dir() and path.name != "__pycache__"}
    assert found == set(FOLDERS)
    assert all((FUNCTIONS / name / "main.py").is_file() for name in FOLDERS)


@pytest.mark.parametrize("name", FOLDERS)
def test_manifest_and_entry_points_say_the_same(name: str) -> None:
    import functions_framework._function_registry as registry

    listed = {entry.name for entry in manifest(FUNCTIONS / name).entry_points}
    here = module(name)
    defined = {attr for attr, value in vars(here).items() if getattr(value, "__module__", "") == here.__name__
               and attr in registry.REGISTRY_MAP}  # fmt: skip
    assert listed == defined


def test_names_of_entry_points_are_unique_and_fit_cloud_run() -> None:
    names = [entry.name for _, entry in entry_points()]
    assert len(names) == len(set(names))
    assert all(re.fullmatch(r"[a-z][a-z_]{0,40}", name) for name in names)


def test_only_webhooks_and_the_public_page_are_public() -> None:
    public = {entry.name for _, entry in entry_points() if entry.public}
    assert public == {*SIGNERS, "principles"}


def test_every_topic_that_is_published_to_has_a_function() -> None:
    lookups = {f"lookups-{name}" for name in PLATFORMS if f"{name}_lookup" in vars(module(name))}
    actions = {f"actions-{name}" for name in PLATFORMS}
    assert {s.topic for s in subscriptions()} == {TOPIC, DEAD_LETTERS, *actions, *lookups}


@pytest.mark.parametrize("name", PLATFORMS)
def test_what_may_come_without_words_can_be_looked_up(name: str) -> None:
    source = "".join(path.read_text(encoding="utf-8") for path in (FUNCTIONS / name).glob("*.py"))
    assert ("incomplete=" in source) <= (f"{name}_lookup" in vars(module(name)))


@pytest.mark.parametrize("name", PLATFORMS)
def test_a_platform_is_short_and_has_no_copy_of_anothers_work(name: str) -> None:
    """Platform code is parsing, signing and calling only."""
    lines = sum(len(path.read_text(encoding="utf-8").splitlines()) for path in (FUNCTIONS / name).glob("*.py"))
    assert lines <= 350
    assert f"{name}_poll" in vars(module(name)), "every channel is looked after by a schedule"


@pytest.mark.parametrize("name", PLATFORMS)
def test_a_platform_is_one_folder_with_fixtures_a_signer_and_a_local_account(name: str) -> None:
    assert {path.name for path in (FUNCTIONS / name).glob("*.py")} >= {"main.py", "inbound.py", "outbound.py"}
    deliveries = {path.stem for path in (ROOT / "tests/fixtures" / name).glob("*.json")}
    expected = {path.name.split(".")[0] for path in (ROOT / "tests/fixtures" / name).glob("*.expected.jsonl")}
    assert deliveries
    assert deliveries == expected
    assert (name in SIGNERS) is hasattr(module(name), "WEBHOOK")
    assert name in ACCOUNTS


def test_the_readme_lists_every_folder_of_functions() -> None:
    assert {row[0].strip("`") for row in table("The functions")} == set(FOLDERS)


def test_the_readme_lists_every_platform() -> None:
    rows = {row[0].strip("`"): row for row in table("The platforms")}
    assert set(rows) == set(PLATFORMS)
    for name, row in rows.items():
        assert row[1].strip("`") == ", ".join(ACCOUNTS[name])


def test_the_readme_lists_every_placeholder_of_the_principles() -> None:
    data = ROOT / "shared/principles/data"
    latest = tomllib.loads(max(data.glob("*.toml")).read_text(encoding="utf-8"))
    names = set(_placeholders(latest))
    assert names
    listed = {row[0].strip("`") for row in table("What CNTW still has to fill in")}
    assert names <= listed, "a placeholder of the principles is not in the README"


def _placeholders(value: object, path: str = "") -> list[str]:
    if isinstance(value, list):
        return [found for item in value for found in _placeholders(item, path)]
    if not isinstance(value, dict):
        return []
    mine = [path] if value.get("placeholder") is True else []
    return mine + [found for key, inner in value.items() for found in _placeholders(inner, f"{path}.{key}".strip("."))]


def test_the_readme_lists_every_command() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in ("run", "test", "check"):
        assert f"make {target}" in README
        assert re.search(rf"^{target}:.*## ", makefile, re.MULTILINE)


def test_nothing_else_stands_at_the_root() -> None:
    tracked = {path.name for path in ROOT.iterdir() if not path.name.startswith(".")}
    made = {"build", "__pycache__", *(path.name for path in ROOT.glob("*.egg-info"))}
    assert tracked - made == ALLOWED_AT_ROOT


def test_requirements_are_pinned_and_hashed_and_hold_nothing_of_the_tests() -> None:
    text = (ROOT / "requirements.txt").read_text(encoding="utf-8")
    pins = re.findall(r"^([a-z0-9-]+)==[^ ]+ ?.*\\\n(?: +--hash=sha256:[0-9a-f]{64}(?: \\)?\n)+", text, re.MULTILINE)
    lines = re.findall(r"^[a-z0-9-]+.*$", text, re.MULTILINE)
    assert len(pins) == len(lines)
    assert {"functions-framework", "google-cloud-firestore", "google-cloud-pubsub", "pydantic"} <= set(pins)
    assert not {"pytest", "moto", "hypothesis", "playwright", "mypy"} & set(pins)


def test_no_python_file_is_too_long_to_live_in() -> None:
    sizes = {
        str(path.relative_to(ROOT)): len(path.read_text(encoding="utf-8").splitlines())
        for top in ("functions", "shared", "infra")
        for path in (ROOT / top).rglob("*.py")
    }
    assert {name: size for name, size in sizes.items() if size > 200} == {}


def test_only_the_composition_root_reads_the_environment_and_the_clock() -> None:
    wild = re.compile(r"os\.environ|os\.getenv|datetime\.now\(|time\.time\(|utcnow")
    found = {
        str(path.relative_to(ROOT))
        for top in ("functions", "shared")
        for path in (ROOT / top).rglob("*.py")
        if wild.search(path.read_text(encoding="utf-8"))
    }
    assert found == {"shared/bootstrap/environment.py"}


def test_stated_counts_name_real_suites() -> None:
    stated = tomllib.loads((ROOT / "tests/counts.toml").read_text(encoding="utf-8"))["least"]
    suites = {path.relative_to(ROOT / "tests").parts[0] for path in (ROOT / "tests").rglob("test_*.py")}
    assert set(stated) == suites
    assert all(least > 0 for least in stated.values())


def test_manifests_are_json_that_terraform_can_read() -> None:
    for folder in folders():
        assert isinstance(json.loads((folder / "function.json").read_text(encoding="utf-8"))["entry_points"], list)


def test_no_dependency_is_named_twice_with_two_versions() -> None:
    run = _pins(ROOT / "requirements.txt")
    dev = _pins(ROOT / "infra/requirements/dev.txt")
    assert {name: (run[name], dev[name]) for name in run.keys() & dev.keys() if run[name] != dev[name]} == {}


def _pins(path: Path) -> dict[str, str]:
    return dict(re.findall(r"^([a-z0-9-]+)==([^ ;]+)", path.read_text(encoding="utf-8"), re.MULTILINE))
