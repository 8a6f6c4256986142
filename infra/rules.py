"""Writes `shared/rules/compiled.json`: the packs of words as the rules load them."""

import json
import sys

from shared.rules import compiled, compiling


def main() -> int:
    """Compile all packs. A pack that cannot be used raises `PackError`, and what is kept stays.

    In ASCII: one emoji spelled out would make the whole file four times as long in memory, and slower to load.
    """
    lines = json.dumps(compiling.compiled(), indent=None, separators=(",", ":"))
    compiled.FILE.write_text(lines + "\n", encoding="ascii")
    return 0


if __name__ == "__main__":
    sys.exit(main())
