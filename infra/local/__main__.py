"""`make run`: everything on one port of this machine, on SQLite, with fake platforms and sample messages."""

import os
import socket
import sys
from pathlib import Path

from infra.local import defaults
from shared import bootstrap
from shared.settings import ConfigurationError


def main() -> int:
    """Serve until Ctrl-C."""
    port = _port(os.environ.get("PORT", "8080"))
    if port is None:
        return 1
    data = Path(os.environ.get("SIGNPOST_DATA", ".signpost")).resolve()
    first_start = not (data / "signpost.sqlite3").exists()
    data.mkdir(parents=True, exist_ok=True)
    os.environ.update(defaults.environment(data, port))
    defaults.write_secrets(Path(os.environ["SIGNPOST_SECRETS"]))

    try:
        bootstrap.settings()
    except ConfigurationError as error:
        print(error, file=sys.stderr)
        return 1
    from infra.local.server import serve

    serve(port, samples=first_start)
    return 0


def _port(text: str) -> int | None:
    """The port to serve on, or None after saying what is wrong with it."""
    if not text.isdecimal() or not 0 < int(text) < 65536:
        print("PORT must be a number from 1 to 65535", file=sys.stderr)
        return None
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", int(text)))
        except OSError:
            print(f"port {text} is in use: choose another, as in `PORT=8090 make run`", file=sys.stderr)
            return None
    return int(text)


if __name__ == "__main__":
    sys.exit(main())
