# What is deployed, worked out from the table that `signpost bundle` makes of the manifests. Nothing is listed by hand.
locals {
  table    = jsondecode(file("${var.bundles}/bundles.json"))
  bundles  = { for name, bundle in local.table.bundles : name => bundle if !contains(var.leave_out, name) }
  missing  = setsubtract(local.table.missing, var.leave_out)
  services = { for name, function in local.functions : name => replace(name, "_", "-") }

  functions = {
    for name, function in local.table.functions : name => function if !contains(var.leave_out, function.folder)
  }

  public  = { for name, function in local.functions : name => function if function.public }
  desks   = { for name, function in local.functions : name => function if function.trigger == "http" && !function.public }
  topical = { for name, function in local.functions : name => function if function.trigger == "topic" }
  clocked = { for name, function in local.functions : name => function if function.trigger == "schedule" }
  stores  = { for name, function in local.functions : name => function if function.store }

  topics = toset([for function in local.topical : function.topic])
  publishers = merge([
    for name, function in local.functions : {
      for topic in setintersection(function.publishes, local.topics) :
      "${name}/${topic}" => { function = name, topic = topic }
    }
  ]...)

  secrets = toset(flatten([for function in local.functions : function.secrets]))
  readers = merge([
    for name, function in local.functions : {
      for secret in function.secrets : "${name}/${secret}" => { function = name, secret = secret }
    }
  ]...)

  # Each secret is a folder of files, each file one version: for access tokens, one file an account.
  files = merge(
    { for secret in local.secrets : secret => { current = "latest" } },
    { for platform, accounts in var.accounts : "${platform}-token" => { for id in keys(accounts) : id => "latest" } },
    var.secret_versions,
  )

  # Known before anything is deployed: what Cloud Run calls a service does not change.
  desk_address = length(local.desks) == 0 ? {} : {
    SIGNPOST_CONSOLE = "https://${local.services[keys(local.desks)[0]]}-${data.google_project.this.number}.${var.region}.run.app"
  }

  # As many threads as requests at once: with fewer, slow senders keep quick ones waiting.
  environment = {
    for name, function in local.functions : name => merge(local.desk_address, var.settings, {
      GOOGLE_CLOUD_PROJECT = var.project
      LOG_EXECUTION_ID     = "true"
      SIGNPOST_ACCOUNTS    = jsonencode(var.accounts)
      SIGNPOST_SECRETS     = "/secrets"
      THREADS              = tostring(function.concurrency)
      WORKERS              = "1"
    })
  }
}
