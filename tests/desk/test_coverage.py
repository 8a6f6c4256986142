"""What cannot be seen, as data: every platform has its table, and a wrong file is refused by key."""

import tomllib
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from shared.domain.message import Platform
from shared.principles import coverage, loading
from shared.principles.model import PrinciplesError

FILE = Path(coverage.__file__).with_name("coverage.toml")
DATA = tomllib.loads(FILE.read_text(encoding="utf-8"))


def test_every_platform_says_what_cannot_be_seen_and_what_to_do() -> None:
    loaded = coverage.load()
    assert set(loaded.platforms) == set(Platform)
    said = [gap for seen in loaded.platforms.values() for gap in seen.gaps] + list(loaded.everywhere)
    assert len({gap.what for gap in said}) > 2 * len(Platform)
    assert all(gap.what.endswith(".") and gap.do.endswith(".") for gap in said)


def test_a_platform_may_be_silent_for_longer() -> None:
    loaded = coverage.load()
    assert loaded.quiet_after(Platform.FACEBOOK) == timedelta(hours=72)
    assert loaded.quiet_after(Platform.LINKEDIN) == timedelta(days=14)


def broken(change: str) -> dict[str, Any]:
    data = tomllib.loads(FILE.read_text(encoding="utf-8"))
    if change == "platforms":
        del data["platforms"]["x"]
    elif change == "platforms.x.gaps":
        data["platforms"]["x"]["gaps"] = []
    elif change == "watch.grace":
        data["watch"]["grace"] = "PT0S"
    else:
        data["news"] = 1
    return data


@pytest.mark.parametrize("key", ["platforms", "platforms.x.gaps", "watch.grace", "news"])
def test_a_wrong_file_is_refused_by_key(monkeypatch: pytest.MonkeyPatch, key: str) -> None:
    monkeypatch.setattr(loading, "words", lambda _: broken(key))
    with pytest.raises(PrinciplesError, match=f"coverage.toml: {key}: "):
        coverage.load()
