"""What was measured, as lines: medians of ratios within one round, never of figures from different rounds."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Sample:
    """One round: what was measured and its floor, in the same unit. `p99_ms` in milliseconds, where it applies."""

    value: float
    floor: float
    p99_ms: float | None = None

    @property
    def ratio(self) -> float:
        """The value as a multiple of the floor of the same round."""
        return self.value / self.floor


@dataclass(frozen=True, slots=True)
class Summary:
    """All rounds of one measure. `p99_ms` is the median of the rounds' own."""

    value: float
    floor: float
    ratio: float
    lowest: float
    highest: float
    p99_ms: float | None
    rounds: int


@dataclass(frozen=True, slots=True)
class Goal:
    """What was promised, in words and as a test."""

    words: str
    met: Callable[[Summary], bool]


def summary(samples: Sequence[Sample]) -> Summary:
    """Medians over the rounds, and the lowest and highest ratio. Raises `ValueError` without any round."""
    if not samples:
        raise ValueError("no rounds")
    ratios = [sample.ratio for sample in samples]
    p99s = [sample.p99_ms for sample in samples if sample.p99_ms is not None]
    return Summary(
        value=median(sample.value for sample in samples),
        floor=median(sample.floor for sample in samples),
        ratio=median(ratios),
        lowest=min(ratios),
        highest=max(ratios),
        p99_ms=median(p99s) if p99s else None,
        rounds=len(samples),
    )


def line(measure: str, unit: str, found: Summary, goal: Goal | None) -> str:
    """One measure as one JSON object; `min` and `max` are of the ratio, `met` is null without a goal."""
    fields: dict[str, Any] = {
        "measure": measure,
        "value": _figures(found.value),
        "unit": unit,
        "floor": _figures(found.floor),
        "ratio": _figures(found.ratio),
        "min": _figures(found.lowest),
        "max": _figures(found.highest),
        "p99_ms": None if found.p99_ms is None else _figures(found.p99_ms),
        "rounds": found.rounds,
        "goal": goal.words if goal else None,
        "met": goal.met(found) if goal else None,
    }
    return json.dumps(fields)


def percentile(values: Sequence[float], share: float) -> float:
    """The value that `share` of all values do not exceed. Raises `ValueError` without any value."""
    if not values:
        raise ValueError("no values")
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def alternately(rounds: int, variants: Mapping[str, Callable[[], T]]) -> list[dict[str, T]]:
    """Run every variant once a round, each round in the other order: what drifts must not favour one of them."""
    names = list(variants)
    orders = [names if number % 2 == 0 else names[::-1] for number in range(rounds)]
    return [{name: variants[name]() for name in order} for order in orders]


def _figures(value: float) -> float:
    """Four significant figures: more would be noise."""
    return float(f"{value:.4g}")
