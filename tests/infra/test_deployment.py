"""Our own policies, checked on what Terraform would make: who may do what, where data is, and what catches failures."""

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from infra.local.defaults import ACCOUNTS
from infra.manifests import ROOT, EntryPoint, entry_points, folders
from shared import settings
from shared.service import parking
from tests.infra.planning import Plan, Site

ENTRIES: dict[str, tuple[str, EntryPoint]] = {e.name: (source.parent.name, e) for source, e in entry_points()}
PUBLIC = {name for name, (_, entry) in ENTRIES.items() if entry.public}
DESKS = {name for name, (_, entry) in ENTRIES.items() if entry.trigger == "http" and not entry.public}
TOPICAL = {name: entry.topic for name, (_, entry) in ENTRIES.items() if entry.trigger == "topic"}
CLOCKED = {name: entry.schedule for name, (_, entry) in ENTRIES.items() if entry.trigger == "schedule"}
TOPICS = {topic for topic in TOPICAL.values() if topic}
REGION = "europe-west2"
INDEXES = json.loads((ROOT / "infra/firestore.indexes.json").read_bytes())


def service(name: str) -> str:
    return name.replace("_", "-")


def account(name: str) -> str:
    """The member that a function runs as, as the made-up provider gives it."""
    return f"signpost-{service(name)}.member"


def functions(plan: Plan) -> Mapping[str, Mapping[str, Any]]:
    return plan.of("google_cloudfunctions2_function")


def config(plan: Plan, name: str) -> Mapping[str, Any]:
    [found] = functions(plan)[name]["service_config"]
    return found  # type: ignore[no-any-return]


def invokers(plan: Plan) -> set[tuple[str, str]]:
    grants = plan.of("google_cloud_run_v2_service_iam_member").items()
    names = ("public", "proxy", "push", "clock")
    found = {
        (one["name"], one["member"])
        for name in names
        for one in plan.of("google_cloud_run_v2_service_iam_member", name).values()
    }
    assert {(one["name"], one["member"]) for _, one in grants} <= found
    return found


def every_value(value: Any, key: str = "") -> Iterator[tuple[str, Any]]:
    """Every value below, with the name it stands under."""
    if isinstance(value, Mapping):
        for name, inner in value.items():
            yield from every_value(inner, name)
    elif isinstance(value, list):
        for inner in value:
            yield from every_value(inner, key)
    else:
        yield key, value


# ---- who may do what


def test_only_webhooks_and_the_public_page_are_open_to_the_world(plan: Plan) -> None:
    open_ = {name for name, member in invokers(plan) if member == "allUsers"}
    assert open_ == {service(name) for name in PUBLIC}
    members = [value for one in plan.resources for key, value in every_value(one["values"]) if key == "member"]
    assert members.count("allUsers") == len(PUBLIC)
    assert "allAuthenticatedUsers" not in members


def test_who_is_not_the_world_calls_only_what_it_is_there_for(plan: Plan) -> None:
    assert {(name, who) for name, who in invokers(plan) if who != "allUsers"} == {
        *((service(name), "signpost-push.member") for name in TOPICAL),
        *((service(name), "signpost-clock.member") for name in CLOCKED),
        *((service(name), "iap.googleapis.com.member") for name in DESKS),
    }
    assert {one["role"] for one in plan.of("google_cloud_run_v2_service_iam_member").values()} == {"roles/run.invoker"}


def test_roles_on_the_whole_project_are_these_and_conditional(plan: Plan) -> None:
    found = {
        (one["role"], one["member"], *(condition["expression"] for condition in one["condition"]))
        for kind in ("store", "build_sources", "build_logs")
        for one in plan.of("google_project_iam_member", kind).values()
    }
    database = 'resource.name == "projects/made-up/databases/(default)"'
    bucket = f'resource.name.startsWith("projects/_/buckets/gcf-v2-sources-100000000000-{REGION}")'
    assert found == {
        *(("roles/datastore.user", account(name), database) for name, (_, e) in ENTRIES.items() if e.opens_store),
        ("roles/storage.objectViewer", "signpost-build.member", bucket),
        ("roles/logging.logWriter", "signpost-build.member"),  # logs belong to a project and to nothing smaller
    }
    assert len(found) == sum(one["type"] == "google_project_iam_member" for one in plan.resources)


