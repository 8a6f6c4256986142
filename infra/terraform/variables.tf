variable "project" {
  description = "The id of the Google Cloud project."
  type        = string
}

variable "region" {
  description = "Where everything is: messages never leave it."
  type        = string
  default     = "europe-west2"

  validation {
    condition     = startswith(var.region, "europe-west2")
    error_message = "Messages from the public stay in the United Kingdom: europe-west2."
  }
}

variable "accounts" {
  description = "Platform, then account id, then the app whose secret signs for it (SIGNPOST_ACCOUNTS)."
  type        = map(map(string))
}

variable "desk" {
  description = "Who may open the desk, as IAM members: best one group."
  type        = list(string)

  validation {
    condition     = alltrue([for member in var.desk : can(regex("^(group|user|principal|principalSet):", member))])
    error_message = "Only named groups and people may open the desk, never allUsers, allAuthenticatedUsers or a domain."
  }
}

variable "leave_out" {
  description = "Folders of functions that this body does not use. What is left out is taken down."
  type        = set(string)
  default     = []
}

variable "settings" {
  description = "Further SIGNPOST_ settings, the same for every function. Nothing secret."
  type        = map(string)
  default     = {}
}

variable "secret_versions" {
  description = <<-EOT
    Secret, then file name, then version. Left out, a secret is one file with its latest version, and an access token
    one file an account. Two versions while one is renewed: { meta-signing = { new = "4", old = "3" } }.
  EOT
  type        = map(map(string))
  default     = {}
}

variable "warm" {
  description = "Functions that always keep one instance ready: the webhooks of platforms that do not wait."
  type        = set(string)
  default     = []
}

variable "most_instances" {
  description = "The most instances of a function that run at once."
  type        = number
  default     = 10
}

variable "runtime" {
  description = "Google's name of the Python that the pinned requirements were tested with."
  type        = string
  default     = "python311"
}

variable "bundles" {
  description = "Where `signpost bundle` put the bundles and their table."
  type        = string
  default     = "../../build/bundles"
}
