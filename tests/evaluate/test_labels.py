"""What labels say of clauses: ours, those beside the data, and what follows from one."""

import tomllib
from pathlib import Path

import pytest

from infra.evaluate import labels
from infra.evaluate.labels import NAME, DataError, Words, entailed, words
from shared.principles.model import HOUSE_RULES, SLUGS


@pytest.mark.parametrize(
    ("name", "word", "truth"),
    [
        ("davidson", "hate", {"hateful": True, "house": True}),
        ("davidson", "offensive", {"house": True}),
        ("davidson", "neither", {"house": False}),
        ("edos", "sexist", {"hateful": True}),
        ("edos", "not sexist", {"hateful": False}),
        ("hatemoji-build", "hateful", {"hateful": True}),
        ("hatemoji-build", "not hateful", {"hateful": False}),
        ("surge-toxicity", "toxic", {"house": True}),
        ("surge-toxicity", "not toxic", {"house": False}),
    ],
)
def test_the_public_sets_are_known(tmp_path: Path, name: str, word: str, truth: dict[str, bool]) -> None:
    assert words(tmp_path, name).labels[word] == truth


def test_what_our_rules_claim_of_personal_data(tmp_path: Path) -> None:
    spans = words(tmp_path, "presidio-synthetic-pii").spans
    claimed = {kind for kind, clause in spans.items() if clause == "personal-information"}
    assert claimed == {"EMAIL_ADDRESS", "PHONE_NUMBER", "STREET_ADDRESS"}
    assert spans["PERSON"] == spans["CREDIT_CARD"] == "unclaimed"
    assert spans["ORGANIZATION"] == "other"


def test_a_file_that_nobody_has_heard_of_has_no_words(tmp_path: Path) -> None:
    assert words(tmp_path, "new") == Words()


def test_what_is_nearer_comes_first(tmp_path: Path) -> None:
    general = "[labels]\nhate = { profane = true }\ngood = { none = true }\n"
    (tmp_path / NAME).write_text(general + "[files.davidson.labels]\ngood = { house = false }\n")
    assert words(tmp_path, "davidson").labels == {
        "hate": {"profane": True},
        "offensive": {"house": True},
        "neither": {"house": False},
        "good": {"house": False},
    }
    assert words(tmp_path, "other").labels["good"] == {"none": True}


@pytest.mark.parametrize(
    ("written", "says"),
    [
        ("[labels]\nbad = { rude = true }", "labels.bad.rude"),
        ('[labels]\nbad = { profane = "yes" }', "labels.bad.profane"),
        ('[spans]\nNAME = "house"', "spans.NAME"),
        ("[labls]", "labls"),
        ("[labels", "Expected"),
        ("[files.x.labels]\nbad = { profane = 1 }", "files.x.labels.bad.profane"),
    ],
)
def test_a_wrong_word_file_is_named(tmp_path: Path, written: str, says: str) -> None:
    (tmp_path / NAME).write_text(written)
    with pytest.raises(DataError, match=rf"^labels\.toml: {says}"):
        words(tmp_path, "any")


def test_what_follows_from_a_label() -> None:
    assert entailed({"house": False}) == {"house": False, **dict.fromkeys(HOUSE_RULES, False)}
    assert entailed({"none": True}) == {"none": True, "house": False, **dict.fromkeys(SLUGS, False)}
    for alone in ({"house": True}, {"none": False}, {"hateful": True}, {"hateful": False, "crisis": True}):
        assert entailed(alone) == alone
    assert entailed({"house": False, "crisis": True})["crisis"] is True


@pytest.mark.parametrize(
    "truth", [{"house": False, "profane": True}, {"none": True, "care": True}, {"none": True, "house": True}]
)
def test_contradictions_are_refused(truth: dict[str, bool]) -> None:
    with pytest.raises(ValueError, match="contradict"):
        entailed(truth)


def test_our_own_file_is_in_order() -> None:
    written = tomllib.loads(Path(labels.__file__).with_name(NAME).read_text("utf-8"))
    assert set(written) == {"files"}, "words for every file would meet files of other people"
    for one in written["files"].values():
        for truth in one.get("labels", {}).values():
            assert entailed(truth)
