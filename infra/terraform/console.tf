# The desk is behind Identity-Aware Proxy on its own service: no load balancer, no domain, and the audience of its tokens
# is known beforehand. The only caller that Cloud Run lets in is the proxy, so a switch left off lets in nobody.
resource "google_cloud_run_v2_service_iam_member" "proxy" {
  for_each = local.desks

  name     = google_cloudfunctions2_function.this[each.key].name
  location = var.region
  role     = "roles/run.invoker"
  member   = google_project_service_identity.iap.member
}

# Functions have no argument for this switch, and the service that has one does not build (provider 6.50). It is set
# again whenever the function is deployed.
resource "terraform_data" "proxy" {
  for_each = local.desks

  triggers_replace = [
    local.bundles[each.value.folder].sha256,
    jsonencode(each.value),
    jsonencode(local.environment[each.key]),
  ]

  provisioner "local-exec" {
    command = "gcloud run services update ${google_cloudfunctions2_function.this[each.key].name} --project ${var.project} --region ${var.region} --iap --quiet"
  }

  depends_on = [google_cloud_run_v2_service_iam_member.proxy]
}

resource "google_iap_web_cloud_run_service_iam_member" "desk" {
  for_each = {
    for pair in setproduct(keys(local.desks), var.desk) : join(" ", pair) => { desk = pair[0], member = pair[1] }
  }

  project                = var.project
  location               = var.region
  cloud_run_service_name = google_cloudfunctions2_function.this[each.value.desk].name
  role                   = "roles/iap.httpsResourceAccessor"
  member                 = each.value.member
}
