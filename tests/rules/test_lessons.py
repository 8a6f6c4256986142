"""What the second reader learns from: every line usable, none of it personal, and all of it learned."""

import gzip
import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from infra.manifests import ROOT
from infra.reader import lessons as source
from infra.reader.lessons import Lesson, LessonError, clauses, digest, lessons
from shared.principles.model import SLUGS
from shared.rules import weights

CORPUS = ROOT / "tests/corpus"
KNOWN = lessons()
FEWEST = 400  # texts of either kind: of fewer nothing can be learned that holds elsewhere
SHORT = 25  # letters and spaces


def test_the_weights_were_learned_from_these_texts() -> None:
    """`make reader` learns anew, after a change of texts."""
    assert json.loads(weights.FILE.read_text("utf-8"))["learned_from"] == digest(KNOWN)


@pytest.mark.parametrize(
    "other",
    [replace(KNOWN[0], text="Other words"), replace(KNOWN[0], labels={}), replace(KNOWN[0], tables=frozenset({"x"}))],
)
def test_any_other_text_or_label_is_noticed(other: Lesson) -> None:
    assert digest([other, *KNOWN[1:5]]) != digest(KNOWN[:5])
    assert digest(reversed(KNOWN[:5])) == digest(KNOWN[:5])


@pytest.mark.parametrize("name", clauses())
def test_there_are_enough_of_both(name: str) -> None:
    counted = Counter(one.labels[name] for one in KNOWN if name in one.labels)
    assert min(counted[True], counted[False]) >= FEWEST
    assert clauses()[name].get("clause", name) in SLUGS


def test_letters_are_apart_and_tables_exist() -> None:
    letters = [made["letter"] for made in clauses().values()]
    assert len(set(letters)) == len(letters)
    lists = [some for made in clauses().values() for some in (made["untouched"], made.get("fair", ()), *made["calm"])]
    named = {table for some in lists for table in some}
    assert named <= {table for one in KNOWN for table in one.tables}


def test_no_text_names_an_account_a_number_or_an_address() -> None:
    personal = re.compile(r"\b0(?!7700900)[127]\d{8,9}\b|[\w.]+@(?!brand|example)\w+\.(?:com|co\.uk|org|net)\b")
    assert sum(bool(personal.search(one.text)) for one in KNOWN) == 0


@pytest.mark.parametrize(
    ("content", "line"),
    [("k\tno header", 1), ("#\nk\tno letters", 1), ("#?\n", 1), ("#k\nl\tanother letter", 2), ("#k\nk no tab", 2)],
)
def test_a_line_that_cannot_be_used_is_named(
    content: str, line: int, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "texts").mkdir()
    (tmp_path / "texts/one.tsv").write_text(content, "utf-8")
    (tmp_path / "clauses.toml").write_text(source.HERE.joinpath("clauses.toml").read_text("utf-8"), "utf-8")
    monkeypatch.setattr(source, "HERE", tmp_path)
    with pytest.raises(LessonError, match=rf"^one\.tsv:{line}: ") as error:
        lessons()
    assert "letter" not in str(error.value).partition("needs")[0]


def test_nothing_was_learned_that_the_rules_are_judged_by() -> None:
    learned = {_bare(one.text) for one in KNOWN}
    assert sum(_bare(text) in learned for part in ("sealed", "unseen") for text in judged_by(part)) == 0


def judged_by(part: str) -> Iterator[str]:
    """The texts of a part of the tests, but for those of a few words, which many people write alike."""
    for path in sorted((CORPUS / part).iterdir()):
        rows = map(json.loads, gzip.decompress(path.read_bytes()).decode().splitlines())
        yield from (row["text"] for row in rows if len(_bare(row["text"])) > SHORT)


def _bare(text: str) -> str:
    return " ".join(re.findall(r"[a-z]+", text.lower()))
