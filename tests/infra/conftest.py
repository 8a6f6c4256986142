"""What the tests of the deployment start from: Terraform's plan of this tree, made once."""

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from infra.manifests import ROOT
from tests.conftest import CI
from tests.infra.planning import Plan, Site, Terraform, running, site


@pytest.fixture(scope="session")
def terraform() -> Iterator[Terraform]:
    """Run Terraform. Without it these tests skip, and in CI fail."""
    if shutil.which("terraform") is None:
        if CI:
            pytest.fail("Terraform is not installed: in CI it must be there")
        pytest.skip("Terraform is not installed")
    with running() as run:
        yield run


@pytest.fixture(scope="session")
def deployment(tmp_path_factory: pytest.TempPathFactory, terraform: Terraform) -> Site:
    """The deployment of this tree."""
    return site(tmp_path_factory.mktemp("site"), terraform)


@pytest.fixture(scope="session")
def plan(deployment: Site) -> Plan:
    """What `terraform apply` would make in an empty project."""
    made = deployment.plan()
    assert isinstance(made, Plan), made
    return made


@pytest.fixture
def copy(deployment: Site, tmp_path: Path) -> Site:
    """A place of its own, to break."""
    shutil.copytree(deployment.root, tmp_path / "site")
    return Site(tmp_path / "site", deployment.run)


@pytest.fixture
def terraform_with(copy: Site) -> Callable[[Any], Plan]:
    """The plan with other indexes."""

    def planned(indexes: Any) -> Plan:
        (copy.root / "firestore.indexes.json").write_text(json.dumps(indexes), encoding="utf-8")
        made = copy.plan()
        assert isinstance(made, Plan), made
        return made

    return planned


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A copy of what is bundled: its folder of functions."""
    for name in ("functions", "shared"):
        shutil.copytree(ROOT / name, tmp_path / "tree" / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "requirements.txt", tmp_path / "tree")
    return tmp_path / "tree/functions"


@pytest.fixture
def new_folder(terraform: Terraform, tmp_path: Path, tree: Path) -> Plan:
    """The plan of this tree with one more folder of functions."""
    (tree / "pigeon").mkdir()
    manifest = Path(__file__).with_name("pigeon.json").read_text(encoding="utf-8")
    (tree / "pigeon/function.json").write_text(manifest, encoding="utf-8")
    names = [entry["name"] for entry in json.loads(manifest)["entry_points"]]
    (tree / "pigeon/main.py").write_text("".join(f"def {name}(): ...\n" for name in names), encoding="utf-8")
    made = site(tmp_path / "site", terraform, tree).plan()
    assert isinstance(made, Plan), made
    return made
