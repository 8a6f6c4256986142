"""`signpost compare`: what another version of the principles and rules would make of the same messages."""
