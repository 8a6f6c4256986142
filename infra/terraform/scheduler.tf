# The account that Scheduler calls functions as.
resource "google_service_account" "clock" {
  account_id   = "signpost-clock"
  display_name = "Signpost: Scheduler calls functions"
  depends_on   = [google_project_service.this]
}

resource "google_cloud_run_v2_service_iam_member" "clock" {
  for_each = local.clocked

  name     = google_cloudfunctions2_function.this[each.key].name
  location = var.region
  role     = "roles/run.invoker"
  member   = google_service_account.clock.member
}

resource "google_cloud_scheduler_job" "this" {
  for_each = local.clocked

  name             = local.services[each.key]
  region           = var.region
  schedule         = each.value.schedule
  time_zone        = local.table.time_zone
  attempt_deadline = "${each.value.timeout + 10}s"

  retry_config {
    retry_count          = 3
    min_backoff_duration = "5s"
  }

  http_target {
    uri         = google_cloudfunctions2_function.this[each.key].service_config[0].uri
    http_method = "POST"

    oidc_token {
      service_account_email = google_service_account.clock.email
      audience              = google_cloudfunctions2_function.this[each.key].service_config[0].uri
    }
  }

  depends_on = [google_cloud_run_v2_service_iam_member.clock]
}
