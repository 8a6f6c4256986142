resource "google_service_account" "function" {
  for_each = local.functions

  account_id   = "signpost-${local.services[each.key]}"
  display_name = "Signpost: the function ${each.key}"
  depends_on   = [google_project_service.this]
}

resource "google_cloudfunctions2_function" "this" {
  for_each = local.functions

  name     = local.services[each.key]
  location = var.region

  build_config {
    runtime           = var.runtime
    entry_point       = each.key
    service_account   = google_service_account.build.name
    docker_repository = google_artifact_registry_repository.images.id

    source {
      storage_source {
        bucket = google_storage_bucket.bundles.name
        object = google_storage_bucket_object.bundle[each.value.folder].name
      }
    }

    automatic_update_policy {}
  }

  service_config {
    service_account_email            = google_service_account.function[each.key].email
    available_memory                 = each.value.memory
    available_cpu                    = "1"
    timeout_seconds                  = each.value.timeout
    min_instance_count               = contains(var.warm, each.key) ? 1 : 0
    max_instance_count               = each.value.trigger == "schedule" ? 1 : var.most_instances
    max_instance_request_concurrency = each.value.concurrency
    all_traffic_on_latest_revision   = true

    # Pub/Sub and Scheduler of this project count as internal. The desk is open to all and let in by its proxy.
    ingress_settings = each.value.trigger == "http" ? "ALLOW_ALL" : "ALLOW_INTERNAL_ONLY"

    environment_variables = merge(local.environment[each.key], contains(keys(local.desks), each.key) ? {
      SIGNPOST_IAP_AUDIENCE = "/projects/${data.google_project.this.number}/locations/${var.region}/services/${local.services[each.key]}"
    } : {})

    dynamic "secret_volumes" {
      for_each = each.value.secrets

      content {
        mount_path = "/secrets/${secret_volumes.value}"
        project_id = var.project
        secret     = google_secret_manager_secret.this[secret_volumes.value].secret_id

        dynamic "versions" {
          for_each = local.files[secret_volumes.value]

          content {
            path    = versions.key
            version = versions.value
          }
        }
      }
    }
  }

  depends_on = [
    google_artifact_registry_repository_iam_member.build,
    google_project_iam_member.build_logs,
    google_project_iam_member.build_sources,
    google_secret_manager_secret_iam_member.reader,
    google_storage_bucket_iam_member.build,
  ]
}

# Platforms sign what they send, and the public page is public: these are open to the world, and no others.
resource "google_cloud_run_v2_service_iam_member" "public" {
  for_each = local.public

  name     = google_cloudfunctions2_function.this[each.key].name
  location = var.region
  role     = "roles/run.invoker"
  member   = "allUsers"
}