def test_grants_add_one_member_and_never_replace_a_policy(plan: Plan) -> None:
    kinds = {one["type"] for one in plan.resources if "_iam" in one["type"]}
    assert kinds
    assert all(kind.endswith("_iam_member") for kind in kinds)
    roles = {value for one in plan.resources for key, value in every_value(one["values"]) if key == "role"}
    assert not {role for role in roles if re.search(r"roles/(owner|editor|viewer)$|admin", role, re.IGNORECASE)}


def test_each_function_has_an_account_of_its_own(plan: Plan) -> None:
    used = {name: config(plan, name)["service_account_email"] for name in ENTRIES}
    assert used == {name: f"signpost-{service(name)}.email" for name in ENTRIES}
    made = [one["account_id"] for one in plan.resources_of("google_service_account")]
    assert len(made) == len(set(made)) == len(ENTRIES) + 3
    assert all(re.fullmatch(r"[a-z][a-z0-9-]{4,28}[a-z0-9]", name) for name in made)
    assert {one["build_config"][0]["service_account"] for one in functions(plan).values()} == {"signpost-build.name"}


def test_a_function_publishes_to_the_topics_of_its_manifest_only(plan: Plan) -> None:
    granted = {(one["member"], one["topic"]) for one in plan.of("google_pubsub_topic_iam_member", "publisher").values()}
    assert granted == {
        (account(name), f"{topic}.id")
        for name, (folder, entry) in ENTRIES.items()
        for topic in entry.topics_of(folder, TOPICS)
    }


# ---- secrets


def test_every_secret_is_mounted_where_its_manifest_says_and_read_nowhere_else(plan: Plan) -> None:
    wanted = {(name, secret) for name, (_, entry) in ENTRIES.items() for secret in entry.secrets}
    mounted = {(name, one["secret"]) for name in ENTRIES for one in config(plan, name)["secret_volumes"]}
    readers = plan.of("google_secret_manager_secret_iam_member").values()
    assert mounted == wanted
    assert {(one["member"], one["secret_id"]) for one in readers} == {
        (account(name), f"{secret}.id") for name, secret in wanted
    }
    assert set(plan.of("google_secret_manager_secret")) == {secret for _, secret in wanted}


def test_a_secret_is_a_folder_that_the_composition_root_reads(plan: Plan) -> None:
    for name in ENTRIES:
        assert config(plan, name)["environment_variables"]["SIGNPOST_SECRETS"] == "/secrets"
        for volume in config(plan, name)["secret_volumes"]:
            assert volume["mount_path"] == f"/secrets/{volume['secret']}"
            files = {version["path"] for version in volume["versions"]}
            platform = volume["secret"].removesuffix("-token")
            assert files == (set(ACCOUNTS.get(platform, {})) or {"current"})


def test_two_versions_of_a_secret_count_while_one_is_renewed(deployment: Site) -> None:
    made = deployment.plan(secret_versions={"meta-signing": {"new": "4", "old": "3"}})
    assert isinstance(made, Plan), made
    [volume] = [one for one in config(made, "facebook")["secret_volumes"] if one["secret"] == "meta-signing"]
    assert {(one["path"], one["version"]) for one in volume["versions"]} == {("new", "4"), ("old", "3")}


def test_no_value_of_a_secret_is_in_terraforms_hands(plan: Plan) -> None:
    assert not [one for one in plan.resources if one["type"] == "google_secret_manager_secret_version"]
    assert all(not config(plan, name)["secret_environment_variables"] for name in ENTRIES)


# ---- functions


@pytest.mark.parametrize("name", ENTRIES)
def test_a_function_is_as_its_manifest_says(plan: Plan, name: str) -> None:
    folder, entry = ENTRIES[name]
    function, its = functions(plan)[name], config(plan, name)
    [built] = function["build_config"]
    assert function["name"] == service(name)
    assert (built["entry_point"], built["runtime"]) == (name, "python311")
    assert built["source"][0]["storage_source"][0]["object"].startswith(f"{folder}-")
    assert its["available_memory"] == entry.memory
    assert its["max_instance_request_concurrency"] == entry.concurrency
    assert its["environment_variables"]["THREADS"] == str(entry.concurrency)
    assert its["timeout_seconds"] == entry.timeout <= 10
    assert its["ingress_settings"] == ("ALLOW_ALL" if entry.trigger == "http" else "ALLOW_INTERNAL_ONLY")
    assert json.loads(its["environment_variables"]["SIGNPOST_ACCOUNTS"]) == ACCOUNTS
    assert ("SIGNPOST_IAP_AUDIENCE" in its["environment_variables"]) is (name in DESKS)
    assert "SIGNPOST_LOCAL" not in its["environment_variables"]


