"""What differs between two assessments of one message, and the count of it over all messages."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

Assessment = Mapping[str, Any]
FACTS = ("priority", "requires_response", "due", "signpost")
FINDING = ("clause", "rule", "passages", "why")


def differences(before: Assessment, after: Assessment) -> list[str]:
    """The keys in which two assessments differ.

    Only what `interfaces.md` promises is compared, so that a key that one version does not have yet says nothing.
    Nor does the name of the version, since it differs for every message once there is a new one.
    """
    facts = [key for key in FACTS if before.get(key) != after.get(key)]
    return facts + (["findings"] if _findings(before) != _findings(after) else [])


@dataclass
class Tally:
    """Messages so far, and how many differ: in all, by key, by clause that is found now or no longer."""

    messages: int = 0
    differing: int = 0
    keys: Counter[str] = field(default_factory=Counter)
    gained: Counter[str] = field(default_factory=Counter)
    lost: Counter[str] = field(default_factory=Counter)

    def add(self, before: Assessment, after: Assessment) -> list[str]:
        """Count one message and return the keys in which it differs."""
        found = differences(before, after)
        was, now = _clauses(before), _clauses(after)
        self.messages += 1
        self.differing += bool(found)
        self.keys.update(found)
        self.gained.update(now - was)
        self.lost.update(was - now)
        return found

    def summary(self, before: Mapping[str, str], after: Mapping[str, str]) -> str:
        """One line for a person: the counts and the two versions."""
        parts = [f"{self.differing} of {self.messages} differ{_listed(self.keys, ': {}')}"]
        parts += [f"clauses gained{_listed(self.gained, ': {}')}", f"lost{_listed(self.lost, ': {}')}"]
        parts += [f"{side}: principles {about['principles']}, rules {about['rules']}"
                  for side, about in (("before", before), ("after", after))]  # fmt: skip
        return "; ".join(parts)


def _findings(assessment: Assessment) -> list[str]:
    """In an order of their own: findings of one gravity may change places without anybody being told anything else."""
    return sorted(repr([finding.get(key) for key in FINDING]) for finding in assessment["findings"])


def _clauses(assessment: Assessment) -> set[str]:
    return {finding["clause"] for finding in assessment["findings"]}


def _listed(counts: Counter[str], words: str) -> str:
    return words.format(", ".join(f"{name} {count}" for name, count in counts.most_common()) or "none")
