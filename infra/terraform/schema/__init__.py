"""What the provider's resources take and give: a small table of facts, made from its published bindings."""
