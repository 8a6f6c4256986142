"""`python -m infra.mutants [NAME …]`: each safeguard off in turn; prints which test noticed. 1 if none did."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from infra.manifests import ROOT
from infra.mutants.listing import Mutant, NotApplicable, chosen, load
from infra.mutants.running import CannotTell, check, copy, killed_by


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the named mutants, or all. 0 when every one was noticed."""
    every = load()
    parser = argparse.ArgumentParser(prog="python -m infra.mutants", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help="the mutants to run (default: all)")
    try:
        mutants = chosen(every, parser.parse_args(arguments).names)
    except KeyError as error:
        parser.error(f"no mutant is called {error}")
    with TemporaryDirectory(prefix="signpost-mutants-") as folder:
        return _run(mutants, copy(ROOT, Path(folder) / "tree"))


def _run(mutants: Sequence[Mutant], tree: Path) -> int:
    width = max(len(mutant.name) for mutant in mutants)
    whole: set[tuple[str, ...]] = set()
    results = [_one(mutant, tree, width, whole) for mutant in mutants]
    _say(f"{len(results)} mutants, {results.count(True)} killed, {results.count(False)} not")
    return 0 if all(results) else 1


def _one(mutant: Mutant, tree: Path, width: int, whole: set[tuple[str, ...]]) -> bool:
    """`whole`: the tests that are known to pass without a mutant."""
    try:
        if mutant.tests not in whole:
            check(tree, mutant.tests)
            whole.add(mutant.tests)
        test = killed_by(mutant, tree)
    except (NotApplicable, CannotTell) as error:
        _say(f"{mutant.name:{width}}  CANNOT TELL: {error}")
        return False
    _say(f"{mutant.name:{width}}  {test or 'SURVIVED'}")
    return test is not None


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
