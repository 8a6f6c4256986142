"""Google's own emulators, started once for a run and stopped by their process id."""

import shutil
import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PLATFORM = Path("/usr/lib/google-cloud-sdk/platform")
FIRESTORE = PLATFORM / "cloud-firestore-emulator/cloud-firestore-emulator.jar"
JAVA = ("-Xmx1g", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1")
READY_SECONDS = 60.0


def missing() -> str | None:
    """Why there are no emulators on this machine, or None."""
    if shutil.which("java") is None:
        return "Java is not installed"
    if not FIRESTORE.is_file():
        return "Google's emulators are not installed"
    return None


@contextmanager
def firestore() -> Iterator[str]:
    """The Firestore emulator's host and port."""
    main = ("-cp", str(FIRESTORE), "com.google.cloud.datastore.emulator.firestore.CloudFirestore", "start")
    yield from _running(main, "--database-mode=firestore-native")


@contextmanager
def pubsub() -> Iterator[str]:
    """The Pub/Sub emulator's host and port."""
    [jar] = (PLATFORM / "pubsub-emulator/lib").glob("cloud-pubsub-emulator-*-all.jar")
    yield from _running(("-jar", str(jar)))


def _running(main: tuple[str, ...], *options: str) -> Iterator[str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = ["java", *JAVA, *main, "--host=127.0.0.1", f"--port={port}", *options]
    quiet = subprocess.DEVNULL
    process = subprocess.Popen(command, stdout=quiet, stderr=quiet)  # noqa: S603 - Google's own program
    try:
        _await(port)
        yield f"127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(timeout=20)


def _await(port: int) -> None:
    until = time.monotonic() + READY_SECONDS
    while time.monotonic() < until:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=2):
                return
        except OSError:
            time.sleep(0.1)
    raise AssertionError("an emulator did not become ready")
