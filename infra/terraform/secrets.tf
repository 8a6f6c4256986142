# Names only: values are put in by a person and are never in a state file. Several versions may count at once.
resource "google_secret_manager_secret" "this" {
  for_each = local.secrets

  secret_id  = each.value
  depends_on = [google_project_service.this]

  replication {
    user_managed {
      replicas {
        location = var.region
      }
    }
  }
}

resource "google_secret_manager_secret_iam_member" "reader" {
  for_each = local.readers

  secret_id = google_secret_manager_secret.this[each.value.secret].id
  role      = "roles/secretmanager.secretAccessor"
  member    = google_service_account.function[each.value.function].member
}
