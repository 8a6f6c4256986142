"""What a laptop uses instead of an operator's settings: made-up accounts and documented, worthless secrets."""

import json
import os
from collections.abc import Mapping
from pathlib import Path

SIGNING_SECRET = "local-secret"
VERIFY_TOKEN = "local-token"
ACCESS_TOKEN = "local-access-token"
ACCOUNTS: Mapping[str, Mapping[str, str]] = {
    "facebook": {"100000000000001": "meta"},
    "instagram": {"17841400000000001": "instagram"},
    "threads": {"20000000000000001": "threads"},
    "linkedin": {"urn:li:organization:4000001": "linkedin"},
    "tiktok": {"tt-local-5000001": "tiktok"},
    "x": {"3000000001": "x"},
    "youtube": {"UClocal000000000000000001": "youtube"},
    "bluesky": {"did:plc:local0000000000000000001": "bluesky"},
}


def environment(data: Path, port: int) -> dict[str, str]:
    """The environment of the local server. What is set already stands."""
    defaults = {
        "SIGNPOST_LOCAL": "1",
        "SIGNPOST_DATA": str(data),
        "SIGNPOST_SECRETS": str(data / "secrets"),
        "SIGNPOST_ACCOUNTS": json.dumps(ACCOUNTS),
        "SIGNPOST_CONSOLE": f"http://127.0.0.1:{port}/console",
        "SIGNPOST_ALERTS": json.dumps({"team": ["team@example.org"], "lead": ["lead@example.org"]}),
        "SIGNPOST_APIS": json.dumps({name: f"http://127.0.0.1:{port}/fake/{name}" for name in ACCOUNTS}),
    }
    return {name: os.environ.get(name, value) for name, value in defaults.items()}


def write_secrets(folder: Path) -> None:
    """The documented local secrets, as files, the way Secret Manager mounts them."""
    for platform, accounts in ACCOUNTS.items():
        _write(folder / f"{platform}-verify", VERIFY_TOKEN)
        for account, app in accounts.items():
            _write(folder / f"{app}-signing", SIGNING_SECRET)
            _write(folder / f"{platform}-token" / account, ACCESS_TOKEN)
    _write(folder / "console-key", "local-console-key")


def _write(path: Path, value: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        path.write_text(value + "\n", encoding="utf-8")
