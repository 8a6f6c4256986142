locals {
  apis = toset([
    "artifactregistry.googleapis.com",
    "cloudbuild.googleapis.com",
    "cloudfunctions.googleapis.com",
    "cloudscheduler.googleapis.com",
    "firestore.googleapis.com",
    "iam.googleapis.com",
    "iap.googleapis.com",
    "pubsub.googleapis.com",
    "run.googleapis.com",
    "secretmanager.googleapis.com",
    "storage.googleapis.com",
  ])
}

data "google_project" "this" {
  project_id = var.project
}

resource "google_project_service" "this" {
  for_each = local.apis

  service            = each.value
  disable_on_destroy = false
}

# Google's own accounts, which exist only once they are asked for.
resource "google_project_service_identity" "pubsub" {
  provider   = google-beta
  service    = "pubsub.googleapis.com"
  depends_on = [google_project_service.this]
}

resource "google_project_service_identity" "iap" {
  provider   = google-beta
  service    = "iap.googleapis.com"
  depends_on = [google_project_service.this]
}

# A secret goes by its app's name, so an app by another name would have every delivery refused.
locals {
  unsigned = flatten([
    for platform, accounts in var.accounts : [
      for app in values(accounts) : "${app}-signing"
      if !contains(try(local.public[platform].secrets, ["${app}-signing"]), "${app}-signing")
    ]
  ])
}

# A folder without a bundle would be taken down. Bundle its last good state, or name it in `leave_out`.
resource "terraform_data" "complete" {
  lifecycle {
    precondition {
      condition     = length(local.missing) == 0
      error_message = "No bundle of ${join(", ", local.missing)}: see infra/README.md, \"One folder is broken\"."
    }

    precondition {
      condition     = length(local.unsigned) == 0
      error_message = "No secret is mounted for ${join(", ", local.unsigned)}: name the app as in the platform's function.json."
    }
  }
}
