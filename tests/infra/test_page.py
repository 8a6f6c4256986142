"""The deployment page says what is there: its commands, files, settings and names are held to the real ones."""

import re
import tomllib

import pytest

from functions.facebook.outbound import SUBSCRIBED, VERSION
from infra.manifests import ROOT, EntryPoint, manifest
from tests.infra.planning import TERRAFORM

PAGE = (ROOT / "infra/README.md").read_text(encoding="utf-8")
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
VARIABLES = set(
    re.findall(r'^variable "(\w+)"', (TERRAFORM / "variables.tf").read_text(encoding="utf-8"), re.MULTILINE)
)
OPTIONAL = {name for name, field in EntryPoint.model_fields.items() if not field.is_required()} - {"topic", "schedule"}


@pytest.mark.parametrize("target", sorted(set(re.findall(r"(?:^    |`)make ([a-z-]+)", PAGE, re.MULTILINE))))
def test_its_commands_exist(target: str) -> None:
    assert re.search(rf"^{target}:", MAKEFILE, re.MULTILINE)


@pytest.mark.parametrize("path", sorted(set(re.findall(r"(?:infra|tests|functions|shared)/[\w./-]+\w", PAGE))))
def test_its_files_exist(path: str) -> None:
    if path.endswith("NAME") or path == "infra/terraform/terraform.tfvars":
        return
    assert (ROOT / path).exists()


def test_it_says_what_a_manifest_may_say() -> None:
    assert {name for name in OPTIONAL if f"`{name}`" not in PAGE} == set()


def test_the_settings_of_the_example_are_variables() -> None:
    example = (TERRAFORM / "terraform.tfvars.example").read_text(encoding="utf-8")
    named = set(re.findall(r"^(\w+) +=", example, re.MULTILINE))
    assert {"project", "accounts", "desk"} <= named <= VARIABLES
    assert set(re.findall(r"`(leave_out|secret_versions|warm|settings)`", PAGE)) <= VARIABLES


def test_every_secret_of_facebook_and_the_desk_is_explained() -> None:
    wanted = {
        secret
        for folder in ("facebook", "console")
        for entry in manifest(ROOT / "functions" / folder).entry_points
        for secret in entry.secrets
    }
    assert {name for name in wanted if f"| `{name}` |" not in PAGE} == set()


def test_facebook_is_asked_for_what_we_read() -> None:
    [fields] = re.findall(r"subscribed_fields=([a-z_,]+)", PAGE)
    assert set(fields.split(",")) >= SUBSCRIBED
    assert all(f"`{field}`" in PAGE for field in fields.split(","))
    assert f"graph.facebook.com/{VERSION}/" in PAGE


def test_what_it_says_of_time_is_so() -> None:
    topics = (TERRAFORM / "pubsub.tf").read_text(encoding="utf-8")
    [tries] = re.findall(r"max_delivery_attempts = (\d+)", topics)
    [seconds] = re.findall(r'retention_duration = "(\d+)s" # 31', topics)
    assert f"tried {tries} times" in PAGE
    assert f"for {int(seconds) // 86400} days" in PAGE


def test_checkovs_exceptions_each_say_what_they_are() -> None:
    text = (TERRAFORM / "checkov.yaml").read_text(encoding="utf-8")
    skipped = re.findall(r"^  - (CKV\w+)(?: # (.+))?$", text, re.MULTILINE)
    assert len(skipped) == 5
    assert all(why for _, why in skipped)


def test_checkov_is_pinned_with_digests() -> None:
    pins = (ROOT / "infra/requirements/checkov.txt").read_text(encoding="utf-8")
    lines = [line for line in pins.splitlines() if re.match(r"[a-z0-9]", line)]
    assert len(lines) > 50
    assert all(re.match(r"[\w.-]+==\S+.*\\$", line) for line in lines)
    asked = (ROOT / "infra/requirements/checkov.in").read_text(encoding="utf-8")
    assert re.findall(r"^checkov==\S+", asked, re.MULTILINE)[0] in pins


def test_the_counts_of_these_suites_are_stated() -> None:
    stated = tomllib.loads((ROOT / "tests/counts.toml").read_text(encoding="utf-8"))["least"]
    assert {"bundles", "infra"} <= set(stated)
