"""The packs of words: complete, compiling, and refused with a reason when they are wrong."""

from pathlib import Path

import pytest
import re2

from shared.rules.engine import PRECEDENCE, WORDS
from shared.rules.guard import DRAFTS
from shared.rules.packs import Pack, PackError, eases, frame, load, pattern

SLUGS = {
    *("hateful", "profane", "abusive", "targets-staff", "inappropriate-links", "illegal-activity"),
    *("personal-information", "advertising", "mean-spirited", "crisis", "clinical", "complaint", "care"),
}
FOLDERS = [WORDS, *(path for path in sorted(DRAFTS.iterdir()) if path.is_dir())]
PACKS = [pack for folder in FOLDERS for pack in load(folder)]
GROUP = 'name = "g"\nwhy = "Because."\nsource = "made up"\npriority = "normal"\n'


def test_every_clause_has_a_pack() -> None:
    assert {pack.clause for pack in load(WORDS)} == SLUGS | {None}


def test_the_order_of_gravity_names_packs() -> None:
    assert set(PRECEDENCE) <= {pack.rule for pack in load(WORDS)}


@pytest.mark.parametrize("pack", PACKS, ids=lambda pack: pack.rule)
def test_every_pattern_compiles(pack: Pack) -> None:
    for group in pack.groups:
        written = [pattern(group), pattern(group, tolerant=True), *map(frame, group.other_sense)]
        for one in written:
            assert re2.compile(one).search("") is None, f"{group.name} matches nothing at all"
            assert not re2.compile("<[a-z]+>").search(one), f"{group.name} names what the vocabulary lacks"


def test_every_ease_compiles() -> None:
    assert all(re2.compile(pattern(ease)).search("") is None for ease in eases().values())


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
