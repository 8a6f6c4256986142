"""The packs of words: complete, compiling, and refused with a reason when they are wrong."""

import json
from pathlib import Path
from typing import Any

import pytest

from shared.rules import compiled as kept
from shared.rules.compiling import FOLDERS, compiled, gated, pattern
from shared.rules.engine import PRECEDENCE
from shared.rules.packs import HERE, Pack, PackError, Words, load
from shared.rules.patterns import compile_bytes

SLUGS = {
    *("hateful", "profane", "abusive", "targets-staff", "inappropriate-links", "illegal-activity"),
    *("personal-information", "advertising", "mean-spirited", "crisis", "clinical", "complaint", "care"),
}
WORDS = load(HERE / "words")
PACKS = [pack for folder in FOLDERS for pack in load(HERE / folder)]
COMPILED: dict[str, Any] = compiled()
GROUP = 'name = "g"\nwhy = "Because."\nsource = "made up"\npriority = "normal"\n'


def test_every_clause_has_a_pack() -> None:
    assert {pack.clause for pack in WORDS} == SLUGS | {None}


def test_the_order_of_gravity_names_packs() -> None:
    assert set(PRECEDENCE) <= {pack.rule for pack in WORDS}


def test_what_is_kept_is_what_the_packs_say() -> None:
    """`make rules` writes it anew. A start without it, or with an old one, only takes longer."""
    assert json.loads(kept.FILE.read_text("utf-8")) == json.loads(json.dumps(COMPILED))


def test_a_changed_word_is_compiled_anew(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    stale = tmp_path / "compiled.json"
    stale.write_text(json.dumps({**COMPILED, "sources": "another", "packs": {}}), "utf-8")
    monkeypatch.setattr(kept, "FILE", stale)
    assert kept.compiled.__wrapped__()["packs"].keys() == COMPILED["packs"].keys()


@pytest.mark.parametrize("pack", PACKS, ids=lambda pack: pack.rule)
def test_every_pattern_compiles(pack: Pack) -> None:
    for group in gated([pack])["groups"]:
        for written, *needed in group["frames"]:
            assert compile_bytes(written).search(b"") is None, f"{group['name']} matches nothing at all"
            assert needed, f"{group['name']}: without a word to look for first it is tried on every message: {written}"
        if group["other_sense"]:
            assert compile_bytes(group["other_sense"]).search(b"") is None


def test_every_ease_compiles() -> None:
    assert all(compile_bytes(ease["pattern"]).search(b"") is None for ease in COMPILED["eases"].values())


def test_an_apostrophe_may_be_left_out_and_letters_are_looked_for_as_they_are_read() -> None:
    assert pattern(Words(frames=["can't go"])) == r"\b(?:can'?t go)\b"
    assert pattern(Words(patterns=["сам"])) == "cam"


@pytest.mark.parametrize("pack", PACKS, ids=lambda pack: pack.rule)
def test_staff_read_sentences(pack: Pack) -> None:
    assert all(group.why[0].isupper() and group.why.endswith(".") and group.source for group in pack.groups)
    assert len({group.name for group in pack.groups}) == len(pack.groups)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("groups = [", "not TOML"),
        (f"[[groups]]\n{GROUP}", "needs phrases, frames or patterns"),
        (f'[[groups]]\n{GROUP}phrases = ["a"]\ncolour = "red"', "colour"),
        ('[[groups]]\nname = "g"\nphrases = ["a"]', "why"),
        (f'[[groups]]\n{GROUP}phrases = ["a"]\nunless = ["winked"]', "no ease 'winked'"),
        (f'[[groups]]\n{GROUP}phrases = ["a"]\ncheck = "luck"', "no check 'luck'"),
        (f'[[groups]]\n{GROUP}phrases = ["a"]\nkinds = ["shout"]', "kinds"),
    ],
)
def test_a_wrong_pack_is_refused_with_its_name(tmp_path: Path, content: str, says: str) -> None:
    (tmp_path / "odd.toml").write_text(content, "utf-8")
    with pytest.raises(PackError, match=r"^odd\.toml: ") as refusal:
        load(tmp_path)
    assert says in str(refusal.value)


def test_keys_at_the_top_hold_for_each_group(tmp_path: Path) -> None:
    (tmp_path / "odd.toml").write_text(
        'source = "s"\nname = "n"\nwhy = "W."\npriority = "read"\n[[groups]]\nphrases = ["a"]'
    )
    (group,) = load(tmp_path)[0].groups
    assert (group.source, group.priority) == ("s", "read")
