"""How long to fuzz, and where the chance comes from: fixed in CI, longer in `make soak` (SIGNPOST_SOAK=1)."""

import os

SOAK = os.environ.get("SIGNPOST_SOAK") == "1"
SEED = int(os.environ.get("SIGNPOST_SEED", "1"))
EXAMPLES = 20_000 if SOAK else 250  # of each property
SECONDS = 600 if SOAK else 30  # of each guided target
PLANTED = "planted"  # a target that breaks, to see that a break is told
