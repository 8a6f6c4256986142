locals {
  # What was tried in vain goes to the topic whose function parks it, and what that cannot take to the last one.
  dead_letter_names = {
    for name, function in local.topical :
    name => contains(local.topics, "dead-letters") && function.topic != "dead-letters" ? "dead-letters" : "undelivered"
  }
  dead_letter_ids = merge(
    { for name, topic in google_pubsub_topic.this : name => topic.id },
    { undelivered = google_pubsub_topic.undelivered.id },
  )
}

resource "google_pubsub_topic" "this" {
  for_each = local.topics

  name       = each.value
  depends_on = [google_project_service.this]

  message_storage_policy {
    allowed_persistence_regions = [var.region]
  }
}

# Where a dead letter goes that even its own function could not take. It waits a month for a person.
resource "google_pubsub_topic" "undelivered" {
  name       = "undelivered"
  depends_on = [google_project_service.this]

  message_storage_policy {
    allowed_persistence_regions = [var.region]
  }
}

resource "google_pubsub_subscription" "undelivered" {
  name                       = "undelivered"
  topic                      = google_pubsub_topic.undelivered.id
  message_retention_duration = "2678400s" # 31 days, the longest there is

  expiration_policy {
    ttl = "" # never: a month without a message is not the end of it
  }
}

# The account that Pub/Sub calls functions as; it may call those that a topic is for, and nothing else.
resource "google_service_account" "push" {
  account_id   = "signpost-push"
  display_name = "Signpost: Pub/Sub calls functions"
  depends_on   = [google_project_service.this]
}

resource "google_cloud_run_v2_service_iam_member" "push" {
  for_each = local.topical

  name     = google_cloudfunctions2_function.this[each.key].name
  location = var.region
  role     = "roles/run.invoker"
  member   = google_service_account.push.member
}

resource "google_pubsub_subscription" "push" {
  for_each = local.topical

  name                       = local.services[each.key]
  topic                      = google_pubsub_topic.this[each.value.topic].id
  ack_deadline_seconds       = each.value.timeout + 10
  message_retention_duration = "604800s" # 7 days

  push_config {
    push_endpoint = google_cloudfunctions2_function.this[each.key].service_config[0].uri

    oidc_token {
      service_account_email = google_service_account.push.email
      audience              = google_cloudfunctions2_function.this[each.key].service_config[0].uri
    }
  }

  # 20 attempts with these pauses are about two and a half hours; `sweep` tells again what is still not taken.
  retry_policy {
    minimum_backoff = "10s"
    maximum_backoff = "600s"
  }

  dead_letter_policy {
    dead_letter_topic     = local.dead_letter_ids[local.dead_letter_names[each.key]]
    max_delivery_attempts = 20
  }

  expiration_policy {
    ttl = ""
  }

  depends_on = [
    google_cloud_run_v2_service_iam_member.push,
    google_pubsub_topic_iam_member.dead,
  ]
}

# Without these two grants Pub/Sub neither moves a dead letter nor says so.
resource "google_pubsub_topic_iam_member" "dead" {
  for_each = toset(values(local.dead_letter_names))

  topic  = local.dead_letter_ids[each.value]
  role   = "roles/pubsub.publisher"
  member = google_project_service_identity.pubsub.member
}

resource "google_pubsub_subscription_iam_member" "dead" {
  for_each = local.topical

  subscription = google_pubsub_subscription.push[each.key].id
  role         = "roles/pubsub.subscriber"
  member       = google_project_service_identity.pubsub.member
}

resource "google_pubsub_topic_iam_member" "publisher" {
  for_each = local.publishers

  topic  = google_pubsub_topic.this[each.value.topic].id
  role   = "roles/pubsub.publisher"
  member = google_service_account.function[each.value.function].member
}