@pytest.mark.parametrize("name", ENTRIES)
def test_the_settings_of_a_function_are_ones_it_reads(plan: Plan, name: str) -> None:
    found = settings.read(config(plan, name)["environment_variables"])
    assert (found.project, found.accounts, str(found.secrets)) == ("made-up", ACCOUNTS, "/secrets")
    assert found.desk == f"https://console-100000000000.{REGION}.run.app"
    assert found.local is False


@pytest.mark.parametrize("folder", [path.name for path in folders()])
def test_a_bundle_is_stored_under_its_content(deployment: Site, plan: Plan, folder: str) -> None:
    digest = hashlib.sha256((deployment.root / f"bundles/{folder}.zip").read_bytes()).hexdigest()
    stored = plan.of("google_storage_bucket_object")[folder]
    assert stored["name"] == f"{folder}-{digest}.zip"
    assert stored["source"] == f"../bundles/{folder}.zip"


def test_the_desk_is_behind_its_proxy(plan: Plan) -> None:
    assert DESKS
    assert set(plan.of("terraform_data", "proxy")) == DESKS
    let_in = plan.of("google_iap_web_cloud_run_service_iam_member").values()
    assert {(one["cloud_run_service_name"], one["member"], one["role"]) for one in let_in} == {
        (service(name), "group:communications@example.org", "roles/iap.httpsResourceAccessor") for name in DESKS
    }
    for name in DESKS:
        audience = f"/projects/100000000000/locations/{REGION}/services/{service(name)}"
        assert config(plan, name)["environment_variables"]["SIGNPOST_IAP_AUDIENCE"] == audience


# ---- what is told, and what happens by the clock


def dead(name: str) -> str:
    """Where the dead letters of a function go."""
    return "undelivered" if TOPICAL[name] == parking.TOPIC or parking.TOPIC not in TOPICS else parking.TOPIC


def test_every_topic_has_its_subscriptions_and_every_subscription_a_dead_letter(plan: Plan) -> None:
    pushed = plan.of("google_pubsub_subscription", "push")
    assert {name: one["topic"] for name, one in pushed.items()} == {n: f"{t}.id" for n, t in TOPICAL.items()}
    for name, one in pushed.items():
        [policy] = one["dead_letter_policy"]
        assert policy == {"dead_letter_topic": f"{dead(name)}.id", "max_delivery_attempts": 20}
        assert one["retry_policy"] == [{"minimum_backoff": "10s", "maximum_backoff": "600s"}]
        assert one["ack_deadline_seconds"] > config(plan, name)["timeout_seconds"]
    assert set(plan.of("google_pubsub_topic", "this")) == TOPICS
    [last] = plan.of("google_pubsub_subscription", "undelivered").values()
    assert last["topic"] == "undelivered.id"
    subscriptions = plan.resources_of("google_pubsub_subscription")
    assert len(subscriptions) == len(TOPICAL) + 1
    assert all(one["expiration_policy"] == [{"ttl": ""}] for one in subscriptions)


def test_pubsub_may_move_dead_letters(plan: Plan) -> None:
    agent = "pubsub.googleapis.com.member"
    to = plan.of("google_pubsub_topic_iam_member", "dead").values()
    from_ = plan.of("google_pubsub_subscription_iam_member", "dead").values()
    assert {(one["topic"], one["role"], one["member"]) for one in to} == {
        (f"{dead(name)}.id", "roles/pubsub.publisher", agent) for name in TOPICAL
    }
    assert {(one["subscription"], one["role"], one["member"]) for one in from_} == {
        (f"{service(name)}.id", "roles/pubsub.subscriber", agent) for name in TOPICAL
    }


def test_pubsub_and_the_scheduler_show_who_they_are(plan: Plan) -> None:
    calls = {
        **{n: (one["push_config"][0], "push") for n, one in plan.of("google_pubsub_subscription", "push").items()},
        **{n: (one["http_target"][0], "clock") for n, one in plan.of("google_cloud_scheduler_job").items()},
    }
    assert set(calls) == {*TOPICAL, *CLOCKED}
    for name, (call, who) in calls.items():
        address = f"{service(name)}.uri"
        assert call.get("push_endpoint", call.get("uri")) == address
        assert call["oidc_token"][0]["audience"] == address
        assert call["oidc_token"][0]["service_account_email"] == f"signpost-{who}.email"


