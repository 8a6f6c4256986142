"""`python -m tests.fuzz.guided TARGET SECONDS FOLDER`: coverage-guided, in a process of its own, for so long.

It starts from the corpus and, for deliveries, from every fixture. What it finds on its way goes into FOLDER; an input
that breaks a promise ends the run and is saved there as `crash-…`.
"""

import sys
from importlib import import_module
from pathlib import Path
from typing import Any

from tests.fuzz.budget import PLANTED, SEED
from tests.fuzz.targets import NAMES, Target, target

atheris: Any = import_module("atheris")  # it has no types, and on some machines no package
CORPUS = Path(__file__).parent / "corpus"
LONGEST = 4096


def planted(data: bytes) -> None:
    """Breaks on some bytes that nobody meets by chance."""
    assert not (data[:1] == b"S" and data[1:2] == b"P" and data[2:3] == b"!"), "the planted fault"


def main(name: str, seconds: str, folder: str) -> None:
    """Fuzz one target. Never returns: the fuzzer ends the process, with 0 when nothing broke."""
    options = [
        f"-seed={SEED}",
        f"-max_total_time={seconds}",
        f"-max_len={LONGEST}",
        f"-artifact_prefix={folder}/",
        "-timeout=20",
        "-rss_limit_mb=1500",
        "-print_final_stats=1",
    ]
    seeds = [str(CORPUS / name)] if name in NAMES else []
    atheris.Setup([sys.argv[0], *options, folder, *seeds], _load(name, Path(folder)))
    atheris.Fuzz()


def _write_seeds(folder: Path) -> None:
    from tests.fuzz.seeds import deliveries  # not before what it imports has been instrumented

    for name, data in deliveries().items():
        if len(data) <= LONGEST:
            (folder / name).write_bytes(data)


def _load(name: str, folder: Path) -> Target:
    if name == PLANTED:
        instrumented: Target = atheris.instrument_func(planted)
        return instrumented
    with atheris.instrument_imports(include=["shared", "functions", "infra.cli"]):
        found = target(name)
    if name == "delivery":
        _write_seeds(folder)
    return found


if __name__ == "__main__":
    main(*sys.argv[1:])
