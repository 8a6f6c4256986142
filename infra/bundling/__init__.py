"""`signpost bundle`: what goes to Google Cloud, one zip per folder of functions, and the table Terraform reads."""
