"""Cutting strangers' text: passages where they are, nothing invisible left invisible, nothing lost."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.console.passages import Segment, beginning, segments
from tests.desk.seeds import WORDS

INVISIBLE = WORDS.text["invisible"]
BIDI = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
HIDDEN = BIDI + "\x00\x07\x1b\x7f\x85\xad\u034f\u180e\u200b\u2028\u2060\u2062\ufeff\U000e0041\ud800"
ENGLAND = "\U0001f3f4\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f"
any_text = st.text(st.characters(codec=None))
numbered = st.lists(st.tuples(st.integers(1, 5), st.tuples(st.integers(-5, 60), st.integers(-5, 60))), max_size=6)


def cut(text: str, *found: tuple[int, tuple[int, int]]) -> list[Segment]:
    return segments(text, found, INVISIBLE)


def test_passages_are_code_points_and_may_overlap() -> None:
    assert cut("a😀bcd", (1, (1, 3)), (2, (2, 4))) == [
        Segment("a"),
        Segment("😀", (1,)),
        Segment("b", (1, 2), (1,)),
        Segment("c", (2,), (2,)),
        Segment("d"),
    ]


@pytest.mark.parametrize("passage", [(-3, 0), (5, 9), (2, 2), (3, 1)])
def test_a_passage_outside_the_text_marks_nothing(passage: tuple[int, int]) -> None:
    assert cut("abc", (1, passage)) == [Segment("abc")]


def test_a_passage_that_runs_over_is_cut() -> None:
    assert cut("abc", (1, (1, 99))) == [Segment("a"), Segment("bc", (1,), (1,))]


@pytest.mark.parametrize("character", HIDDEN, ids=lambda character: f"U+{ord(character):04X}")
def test_an_invisible_character_is_named(character: str) -> None:
    shown = cut(f"a{character}b")
    assert [one.invisible for one in shown] == [False, True, False]
    assert character not in shown[1].text
    assert shown[1].text.startswith("[")


def test_names_are_words() -> None:
    assert [one.text for one in cut("\u202e\u200b\u200b\x00")] == [
        "[right-to-left override]",
        "[zero width space × 2]",
        "[control character U+0000]",
    ]


@pytest.mark.parametrize(
    "text", ["👩‍👩‍👧", "می‌خواهم", ENGLAND, "❤️", "tab\tand\nline", "crlf\r\n".replace("\r\n", "\n")]
)
def test_what_people_really_write_is_left_alone(text: str) -> None:
    assert cut(text) == [Segment(text)]


def test_a_line_break_of_windows_is_a_line_break() -> None:
    assert cut("a\r\nb") == [Segment("a\nb")]


@given(any_text, numbered)
def test_nothing_visible_is_lost_and_nothing_invisible_stays(
    text: str, found: list[tuple[int, tuple[int, int]]]
) -> None:
    pieces = segments(text, found, INVISIBLE)
    kept = "".join(piece.text for piece in pieces if not piece.invisible)
    assert not any(unicodedata.category(c) in {"Cs", "Cc"} and c not in "\t\n" for c in kept)
    assert not set(kept) & set(BIDI)
    visible = [
        c for c in text if unicodedata.category(c)[0] in "LNPSM" and c not in "\u034f\u115f\u1160\u3164\uffa0\u2800"
    ]
    left = "".join(kept)
    unseen = [("\u17b4", "\u180f"), ("\ufe00", "\ufe0d"), ("\U000e0100", "\U000e01ef")]  # selectors of variants
    assert all(c in left for c in visible if not any(first <= c <= last for first, last in unseen))


@given(any_text.filter(bool), numbered)
def test_each_character_is_marked_by_exactly_the_passages_over_it(
    text: str, found: list[tuple[int, tuple[int, int]]]
) -> None:
    plain = "".join(c if c.isalnum() else "." for c in text)
    at = 0
    for piece in segments(plain, found, INVISIBLE):
        if not piece.invisible:
            for place in range(at, at + len(piece.text)):
                assert set(piece.marks) == {number for number, (start, end) in found if start <= place < end}
            at += len(piece.text)


def test_sixty_thousand_passages_over_sixty_kilobytes_are_cut_once() -> None:
    text = "ab" * 30_000
    pieces = cut(text, *((1, (place, place + 1)) for place in range(0, 60_000, 2)))
    assert len(pieces) == 60_000
    assert "".join(piece.text for piece in pieces) == text


@given(any_text, st.integers(1, 200))
def test_a_beginning_is_short_and_one_line(text: str, most: int) -> None:
    line = beginning(text, most)
    assert len(line) <= most + 1
    assert "\n" not in line


def test_a_beginning_ends_with_a_word() -> None:
    assert beginning("one two three", 9) == "one two…"
    assert beginning("one two", 9) == "one two"
    assert beginning("x" * 500, 10) == "x" * 10 + "…"
