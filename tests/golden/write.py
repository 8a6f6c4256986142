"""Writes the decisions of the current version of the rules, once."""

import json
import sys
import tomllib
from pathlib import Path
from typing import Any

from infra.manifests import ROOT
from shared.domain.message import Kind
from shared.rules.engine import VERSION, examine, summary

DECISIONS = Path(__file__).with_name("decisions")
SENTENCES = ROOT / "tests/rules/sentences"
Decision = dict[str, Any]


def decide(text: str, kind: str | None) -> Decision:
    """A decision as it is kept."""
    examined = examine(text, Kind(kind) if kind else None)
    priority, requires_response, signpost = summary(examined)
    findings = [
        {"clause": f.clause, "rule": f.rule, "passages": [list(p) for p in f.passages], "eased": bool(f.eased_by)}
        for f in examined.findings
    ]
    return {
        "text": text,
        "kind": kind,
        "priority": priority.value,
        "requires_response": requires_response,
        "signpost": signpost and signpost.value,
        "findings": findings,
    }


def main() -> int:
    """Write the file of this version; a file that is there is a record and stays as it is."""
    path = DECISIONS / f"{VERSION}.jsonl"
    if path.exists():
        print(f"{path.name} is there already: give the rules a new VERSION", file=sys.stderr)
        return 1
    tables = [tomllib.loads(table.read_text("utf-8")) for table in sorted(SENTENCES.glob("*.toml"))]
    texts = dict.fromkeys(text for table in tables for texts in table.values() for text in texts)
    lines = [json.dumps(decide(text, None), ensure_ascii=False) for text in texts]
    lines += [json.dumps(decide(text, "direct"), ensure_ascii=False) for text in list(texts)[::10]]
    DECISIONS.mkdir(exist_ok=True)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
