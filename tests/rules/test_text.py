"""Views of a text, and that everything found points back into the text as given."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.domain.message import Kind
from shared.rules.engine import WORDS, examine, summary
from shared.rules.matching import Gate, read
from shared.rules.packs import load
from shared.rules.text import View, merged, plain, undisguised

AWKWARD = "aAéßﬁ\u0301\u200b\u202e\ud800\x00\n 10$@!.*'’“Ⓐ𝓀кﷺ🔪🏥👩‍⚕️ㅤ½İ"
SNIPPETS = [
    "kill myself",
    "f u c k",
    "sh1t",
    "suicide prevention",
    "taken 20",
    "my ward",
    "called me a",
    "?",
    '"',
    "07700 900123",
]
GATE = Gate(load(WORDS))
texts = st.one_of(
    st.text(max_size=80),
    st.text(alphabet=AWKWARD, max_size=80),
    st.lists(st.sampled_from([*SNIPPETS, *AWKWARD]), max_size=12).map(" ".join),
    st.text(alphabet=st.characters(), max_size=40),
)


def holds(view: View, text: str) -> bool:
    origin = list(view.origin)
    return len(origin) == len(view.text) and origin == sorted(origin) and all(0 <= at < len(text) for at in origin)


@given(texts)
@settings(max_examples=300, deadline=None)
def test_views_map_back_in_order(text: str) -> None:
    view = plain(text)
    assert holds(view, text)
    assert holds(undisguised(view), text)


@given(texts, st.sampled_from([None, *Kind]), st.booleans())
@settings(max_examples=300, deadline=None)
def test_examine_is_total_and_points_into_the_text(text: str, kind: Kind | None, public: bool) -> None:
    examined = examine(text, kind, public=public)
    assert examined.faults == ()
    for finding in examined.findings:
        for passages in (finding.passages, finding.eased_by):
            assert all(0 <= start < end <= len(text) for start, end in passages)
            assert all(one[1] < two[0] for one, two in pairwise(passages))
        assert finding.passages
    assert examine(text, kind, public=public) == examined
    assert summary(examined) == summary(examine(text, kind, public=public))


@given(texts)
@settings(max_examples=150, deadline=None)
def test_the_gate_hides_nothing(text: str) -> None:
    reading = read(text)
    touched = GATE.touched(reading)
    assert [matcher for matcher in GATE.matchers if matcher.passages(reading) and matcher not in touched] == []


@pytest.mark.parametrize(
    ("written", "view"),
    [
        ("Can’t", "can't"),
        ("SUI\u200bCIDE", "suicide"),
        ("cafe\u0301 café", "cafe cafe"),
        ("ｋｉｌｌ ⓜⓔ", "kill me"),
        ("кіll", "kill"),
        ("a \n\t b", "a b"),
        ("ki\x00ll", "kill"),
        ("ﬁne ß", "fine ss"),
        ("\ud800", "\ufffd"),
        ("ﷺ", "ﷺ"),
        ("“no”", '"no"'),
    ],
)
def test_plain(written: str, view: str) -> None:
    assert plain(written).text == view


@pytest.mark.parametrize(
    ("written", "view"),
    [
        ("sh1t", "shit"),
        ("$h!t", "shit"),
        ("f u c k you", "fuck you"),
        ("d.i.e", "die"),
        ("fuuuuck", "fuuck"),
        ("killlll", "kill"),
        ("hello!", "hello!"),
        ("999 111", "999 111"),
        ("sh1t at 111", "shit at 111"),
        ("i a m", "iam"),
    ],
)
def test_undisguised(written: str, view: str) -> None:
    assert undisguised(plain(written)).text == view


def test_a_passage_covers_what_was_written() -> None:
    text = "Oh… ﬁrst I will k\u200bі\u0301 l l"
    view = plain("x" + "\u0301" * 3 + "кill")
    assert view.passage(1, 5) == (4, 8)
    assert plain(text).passage(0, len(plain(text).text)) == (0, len(text))


def test_nothing_disguised_is_the_same_view() -> None:
    view = plain("an ordinary sentence")
    assert undisguised(view) is view


def test_merged() -> None:
    assert merged([(5, 7), (0, 2), (2, 3), (6, 9)]) == ((0, 3), (5, 9))


@pytest.mark.parametrize(
    "text",
    [
        "a" + "\u0301" * 32_000,
        "\x00" * 65_536,
        "\ud800" * 65_536,
        "fuck " * 13_000,
        "a b " * 16_000,
        '"' * 65_536,
        "\ufdfa" * 21_000,
    ],
)
def test_hostile_text_is_read(text: str) -> None:
    assert examine(text).faults == ()


def test_a_cry_for_help_is_found_behind_much_else() -> None:
    text = "cut myself shaving " * 3_000 + "I want to kill myself"
    (start, end) = next(f for f in examine(text).findings if f.rule == "crisis.harm-to-self").passages[-1]
    assert text[start:end] == "kill myself"
