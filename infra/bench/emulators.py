"""Google's emulators as children of the benchmark: one of each for the whole run."""

import shutil
import subprocess
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from infra.bench.children import READY_SECONDS, free_port, stopped

PROJECT = "demo-bench"
PLATFORM = Path("/usr/lib/google-cloud-sdk/platform")
JAVA = ("java", "-Xmx1g", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1")
FIRESTORE = PLATFORM / "cloud-firestore-emulator/cloud-firestore-emulator.jar"
FIRESTORE_MAIN = "com.google.cloud.datastore.emulator.firestore.CloudFirestore"


def available() -> bool:
    """Whether Java and the emulators are on this machine."""
    return shutil.which("java") is not None and FIRESTORE.is_file()


@contextmanager
def emulators(topic: str) -> Iterator[Mapping[str, str]]:
    """The environment of a function that is to use them; `topic` is there."""
    [pubsub] = (PLATFORM / "pubsub-emulator/lib").glob("cloud-pubsub-emulator-*-all.jar")
    firestore = ("-cp", str(FIRESTORE), FIRESTORE_MAIN, "start", "--database-mode=firestore-native")
    with _running(*firestore) as store, _running("-jar", str(pubsub)) as queue:
        _make(topic, queue)
        yield {"GOOGLE_CLOUD_PROJECT": PROJECT, "FIRESTORE_EMULATOR_HOST": store, "PUBSUB_EMULATOR_HOST": queue}


@contextmanager
def _running(*main: str) -> Iterator[str]:
    port = free_port()
    command = [*JAVA, *main, "--host=127.0.0.1", f"--port={port}"]
    quiet = subprocess.DEVNULL
    process = subprocess.Popen(command, stdout=quiet, stderr=quiet)  # noqa: S603 - Google's own program
    with stopped(process):
        _await(port)
        yield f"127.0.0.1:{port}"


def _await(port: int) -> None:
    until = time.monotonic() + READY_SECONDS
    while time.monotonic() < until:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=2):
                return
        except OSError:
            time.sleep(0.1)
    raise TimeoutError("an emulator did not become ready")


def _make(topic: str, host: str) -> None:
    from shared.adapters.pubsub import connect

    connect(host).create_topic(name=f"projects/{PROJECT}/topics/{topic}")
