"""Terraform's files: their format, the provider's schema, and what they refuse. All of it offline."""

import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest

from infra.terraform.schema.extract import TABLE
from tests.infra.msgpack import UNKNOWN, pack, unpack
from tests.infra.planning import TERRAFORM, Plan, Site, Terraform, site

SCHEMA = json.loads(TABLE.read_bytes())
FILES = sorted(TERRAFORM.glob("*.tf"))


def test_the_files_are_in_terraforms_own_format(terraform: Terraform) -> None:
    done = terraform("fmt", "-check", "-diff", "-no-color")
    assert (done.returncode, done.stdout) == (0, "")


def test_every_argument_is_in_the_providers_schema(deployment: Site) -> None:
    done = deployment.run("validate", "-no-color", cwd=deployment.root / "terraform")
    assert done.returncode == 0, done.stderr + done.stdout


BREAKS = {
    "functions.tf: available_memory  ": ("memory_there_is_none_of", "Unsupported argument"),
    "functions.tf: storage_source {": ("storage_sauce {", "Unsupported block type"),
    "bundles.tf: location                    = var.region": ("", 'argument "location" is required'),
    "pubsub.tf: push_endpoint = google_cloudfunctions2_function.this[each.key].service_config[0].uri": (
        "push_endpoint = google_cloudfunctions2_function.this[each.key].service_config[0].address",
        "Unsupported attribute",
    ),
    "secrets.tf: user_managed {": ('user_managed {\n      location = "europe-west2"', "Unsupported argument"),
    "firestore.tf: resource \"google_firestore_database\"": (
        'resource "google_firestore_databank"', "google_firestore_databank"
    ),
}  # fmt: skip


@pytest.mark.parametrize("where", BREAKS)
def test_what_is_not_in_the_schema_is_refused(copy: Site, where: str) -> None:
    (file, text), (instead, why) = where.split(": ", 1), BREAKS[where]
    path = copy.root / "terraform" / file
    assert text in path.read_text(encoding="utf-8")
    path.write_text(path.read_text(encoding="utf-8").replace(text, instead, 1), encoding="utf-8")
    said = copy.plan()
    assert isinstance(said, str), "planned all the same"
    assert why in " ".join(said.split())


def test_the_provider_is_of_the_version_that_the_schema_was_taken_from() -> None:
    asked = re.findall(r'version = "~> ([0-9.]+)"', (TERRAFORM / "versions.tf").read_text(encoding="utf-8"))
    assert {SCHEMA[name]["version"].rsplit(".", 1)[0] for name in ("google", "google-beta")} == set(asked)


def test_the_table_holds_what_is_used_and_nothing_else() -> None:
    text = "\n".join(path.read_text(encoding="utf-8") for path in FILES)
    used = set(re.findall(r'^(?:resource|data) "(google_\w+)"', text, re.MULTILINE))
    assert {name for one in SCHEMA.values() for kind in ("resource", "data") for name in one[kind]} == used


def test_a_schema_has_the_depth_and_the_demands_of_the_original() -> None:
    function = SCHEMA["google"]["resource"]["google_cloudfunctions2_function"]
    volume = function["blocks"]["service_config"]["blocks"]["secret_volumes"]
    assert {name for name, one in volume["arguments"].items() if one["required"]} == {
        "mount_path",
        "project_id",
        "secret",
    }
    assert volume["many"]
    assert volume["blocks"]["versions"]["arguments"]["path"] == {"required": True, "type": "string"}
    assert function["blocks"]["service_config"]["gives"]["uri"] == "string"
    assert function["arguments"]["labels"]["type"] == ["map", "string"]


REFUSED: dict[str, dict[str, Any]] = {
    "europe-west2": {"region": "us-central1"},
    "No secret is mounted for other-signing": {"accounts": {"facebook": {"100000000000001": "other"}}},
    "never allUsers": {"desk": ["allUsers"]},
    "never allUsers, allAuthenticatedUsers": {"desk": ["group:a@example.org", "domain:example.org"]},
}


@pytest.mark.parametrize("why", REFUSED)
def test_an_unsafe_setting_is_refused(deployment: Site, why: str) -> None:
    said = deployment.plan(**REFUSED[why])
    assert isinstance(said, str)
    assert why in " ".join(said.replace("│", " ").split())


def test_the_example_of_settings_is_complete(copy: Site) -> None:
    folder = copy.root / "terraform"
    (folder / "test.auto.tfvars.json").write_text('{"bundles": "../bundles"}', encoding="utf-8")
    shutil.copy(TERRAFORM / "terraform.tfvars.example", folder / "terraform.tfvars")
    done = copy.run("plan", "-input=false", "-no-color", cwd=folder)
    assert done.returncode == 0, done.stderr


def _broken(functions: Path) -> None:
    path = functions / "principles/main.py"
    path.write_text("def principles(:\n", encoding="utf-8")


def test_a_folder_without_a_bundle_is_not_taken_down_by_accident(
    terraform: Terraform, tmp_path: Path, tree: Path
) -> None:
    _broken(tree)
    place = site(tmp_path / "site", terraform, tree)
    said = place.plan()
    assert isinstance(said, str)
    assert "No bundle of principles" in said
    assert isinstance(place.plan(leave_out=["principles"]), Plan)


def test_one_broken_folder_does_not_stop_the_others(terraform: Terraform, tmp_path: Path, tree: Path) -> None:
    _broken(tree)
    place = site(tmp_path / "site", terraform, tree)
    place.plan()
    target = '-target=google_cloudfunctions2_function.this["inbox"]'
    done = place.run("plan", "-input=false", "-no-color", target, cwd=place.root / "terraform")
    assert done.returncode == 0, done.stderr
    assert 'google_cloudfunctions2_function.this["inbox"] will be created' in done.stdout


def test_secrets_can_be_made_before_anything_needs_their_values(copy: Site) -> None:
    copy.plan()
    targets = ["-target=google_secret_manager_secret.this", "-target=google_project_service_identity.iap"]
    done = copy.run("plan", "-input=false", "-no-color", *targets, cwd=copy.root / "terraform")
    assert done.returncode == 0, done.stderr
    assert "google_secret_manager_secret.this" in done.stdout
    assert "google_cloudfunctions2_function" not in done.stdout


@pytest.mark.parametrize(
    ("packed", "value"),
    [
        (b"\x82\xa1a\x93\x01\xff\xc0\xa1b\xc3", {"a": [1, -1, None], "b": True}),
        (b"\xcd\x01\x00", 256),
        (b"\xd9\x03abc", "abc"),
        (b"\xcb?\xf8\x00\x00\x00\x00\x00\x00", 1.5),
        (b"\xd1\xff\x00", -256),
    ],
)
def test_what_terraform_says_is_read_and_written(packed: bytes, value: object) -> None:
    assert unpack(packed) == value
    assert unpack(pack(value)) == value


@pytest.mark.parametrize("packed", [b"\xd4\x00\x00", b"\xc7\x02\x0c\x80\x80", b"\xd5\x0c\x80\x80"])
def test_what_is_not_known_yet_is_told_apart(packed: bytes) -> None:
    assert unpack(b"\x92" + packed + b"\x07") == [UNKNOWN, 7]
    assert unpack(pack([UNKNOWN, 7])) == [UNKNOWN, 7]
