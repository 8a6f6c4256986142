"""The `signpost` command: see `interfaces.md` and the README. Exit 0 done, 1 bad input, 2 wrong usage."""

import argparse
import sys
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from infra.cli import commands
from infra.cli.errors import BadInput
from infra.manifests import ROOT
from infra.signing import SIGNERS
from shared.domain.calendar import EARLIEST, LATEST
from shared.domain.message import Platform

BUNDLES = ROOT / "build" / "bundles"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command."""
    parsed = _parser().parse_args(arguments)
    try:
        parsed.run(parsed)
    except BadInput as error:
        print(f"signpost: {error}", file=sys.stderr)
        return 1
    except BrokenPipeError:
        sys.stderr.close()
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="signpost", description="The desk behind a body's social media principles.")
    names = parser.add_subparsers(required=True, metavar="COMMAND")
    _add(names, "triage", "assess JSON lines on standard input", commands.triage)
    compare = _add(names, "compare", "messages that two versions of the rules assess differently", commands.compare)
    compare.add_argument("file", metavar="FILE", help="JSON lines as for triage, or - for standard input")
    version = "a checkout or any folder that holds shared/, a bundle, or a git revision of this checkout"
    compare.add_argument("--before", metavar="VERSION", required=True, help=version)
    compare.add_argument("--after", metavar="VERSION", default=str(ROOT), help="the same (default: what runs now)")
    compare.add_argument("--all", action="store_true", help="every message, not only those that differ")
    compare.add_argument("--at", type=_time, metavar="TIME", help="when messages without `sent_at` were written")
    _add(names, "guard", "check JSON lines of replies on standard input", commands.guard)
    due = _add(names, "due", "when messages of these times are due", commands.due)
    due.add_argument(
        "times", nargs="*", metavar="TIME", help="ISO 8601 with an offset; lines on standard input if none"
    )
    read = _add(names, "read", "the events of one delivery", commands.read)
    read.add_argument("platform", choices=sorted(Platform))
    read.add_argument("file", help="the body, or - for standard input")
    replay = _add(names, "replay", "sign a delivery as the platform would and post it", commands.replay)
    replay.add_argument("platform", choices=sorted(SIGNERS))
    replay.add_argument("file", help="the body, or - for standard input")
    replay.add_argument("--url", help="where to post it (default: the local server)")
    replay.add_argument("--secret", default="local-secret", help="the signing secret (default: the local one)")
    bundle = _add(names, "bundle", "make what is deployed: one zip a folder of functions", commands.bundle)
    bundle.add_argument("names", nargs="*", metavar="NAME", help="folders of functions (default: every one)")
    bundle.add_argument("--to", type=Path, default=BUNDLES, help="where to (default: build/bundles)")
    return parser


def _add(
    names: "argparse._SubParsersAction[argparse.ArgumentParser]", name: str, text: str, run: commands.Command
) -> argparse.ArgumentParser:
    parser = names.add_parser(name, help=text, description=text)
    parser.set_defaults(run=run)
    return parser


def _time(text: str) -> datetime:
    with suppress(ValueError):
        at = datetime.fromisoformat(text)
        if at.tzinfo and EARLIEST <= at < LATEST:
            return at
    raise argparse.ArgumentTypeError("not an ISO 8601 time with an offset, from 2000 to 2099")


if __name__ == "__main__":
    sys.exit(main())
