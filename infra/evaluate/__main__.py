"""`make evaluate DATA=folder`: how well the rules judge labelled messages. Exit 0 done, 1 bad data, 2 wrong usage."""

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from infra.evaluate.against import PACKAGES, rivals
from infra.evaluate.labels import DataError
from infra.evaluate.reading import files, samples
from infra.evaluate.scoring import records
from infra.evaluate.tables import lines


def main(arguments: Sequence[str] | None = None) -> int:
    """Report on one file after the other, once all of them have been read: a bad line costs no time."""
    asked = _parser().parse_args(arguments)
    try:
        others = rivals(list(PACKAGES) if asked.against == [] else asked.against or [])
        read = {path.name: samples(path, asked.split) for path in files(asked.folder)}
    except DataError as error:
        sys.stderr.write(f"evaluate: {error}\n")
        return 1
    found = (record for name in read for record in records(name, read[name], others, asked.examples))
    shown = (json.dumps(record, ensure_ascii=False) for record in found) if asked.json else lines(found)
    try:
        sys.stdout.writelines(line + "\n" for line in shown)
    except BrokenPipeError:  # whoever was reading has seen enough
        sys.stderr.close()
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m infra.evaluate", description=__doc__)
    parser.add_argument("folder", type=Path, help="*.jsonl and *.jsonl.gz, as infra/evaluate/README.md says")
    parser.add_argument("--json", action="store_true", help="one JSON object a line")
    parser.add_argument("--against", nargs="*", choices=PACKAGES, metavar="PACKAGE",
                        help=f"the same texts to other packages: {', '.join(PACKAGES)} (default: all)")  # fmt: skip
    parser.add_argument("--examples", type=int, default=0, metavar="N", help="texts to print of each kind of error")
    parser.add_argument("--split", help="only the lines of this split")
    return parser


if __name__ == "__main__":
    sys.exit(main())
