"""Writes `shared/rules/compiled.json`: the packs of words as the rules load them."""

import json
import sys

from shared.rules import compiled, compiling


def main() -> int:
    """Compile all packs. A pack that cannot be used raises `PackError`, and what is kept stays."""
    lines = json.dumps(compiling.compiled(), ensure_ascii=False, indent=None, separators=(",", ":"))
    compiled.FILE.write_text(lines + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
