"""The figures, each with its 95 % interval. What cannot be told from the data is None, never 0 or 1."""

from dataclasses import dataclass
from math import hypot, sqrt
from typing import NamedTuple, Self

Z = 1.959963984540054  # 95 % of a normal distribution lie within so many standard deviations


class Figure(NamedTuple):
    """A share between 0 and 1, and where it may really lie."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Counts:
    """Texts found rightly, found wrongly, missed, and rightly not found."""

    hits: int = 0
    alarms: int = 0
    missed: int = 0
    quiet: int = 0

    def add(self, *, truth: bool, found: bool) -> Self:
        """One text more."""
        hit, alarm, miss = truth and found, found and not truth, truth and not found
        return type(self)(
            self.hits + hit, self.alarms + alarm, self.missed + miss, self.quiet + (not truth and not found)
        )

    @property
    def positive(self) -> int:
        """Texts of which the label says so."""
        return self.hits + self.missed

    @property
    def negative(self) -> int:
        """Texts of which the label says that it is not so."""
        return self.alarms + self.quiet


def wilson(hits: int, of: int) -> Figure | None:
    """A share with Wilson's score interval; None of nothing."""
    if not of:
        return None
    share, doubt = hits / of, Z * Z / of
    middle = (share + doubt / 2) / (1 + doubt)
    reach = sqrt(share * (1 - share) * doubt + doubt * doubt / 4) / (1 + doubt)
    return Figure(share, max(0.0, min(middle - reach, share)), min(1.0, max(middle + reach, share)))


def figures(counts: Counts) -> dict[str, Figure | None]:
    """Every figure by name. Precision, F1 and balanced accuracy need both kinds of text."""
    both = counts.positive and counts.negative
    recall = wilson(counts.hits, counts.positive)
    return {
        "precision": wilson(counts.hits, counts.hits + counts.alarms) if both else None,
        "recall": recall,
        "f1": f1(counts.hits, counts.alarms + counts.missed) if both else None,
        "false_alarms": wilson(counts.alarms, counts.negative),
        "balanced_accuracy": balanced(recall, wilson(counts.quiet, counts.negative)),
    }


def f1(hits: int, wrong: int) -> Figure | None:
    """F1, whose interval comes from Wilson's for hits among all that was found or missed: one rises with the other."""
    shared = wilson(hits, hits + wrong)
    return shared and Figure(*(2 * share / (1 + share) for share in shared))


def balanced(recall: Figure | None, specificity: Figure | None) -> Figure | None:
    """The mean of both; its interval is Newcombe's, which squares and adds the distances of two Wilson intervals."""
    if recall is None or specificity is None:
        return None
    mean = (recall.value + specificity.value) / 2
    below = hypot(recall.value - recall.low, specificity.value - specificity.low) / 2
    above = hypot(recall.high - recall.value, specificity.high - specificity.value) / 2
    return Figure(mean, max(0.0, mean - below), min(1.0, mean + above))
