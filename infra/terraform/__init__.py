"""The deployment on Google Cloud: Terraform's files, and what they are checked against."""
