"""What the suites over all platforms share: which there are, and how each reads and takes a delivery."""

import importlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

from infra.manifests import FUNCTIONS
from shared.domain.message import Parts
from shared.webhooks.endpoint import Webhook

ROOT = Path(__file__).parents[2]
FIXTURES = ROOT / "tests" / "fixtures"
PLATFORMS = sorted(path.parent.name for path in FUNCTIONS.glob("*/inbound.py"))
CASES = sorted(path for name in PLATFORMS for path in (FIXTURES / name).glob("*.json"))


def reader(platform: str) -> Callable[[Any], Parts]:
    """How a platform's deliveries are read."""
    parse: Callable[[Any], Parts] = importlib.import_module(f"functions.{platform}.inbound").parse
    return parse


def webhook(platform: str) -> Webhook | None:
    """A platform's webhook; None where nothing is pushed to us."""
    found: Webhook | None = getattr(importlib.import_module(f"functions.{platform}.main"), "WEBHOOK", None)
    return found


PUSHED = [name for name in PLATFORMS if webhook(name)]
