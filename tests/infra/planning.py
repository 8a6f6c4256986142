"""Terraform's own plan of the deployment, made offline: in tests, and as a file by `python -m tests.infra.planning`."""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from infra.bundling.building import build
from infra.local.defaults import ACCOUNTS
from infra.manifests import ROOT
from tests.infra.provider import providers

TERRAFORM = ROOT / "infra/terraform"
SECONDS = 120


@dataclass(frozen=True)
class Plan:
    """What would be made. Each resource is its address, type, key and the values that are known."""

    resources: list[Mapping[str, Any]]
    outputs: Mapping[str, Any]

    def of(self, type_: str, name: str | None = None) -> dict[str, Mapping[str, Any]]:
        """The values of each resource of a type (and name), by key; by name where there is but one."""
        return {
            str(one.get("index", one["name"])): one["values"]
            for one in self.resources
            if one["type"] == type_ and name in (None, one["name"]) and one["mode"] == "managed"
        }

    def resources_of(self, type_: str) -> list[Mapping[str, Any]]:
        """The values of every resource of a type, whatever their names."""
        return [one["values"] for one in self.resources if one["type"] == type_ and one["mode"] == "managed"]


Terraform = Callable[..., "subprocess.CompletedProcess[str]"]


@contextmanager
def running() -> Iterator[Terraform]:
    """Terraform against Google's schema, with nothing to download."""
    with providers() as addresses:
        env = {"PATH": os.environ["PATH"], "HOME": "/nonexistent", "CHECKPOINT_DISABLE": "1"}

        def run(*arguments: str, cwd: Path = TERRAFORM) -> "subprocess.CompletedProcess[str]":
            command = ["terraform", *arguments]
            told = {**env, "TF_REATTACH_PROVIDERS": addresses}
            return subprocess.run(
                command, cwd=cwd, env=told, capture_output=True, text=True, timeout=SECONDS, check=False
            )

        yield run


@dataclass(frozen=True)
class Site:
    """A copy of the Terraform files with the bundles of a tree of manifests."""

    root: Path
    run: Terraform

    def plan(self, **variables: Any) -> "Plan | str":
        """The plan, or what Terraform said instead."""
        given = {**VARIABLES, **variables}
        (self.root / "terraform/test.auto.tfvars.json").write_text(json.dumps(given), encoding="utf-8")
        made = self.run("plan", "-input=false", "-no-color", "-out=plan", cwd=self.root / "terraform")
        if made.returncode:
            return made.stderr
        shown = self.run("show", "-json", "plan", cwd=self.root / "terraform")
        values = json.loads(shown.stdout)["planned_values"]
        return Plan(values["root_module"]["resources"], values.get("outputs", {}))


VARIABLES = {
    "project": "made-up",
    "bundles": "../bundles",
    "accounts": {platform: dict(accounts) for platform, accounts in ACCOUNTS.items()},
    "desk": ["group:communications@example.org"],
}


def site(root: Path, run: Terraform, functions: Path = ROOT / "functions") -> Site:
    """A place to plan in: no backend, bundles made there."""
    shutil.copytree(TERRAFORM, root / "terraform", ignore=shutil.ignore_patterns("*.tfvars", ".terraform*", "schema"))
    versions = root / "terraform/versions.tf"
    text = versions.read_text(encoding="utf-8")
    versions.write_text(re.sub(r'\n  backend "gcs" \{.*?\n  \}\n', "", text, flags=re.DOTALL), encoding="utf-8")
    shutil.copy(ROOT / "infra/firestore.indexes.json", root)
    list(build([], root / "bundles", functions))
    done = run("init", "-input=false", "-no-color", cwd=root / "terraform")
    assert done.returncode == 0, done.stderr
    return Site(root, run)


def main(to: str) -> None:
    """Write the plan of this tree for others to look at, such as checkov. Raises `SystemExit` where there is none."""
    with tempfile.TemporaryDirectory() as folder, running() as run:
        place = site(Path(folder) / "site", run)
        made = place.plan()
        if isinstance(made, str):
            raise SystemExit(made)
        Path(to).write_text(place.run("show", "-json", "plan", cwd=place.root / "terraform").stdout, encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1])
