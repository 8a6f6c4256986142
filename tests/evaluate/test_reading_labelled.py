"""Files of labelled messages: each way to label, and bad lines named without their words."""

import gzip
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from infra.evaluate.labels import DataError
from infra.evaluate.reading import Sample, Span, files, samples
from shared.domain.message import Kind

WORDS = """
[labels]
rude = { profane = true, house = true }
fine = { none = true }
[spans]
PHONE = "personal-information"
PERSON = "unclaimed"
PLACE = "other"
"""
SECRET = "the quokka sleeps"


def write(folder: Path, *rows: Any, name: str = "set.jsonl") -> Path:
    (folder / "labels.toml").write_text(WORDS)
    path = folder / name
    path.write_text("\n".join(row if isinstance(row, str) else json.dumps(row) for row in rows))
    return path


def one(folder: Path, **row: Any) -> Sample:
    [sample] = samples(write(folder, {"text": "Ring Robin at home now", **row}))
    return sample


def test_labels_are_taken_as_they_are(tmp_path: Path) -> None:
    assert one(tmp_path, labels={"hateful": True, "crisis": False}).truth == {"hateful": True, "crisis": False}


def test_a_label_is_looked_up_and_labels_come_before_it(tmp_path: Path) -> None:
    assert one(tmp_path, label="rude").truth == {"profane": True, "house": True}
    assert one(tmp_path, label="rude", labels={"profane": False}).truth == {"profane": False, "house": True}
    assert one(tmp_path, label="fine").truth["abusive"] is False


def test_the_group_is_the_category_or_the_label(tmp_path: Path) -> None:
    assert one(tmp_path, label="rude").group == "rude"
    assert one(tmp_path, label="rude", category="swearing").group == "swearing"
    assert one(tmp_path, labels={"care": True}).group is None


@pytest.mark.parametrize(
    ("kinds", "truth"),
    [
        ([], False),
        (["PLACE"], False),
        (["PERSON"], None),
        (["PHONE"], True),
        (["PHONE", "PERSON", "PLACE"], True),
        (["PERSON", "PLACE"], None),
    ],
)
def test_spans_say_whether_a_clause_is_touched(tmp_path: Path, kinds: list[str], truth: bool | None) -> None:
    sample = one(tmp_path, spans=[[0, 4, kind] for kind in kinds])
    assert sample.truth.get("personal-information") is truth
    assert len(sample.spans or ()) == len(kinds)


def test_spans_are_kept_as_passages(tmp_path: Path) -> None:
    assert one(tmp_path, spans=[[5, 10, "PERSON"]]).spans == (Span(5, 10, "PERSON", "unclaimed"),)
    assert one(tmp_path, label="rude").spans is None


def test_private_messages_are_not_public_unless_said(tmp_path: Path) -> None:
    base = {"labels": {"care": True}}
    assert one(tmp_path, **base).public is True
    assert one(tmp_path, **base, kind="review").kind is Kind.REVIEW
    assert one(tmp_path, **base, kind="direct").public is False
    assert one(tmp_path, **base, kind="direct", public=True).public is True
    assert one(tmp_path, **base, public=False).public is False


def test_a_split_is_chosen(tmp_path: Path) -> None:
    rows = [{"text": text, "label": "fine", "split": split} for text, split in (("a", "test"), ("b", "dev"))]
    path = write(tmp_path, *rows, "", {"text": "c", "label": "fine", "id": 7, "more": "ignored"})
    assert [sample.text for sample in samples(path, "test")] == ["a"]
    assert [sample.text for sample in samples(path)] == ["a", "b", "c"]


def test_packed_files_are_read_under_the_same_name(tmp_path: Path) -> None:
    plain = write(tmp_path, {"text": "a", "label": "neither"}, name="davidson.jsonl")
    packed = tmp_path / "davidson.jsonl.gz"
    packed.write_bytes(gzip.compress(plain.read_bytes()))
    assert files(tmp_path) == [plain, packed]
    assert samples(packed) == samples(plain)


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ({"text": SECRET}, "neither `labels` nor `label` nor `spans`"),
        ({"text": SECRET, "label": "naughty"}, "label: no word of labels.toml: naughty"),
        ({"text": SECRET, "label": 3}, "label: "),
        ({"text": SECRET, "labels": {"rude": True}}, "labels.rude"),
        ({"text": SECRET, "labels": {"care": "yes"}}, "labels.care: "),
        ({"text": SECRET, "labels": {"care": True, "none": True}}, "labels: the labels contradict each other"),
        ({"text": SECRET, "labels": {"care": True}, "kind": "pigeon"}, "kind: "),
        ({"text": SECRET, "labels": {"care": True}, "public": 1}, "public: "),
        ({"text": SECRET, "spans": [[0, 99, "PHONE"]]}, "spans: not within the text"),
        ({"text": SECRET, "spans": [[4, 4, "PHONE"]]}, "spans: not within the text"),
        ({"text": SECRET, "spans": [[-1, 4, "PHONE"]]}, "spans: not within the text"),
        ({"text": SECRET, "spans": [[0, 4, "SHOE_SIZE"]]}, "spans: no kind of labels.toml: SHOE_SIZE"),
        ({"text": SECRET, "spans": [[0, "x"]]}, "spans.0"),
        ({"words": SECRET, "label": "fine"}, "text: "),
        ({"text": None, "label": "fine"}, "text: "),
        ('{"text": "' + SECRET, "Invalid JSON"),
        ('["' + SECRET + '"]', "Input should be an object"),
        (r'{"text": "\ud800 ' + SECRET + '", "label": "fine"}', "Invalid JSON"),
    ],
)
def test_a_bad_line_is_named_and_not_repeated(tmp_path: Path, row: Any, says: str) -> None:
    path = write(tmp_path, {"text": "fine", "label": "fine"}, "", row)
    with pytest.raises(DataError) as caught:
        samples(path)
    assert str(caught.value).startswith("set.jsonl: line 3: ")
    assert says in str(caught.value)
    assert SECRET not in str(caught.value)


def test_bytes_that_are_no_text_are_named(tmp_path: Path) -> None:
    path = write(tmp_path)
    path.write_bytes(b'{"text": "\xff", "label": "fine"}')
    with pytest.raises(DataError, match=r"^set\.jsonl: line 1: "):
        samples(path)


@pytest.mark.parametrize(
    "damage",
    [
        lambda packed: b"no gzip",
        lambda packed: packed[: len(packed) // 2],
        lambda packed: packed[:20] + b"????" + packed[24:],
        lambda packed: packed[:-8] + bytes(8),
    ],
    ids=["another", "cut-off", "changed", "wrong-sum"],
)
def test_a_packed_file_that_is_damaged_is_named(tmp_path: Path, damage: Callable[[bytes], bytes]) -> None:
    path = write(tmp_path, name="set.jsonl.gz")
    rows = [json.dumps({"text": f"number {number}", "label": "fine"}) for number in range(99)]
    path.write_bytes(damage(gzip.compress("\n".join(rows).encode())))
    with pytest.raises(DataError, match=r"^set\.jsonl\.gz: .*cannot be read any further"):
        samples(path)


def test_a_folder_without_data_is_named(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").touch()
    with pytest.raises(DataError, match=r"no \*.jsonl"):
        files(tmp_path)
    with pytest.raises(DataError, match="no such folder"):
        files(tmp_path / "nowhere")
