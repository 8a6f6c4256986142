"""Assesses messages with one tree's `shared`, in a process of its own: `python -P runner.py TREE`.

Reads `{"text", "kind", "public", "at"}` a line. Writes what the tree is, then one assessment a line. A line with
`error` is the last one; after the first message it names the type of the error only, as its words may be the message's.
"""

import json
import sys
from collections.abc import Callable, Mapping
from datetime import datetime
from importlib.machinery import BuiltinImporter, FrozenImporter, PathFinder
from pathlib import Path
from typing import Any

Line = Mapping[str, Any]


def main(tree: Path) -> int:
    """Answer every line of standard input until it ends."""
    try:
        about, assess = _load(tree)
    except Exception as error:  # noqa: BLE001 - whatever a tree does wrong, the other process says it in one line
        return _fail(f"{type(error).__name__}: {error}")
    _write(about)
    for line in sys.stdin.buffer:
        try:
            _write(assess(json.loads(line)))
        except Exception as error:  # noqa: BLE001 - as above
            return _fail(type(error).__name__)
    return 0


def _load(tree: Path) -> tuple[Line, Callable[[Line], Line]]:
    """What the tree is, and how it assesses. Raises whatever the tree raises, and `LookupError` for another's code."""
    sys.path.insert(0, str(tree))
    sys.meta_path[:] = [BuiltinImporter, FrozenImporter, PathFinder]  # an editable install lends its modules otherwise
    import shared

    if not any(Path(place).resolve() == tree / "shared" for place in shared.__path__):
        raise LookupError("its folder `shared` is no package")
    from shared.domain.message import Event, EventKind, Kind, Platform
    from shared.principles.loading import load
    from shared.rules.engine import VERSION
    from shared.service.assessment import assess
    from shared.service.reading import assessment_line

    library = load()

    def answer(line: Line) -> Line:
        at, kind = datetime.fromisoformat(line["at"]), line["kind"] and Kind(line["kind"])
        words = {"text": line["text"], "kind": kind, "public": line["public"], "sent_at": at}
        return assessment_line(assess(Event(EventKind.POSTED, Platform.FACEBOOK, "", **words), library, at))

    return {"principles": library.versions[0].version, "rules": VERSION}, answer


def _fail(why: str) -> int:
    _write({"error": why})
    return 1


def _write(line: Line) -> None:
    sys.stdout.write(json.dumps(line) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]).resolve()))
