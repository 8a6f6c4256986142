"""Safeguards that are switched off one at a time, to see that a test notices. The list is `mutants.toml`."""
