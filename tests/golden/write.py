"""Writes the decisions of the current version of the rules, once."""

import hashlib
import json
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from infra.manifests import ROOT
from shared.domain.message import Kind
from shared.rules.engine import VERSION, examine, summary
from tests.corpus.sentences import sentences

DECISIONS = Path(__file__).with_name("decisions")
SENTENCES = ROOT / "tests/rules/sentences"
COUNT = 1_000
OTHER_KINDS = {"direct": 10, "reply": 15}  # every so many of the messages, once more as this kind
Decision = dict[str, Any]


def decide(text: str, kind: str | None) -> Decision:
    """A decision as it is kept."""
    examined = examine(text, Kind(kind) if kind else None)
    priority, requires_response, signpost = summary(examined)
    findings = [
        {
            "clause": f.clause,
            "rule": f.rule,
            "passages": [list(p) for p in f.passages],
            "eased": bool(f.eased_by),
            "who": f.who and f.who.value,
        }
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


def difference(kept: Decision, now: Decision) -> str:
    """What is decided otherwise, in the names of rules: never a word of the message."""
    changed = [
        f"{key}: {kept[key]} -> {now[key]}"
        for key in ("priority", "requires_response", "signpost")
        if kept[key] != now[key]
    ]
    before, after = ({f["rule"]: f for f in decision["findings"]} for decision in (kept, now))
    changed += [f"no longer {rule}" for rule in before.keys() - after.keys()]
    changed += [f"newly {rule}" for rule in after.keys() - before.keys()]
    changed += [f"{rule} otherwise" for rule in before.keys() & after.keys() if before[rule] != after[rule]]
    return ", ".join(sorted(changed))


def messages() -> Iterator[tuple[str, str | None]]:
    """The messages to be decided: the tables of the rules, then open sentences in the order of their hashes."""
    tables = [tomllib.loads(table.read_text("utf-8")) for table in sorted(SENTENCES.glob("*.toml"))]
    written = dict.fromkeys(text for table in tables for texts in table.values() for text in texts)
    others = sorted({one.text for one in sentences("open")} - written.keys(), key=_hash)
    texts = [*written, *others]
    again = [(text, kind) for kind, every in OTHER_KINDS.items() for text in texts[: COUNT // 2 : every]]
    yield from [(text, None) for text in texts[: COUNT - len(again)]]
    yield from again


def main() -> int:
    """Write the file of this version; a file that is there is a record and stays as it is."""
    path = DECISIONS / f"{VERSION}.jsonl"
    if path.exists():
        print(f"{path.name} is there already: give the rules a new VERSION", file=sys.stderr)
        return 1
    lines = [json.dumps(decide(text, kind), ensure_ascii=False) for text, kind in messages()]
    DECISIONS.mkdir(exist_ok=True)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return 0


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


if __name__ == "__main__":
    sys.exit(main())
