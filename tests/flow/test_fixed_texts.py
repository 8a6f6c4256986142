"""What we say in fixed words: every text passes the guard that every text must pass (promise 8)."""

from datetime import UTC, datetime

import pytest

from infra.manifests import ROOT
from shared.domain.assessment import Signpost
from shared.rules.guard import objections
from tests.rig import LIBRARY

OPENING = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def test_the_acknowledgement_of_every_version_passes_the_guard() -> None:
    assert [objections(version.acknowledgement(OPENING)) for version in LIBRARY.versions] == [()] * len(
        LIBRARY.versions
    )


@pytest.mark.parametrize("signpost", list(Signpost))
def test_the_reply_of_every_signpost_passes_the_guard(signpost: Signpost) -> None:
    assert [objections(version.reply(signpost)) for version in LIBRARY.versions] == [()] * len(LIBRARY.versions)


def test_no_retired_crisis_number_stands_anywhere_in_the_project() -> None:
    """Somebody who calls one reaches nobody."""
    read = 0
    for top in ("functions", "shared", "infra", "tests", "README.md"):
        paths = [ROOT / top] if (ROOT / top).is_file() else (ROOT / top).rglob("*")
        for path in paths:
            if path.suffix not in {".py", ".toml", ".html", ".md", ".json", ".jsonl", ".css", ".txt"}:
                continue
            for line in path.read_text(encoding="utf-8", errors="replace").splitlines():
                if sum(character.isdigit() for character in line) >= 10 and len(line) < 5_000:
                    read += 1
                    found = [o for o in objections(line) if o.clause == "crisis"]
                    assert not found, f"a retired number stands in {path.relative_to(ROOT)}"
    assert read > 200
