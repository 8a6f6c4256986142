output "webhooks" {
  description = "What to enter at each platform, and the address of the public page."
  value = {
    for name, function in google_cloudfunctions2_function.this : name => function.service_config[0].uri
    if contains(keys(local.public), name)
  }
}

output "desk" {
  description = "Where staff open the desk."
  value = {
    for name, function in google_cloudfunctions2_function.this : name => function.service_config[0].uri
    if contains(keys(local.desks), name)
  }
}

output "secrets" {
  description = "What needs a value before functions can be deployed."
  value       = sort(local.secrets)
}
