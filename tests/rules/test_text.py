"""Views of a text, and that everything found points back into the text as given."""

from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shared.domain.message import Kind
from shared.rules import matching
from shared.rules.compiled import compiled
from shared.rules.disguises import undisguised
from shared.rules.engine import WORDS, examine, summary
from shared.rules.matching import matchers
from shared.rules.patterns import MOST, Pattern, compile_bytes
from shared.rules.reading import read
from shared.rules.sources import expanded
from shared.rules.text import HEAD, TAIL, View, abridged, merged, plain

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
VOCABULARY = compiled()["vocabulary"]
FRAMES = [
    (number, Pattern(pattern), compile_bytes(pattern))
    for number, group in enumerate(compiled()["packs"][WORDS]["groups"])
    for pattern, *_ in group["frames"]
]
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
    assert all(holds(other, text) for other in undisguised(view))


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


@given(st.sampled_from(FRAMES).flatmap(lambda frame: st.from_regex(expanded(frame[1].written, VOCABULARY))))
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_the_gate_hides_nothing(text: str) -> None:
    """Texts that some frame fits, and all that any frame finds in them."""
    reading = read(text)
    touched = matchers(WORDS).touched(reading).groups
    for number, pattern, regex in FRAMES:
        matches = [match.span() for match in regex.finditer(reading.plain.encoded)]
        assert pattern.spans(reading.plain.encoded) == [span for span in matches if span[1] > span[0]][:MOST]
        spans = reading.plain.spans(pattern)
        seen = touched.get(matchers(WORDS).all[number], [])
        assert set(spans) <= {span for one in seen for span in one.spans}, pattern.written


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
    ("written", "views"),
    [
        ("sh1t", ["shit"]),
        ("$h!t", ["shit"]),
        ("f u c k you", ["fuck you"]),
        ("d.i.e", ["die"]),
        ("fuuuuck", ["fuuck", "fuck"]),
        ("killlll", ["kill", "kil"]),
        ("f**k and s**t", ["fuck and shit"]),
        ("n****r", ["nigger"]),
        ("ho**t wat**er **bold** 5***", []),
        ("hello!", []),
        ("999 111", []),
        ("sh1t at 111", ["shit at 111"]),
        ("i a m", ["iam"]),
        ("love 🔪 2 of 👳🏾", ["love stab 2 of muslims "]),
        ("lovely 🌻", []),
    ],
)
def test_undisguised(written: str, views: list[str]) -> None:
    assert [view.text for view in undisguised(plain(written))] == views


def test_a_passage_covers_what_was_written() -> None:
    text = "Oh… ﬁrst I will k\u200bі\u0301 l l"
    view = plain("x" + "\u0301" * 3 + "кill")
    assert view.passage(1, 5) == (4, 8)
    assert plain(text).passage(0, len(plain(text).text)) == (0, len(text))


def test_nothing_disguised_has_no_other_view() -> None:
    assert undisguised(plain("an ordinary sentence, it's here")) == ()


def test_a_very_long_text_is_read_at_both_ends_and_given_to_a_person() -> None:
    text = "a" * HEAD + "é" * 9 + "B" * TAIL
    view = abridged(text)
    assert view.text == "a" * HEAD + "\n" + "b" * TAIL
    assert view.passage(HEAD + 1, HEAD + 2) == (HEAD + 9, HEAD + 10)
    found = {finding.rule: finding.passages for finding in examine(text).findings}
    assert found["unread.long"] == ((HEAD, HEAD + 9),)
    assert summary(examine(text))[1]
    assert abridged("short") == plain("short")


def test_what_would_take_too_long_is_given_to_a_person(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "I want to kill myself, my appointment was cancelled and nobody rang me back"
    calm = {finding.rule for finding in examine(text).findings}
    monkeypatch.setattr(matching, "MOST_WORK", len(text) * 3)
    found = {finding.rule for finding in examine(text).findings}
    assert "unread.long" in found - calm
    assert "crisis.harm-to-self" in found
    assert "care.own-care" in calm - found


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
    (start, end) = next(f for f in examine(text).findings if f.clause == "crisis").passages[-1]
    assert text[start:end].endswith("kill myself")
