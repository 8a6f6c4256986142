"""The packages that we are compared with, played by stand-ins: what they are asked, and what their answers mean."""

import re
import sys
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

from infra.evaluate.against import PACKAGES, rivals
from infra.evaluate.labels import HOUSE, DataError
from infra.manifests import ROOT
from shared.principles.model import HOUSE_RULES

TEXTS = ["fine", "a bad word", "also fine"]


def stand_in(monkeypatch: pytest.MonkeyPatch, name: str, **what: Any) -> None:
    module = ModuleType(name)
    vars(module).update(what)
    monkeypatch.setitem(sys.modules, name, module)


def bad(text: str) -> bool:
    return "bad" in text


def test_what_the_packages_are_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    def scan(text: str, engine: str) -> SimpleNamespace:
        assert engine == "regex"
        return SimpleNamespace(entities=["a place"] if bad(text) else [])

    stand_in(monkeypatch, "better_profanity", profanity=SimpleNamespace(contains_profanity=bad))
    stand_in(monkeypatch, "profanity_check", predict=lambda texts: [int(bad(text)) for text in texts])
    stand_in(monkeypatch, "datafog")
    stand_in(monkeypatch, "datafog.engine", scan=scan)
    found = rivals(list(PACKAGES))
    assert [rival.name for rival in found] == list(PACKAGES)
    assert [list(rival.says(TEXTS)) for rival in found] == [[False, True, False]] * len(PACKAGES)


def test_the_clauses_are_house_rules() -> None:
    for clauses, _ in PACKAGES.values():
        assert set(clauses) <= HOUSE_RULES | {HOUSE}
        assert clauses[0] in {HOUSE, "personal-information"}


@pytest.mark.parametrize("name", PACKAGES)
def test_one_that_is_not_installed_is_named(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    for module in ("better_profanity", "profanity_check", "datafog", "datafog.engine"):
        monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(DataError, match=rf"^{name} is not installed: .*AGAINST=1"):
        rivals([name])


def test_they_are_pinned_and_hashed_and_run_beside_our_own_packages() -> None:
    asked = (ROOT / "infra/requirements/evaluate.in").read_text("utf-8")
    locked = (ROOT / "infra/requirements/evaluate.txt").read_text("utf-8")
    wanted = dict(re.findall(r"^([a-z-]+)==([0-9.]+)", asked, re.MULTILINE))
    pins = re.findall(
        r"^([a-z0-9-]+)==([^ ]+)(?: ;.*)? \\\n(?: +--hash=sha256:[0-9a-f]{64}(?: \\)?\n)+", locked, re.MULTILINE
    )
    run = dict(re.findall(r"^([a-z0-9-]+)==([^ ;]+)", (ROOT / "requirements.txt").read_text("utf-8"), re.MULTILINE))
    assert set(wanted) == set(PACKAGES)
    assert wanted.items() <= set(pins)
    assert len(pins) == len(re.findall(r"^[a-z0-9-]+==", locked, re.MULTILINE))
    assert all(run[name] == version for name, version in pins if name in run)
