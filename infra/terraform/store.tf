# Firestore grants by database, not by collection, and databases only at the project: the condition names this one.
resource "google_project_iam_member" "store" {
  for_each = local.stores

  project = var.project
  role    = "roles/datastore.user"
  member  = google_service_account.function[each.key].member

  condition {
    title      = "signpost-database"
    expression = "resource.name == \"projects/${var.project}/databases/${google_firestore_database.this.name}\""
  }
}
