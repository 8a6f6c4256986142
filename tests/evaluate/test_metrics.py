"""The figures against numbers worked out by hand, and what must hold of any counts."""

from dataclasses import astuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infra.evaluate.metrics import Counts, Figure, balanced, f1, figures, wilson

SIZES = st.integers(0, 10**6)
COUNTS = st.builds(Counts, SIZES, SIZES, SIZES, SIZES)


def near(*numbers: float) -> object:
    return pytest.approx(numbers, abs=0.0005)


@pytest.mark.parametrize(
    ("hits", "of", "expected"),
    [
        (8, 10, (0.8, 0.490, 0.943)),
        (1, 29, (0.0345, 0.0061, 0.1718)),
        (0, 20, (0.0, 0.0, 0.1611)),
        (20, 20, (1.0, 0.8389, 1.0)),
        (81, 263, (0.308, 0.2553, 0.3662)),
    ],
)
def test_wilson_as_published(hits: int, of: int, expected: tuple[float, ...]) -> None:
    assert wilson(hits, of) == near(*expected)


def test_nothing_of_nothing() -> None:
    assert wilson(0, 0) is None
    assert figures(Counts()) == dict.fromkeys(("precision", "recall", "f1", "false_alarms", "balanced_accuracy"))


def test_texts_are_counted_where_they_belong() -> None:
    counts = Counts()
    for truth, found in ((True, True), (True, False), (True, False), (False, True), *[(False, False)] * 4):
        counts = counts.add(truth=truth, found=found)
    assert astuple(counts) == (1, 1, 2, 4)
    assert (counts.positive, counts.negative) == (3, 5)


def test_the_five_figures_by_hand() -> None:
    found = figures(Counts(hits=6, alarms=2, missed=4, quiet=8))
    values = {name: figure and round(figure.value, 4) for name, figure in found.items()}
    assert values == {
        "precision": 0.75,
        "recall": 0.6,
        "f1": 0.6667,
        "false_alarms": 0.2,
        "balanced_accuracy": 0.7,
    }


def test_intervals_by_hand() -> None:
    assert f1(6, 6) == near(2 / 3, 0.4048, 0.8547)  # Wilson's for 6 of 12 is .2538 to .7462
    recall, specificity = Figure(0.6, 0.3, 0.8), Figure(0.8, 0.4, 0.95)
    assert balanced(recall, specificity) == near(0.7, 0.45, 0.825)  # 3-4-5 both times


@pytest.mark.parametrize("counts", [Counts(hits=3, missed=1), Counts(alarms=3, quiet=1)])
def test_one_kind_of_text_tells_no_precision(counts: Counts) -> None:
    found = figures(counts)
    assert [found[name] for name in ("precision", "f1", "balanced_accuracy")] == [None] * 3
    assert {name for name, figure in found.items() if figure} == ({"recall"} if counts.hits else {"false_alarms"})


@given(COUNTS)
def test_every_figure_lies_in_its_interval(counts: Counts) -> None:
    for figure in figures(counts).values():
        if figure:
            assert 0 <= figure.low <= figure.value <= figure.high <= 1


@given(COUNTS)
def test_f1_is_the_harmonic_mean(counts: Counts) -> None:
    found = figures(counts)
    precision, recall, both = found["precision"], found["recall"], found["f1"]
    if precision and recall and both and counts.hits:
        assert 1 / both.value == pytest.approx((1 / precision.value + 1 / recall.value) / 2)


@given(st.integers(0, 1000), st.integers(1, 1000))
def test_more_texts_tell_more(hits: int, more: int) -> None:
    few, many = wilson(hits, hits + more), wilson(10 * hits, 10 * (hits + more))
    assert few
    assert many
    assert many.high - many.low < few.high - few.low


@given(COUNTS)
def test_swapping_what_is_sought_swaps_the_figures(counts: Counts) -> None:
    """Balanced accuracy is the same for a clause and for its absence."""
    other = Counts(counts.quiet, counts.missed, counts.alarms, counts.hits)
    one, swapped = figures(counts)["balanced_accuracy"], figures(other)["balanced_accuracy"]
    assert (one is None) is (swapped is None)
    if one and swapped:
        assert one == pytest.approx(swapped)
