"""How much is tried: fixed in CI, more in `make soak` (SIGNPOST_SOAK=1)."""

import os

SOAK = os.environ.get("SIGNPOST_SOAK") == "1"
KILLS = 200 if SOAK else 10  # of the running server
SHUFFLES = range(200 if SOAK else 10)  # orders of the queue's messages, for each scenario without a cut
ORDERS = range(1, 11 if SOAK else 2)  # the same, for each call that is cut in each way
