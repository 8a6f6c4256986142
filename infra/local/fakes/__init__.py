"""The platforms of a laptop: one fake each, over the contract of its folder. `MANNER` says how it answers."""

import importlib

from infra.local.fakes.contract import load
from infra.local.fakes.fake import Fake
from infra.manifests import FUNCTIONS
from shared.ports import Clock


def fake(platform: str, token: str, clock: Clock) -> Fake:
    """A fresh fake of a platform that accepts `token`."""
    manner = importlib.import_module(f"infra.local.fakes.{platform}").MANNER
    return Fake(token, clock, load(FUNCTIONS / platform / "contract.toml"), manner)