def test_what_runs_by_the_clock_runs_by_the_principles_clock(plan: Plan) -> None:
    jobs = plan.of("google_cloud_scheduler_job")
    assert {name: one["schedule"] for name, one in jobs.items()} == CLOCKED
    assert {one["time_zone"] for one in jobs.values()} == {"Europe/London"}
    assert {one["http_target"][0]["http_method"] for one in jobs.values()} == {"POST"}
    assert all(config(plan, name)["max_instance_count"] == 1 for name in CLOCKED)


# ---- where data is


def test_everything_is_in_london(plan: Plan) -> None:
    places = {"location", "location_id", "region", "allowed_persistence_regions"}
    found = {value for one in plan.resources for key, value in every_value(one["values"]) if key in places and value}
    assert found == {REGION}
    for kind in ("google_pubsub_topic",):
        made = [one["values"] for one in plan.resources if one["type"] == kind]
        assert all(one["message_storage_policy"] for one in made)
    assert all(one["replication"][0]["user_managed"] for one in plan.of("google_secret_manager_secret").values())


def test_the_database_has_the_indexes_of_the_file(plan: Plan) -> None:
    made = [
        (one["collection"], one["query_scope"], [(f["field_path"], f["order"]) for f in one["fields"]])
        for one in plan.of("google_firestore_index").values()
    ]
    wanted = [
        (one["collectionGroup"], one["queryScope"], [(f["fieldPath"], f.get("order")) for f in one["fields"]])
        for one in INDEXES["indexes"]
    ]
    assert sorted(made) == sorted(wanted)
    fields = plan.of("google_firestore_field").values()
    assert {(one["collection"], one["field"]) for one in fields} == {
        (one["collectionGroup"], one["fieldPath"]) for one in INDEXES["fieldOverrides"]
    }
    assert all(len(one["index_config"]) == 1 for one in fields)


def test_what_expires_expires(terraform_with: Any) -> None:
    overrides = [{"collectionGroup": "alerts", "fieldPath": "expires", "ttl": True, "indexes": []}]
    fields = [{"fieldPath": "tokens", "arrayConfig": "CONTAINS"}, {"fieldPath": "at", "order": "ASCENDING"}]
    index = {"collectionGroup": "cases", "queryScope": "COLLECTION", "fields": fields}
    made = terraform_with({"indexes": [index], "fieldOverrides": overrides})
    [field] = made.of("google_firestore_field").values()
    assert len(field["ttl_config"]) == 1
    [found] = made.of("google_firestore_index").values()
    assert [(one["array_config"], one["order"]) for one in found["fields"]] == [("CONTAINS", None), (None, "ASCENDING")]


def test_messages_cannot_be_deleted_by_a_slip(plan: Plan) -> None:
    [database] = plan.of("google_firestore_database").values()
    assert database["delete_protection_state"] == "DELETE_PROTECTION_ENABLED"
    assert database["point_in_time_recovery_enablement"] == "POINT_IN_TIME_RECOVERY_ENABLED"
    assert len(plan.of("google_firestore_backup_schedule")) == 1


# ---- nothing is listed by hand


def test_a_folder_left_out_takes_only_what_is_its_own(deployment: Site, plan: Plan) -> None:
    made = deployment.plan(leave_out=["facebook"])
    assert isinstance(made, Plan), made
    gone = {one["address"] for one in plan.resources} - {one["address"] for one in made.resources}
    assert gone
    assert [address for address in gone if "facebook" not in address and "meta-signing" not in address] == []
    assert not [one["address"] for one in made.resources if '"facebook' in one["address"]]


def test_a_new_folder_needs_nothing_but_its_manifest(new_folder: Plan) -> None:
    addresses = {one["address"] for one in new_folder.resources}
    for wanted in (
        'google_cloudfunctions2_function.this["pigeon"]',
        'google_pubsub_subscription.push["pigeon_lookup"]',
        'google_pubsub_topic.this["lookups-pigeon"]',
        'google_pubsub_topic_iam_member.publisher["inbox/lookups-pigeon"]',
        'google_pubsub_topic_iam_member.publisher["pigeon_lookup/needs-human"]',
        'google_cloud_scheduler_job.this["pigeon_poll"]',
        'google_secret_manager_secret_iam_member.reader["pigeon_poll/pigeon-token"]',
        'google_cloud_run_v2_service_iam_member.public["pigeon"]',
    ):
        assert wanted in addresses
