"""The numbered faults: each has a test that exists, or a reason why it belongs elsewhere."""

import ast
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from infra.manifests import ROOT

TESTS = ROOT / "tests"
ROWS = tomllib.loads(Path(__file__).with_name("rows.toml").read_text(encoding="utf-8"))
LOADS_EVERYTHING = """
import sys
import functions_framework
from infra.manifests import entry_points
for source, entry_point in entry_points():
    functions_framework.create_app(entry_point.name, str(source), "http")
print(sorted({name.partition(".")[0] for name in sys.modules} & {"grpc", "sqlite3"}))
"""


def test_every_row_has_tests_or_a_reason() -> None:
    assert list(ROWS) == [str(number) for number in range(1, 37)]
    assert [number for number, row in ROWS.items() if bool(row.get("tests")) == bool(row.get("elsewhere"))] == []


@pytest.mark.parametrize("node", [node for row in ROWS.values() for node in row.get("tests", ())])
def test_a_named_test_exists(node: str) -> None:
    path, name = node.split("::")
    tree = ast.parse((TESTS / path).read_text(encoding="utf-8"))
    assert name in {found.name for found in tree.body if isinstance(found, ast.FunctionDef)}


def test_a_numbered_test_is_named_by_its_row() -> None:
    found = {
        (str(int(made.name[6:8])), f"faults/{path.name}::{made.name}")
        for path in Path(__file__).parent.glob("test_*.py")
        for made in ast.parse(path.read_text(encoding="utf-8")).body
        if isinstance(made, ast.FunctionDef) and made.name.startswith("test_g") and made.name[6:8].isdigit()
    }
    assert found
    assert {node for number, node in found if node not in ROWS[number].get("tests", ())} == set()


def test_g28_no_client_is_built_at_import() -> None:
    """The server imports before it forks, and a channel does not survive that."""
    command = [sys.executable, "-c", LOADS_EVERYTHING]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=True)
    assert done.stdout.splitlines()[-1] == "[]"
