"""Packages that a Python developer would otherwise take, each as it is, on the clauses that it could stand for."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module

from infra.evaluate.labels import HOUSE, DataError

Says = Callable[[Sequence[str]], Sequence[bool]]
SWEARING = (HOUSE, "abusive", "hateful", "mean-spirited", "profane")


@dataclass(frozen=True, slots=True)
class Rival:
    """A package's one question: whether each of these texts touches any of `clauses`, the first above all."""

    name: str
    clauses: tuple[str, ...]
    says: Says

    def plays(self, clause: str, positive: int) -> bool:
        """Whether to compare it: on the first of its clauses always, on others where there is something to find."""
        return clause == self.clauses[0] or (clause in self.clauses and positive > 0)


def rivals(names: Sequence[str]) -> list[Rival]:
    """The named packages, ready. Raises `DataError` for one that is not installed."""
    return [Rival(name, PACKAGES[name][0], _ready(name)) for name in names]


def _ready(name: str) -> Says:
    try:
        return PACKAGES[name][1]()
    except ImportError:
        raise DataError(f"{name} is not installed: make evaluate DATA=… AGAINST=1 does that") from None


def _better_profanity() -> Says:
    swears = import_module("better_profanity").profanity.contains_profanity
    return lambda texts: [bool(swears(text)) for text in texts]


def _alt_profanity_check() -> Says:
    predict = import_module("profanity_check").predict
    return lambda texts: [bool(found) for found in predict(list(texts))]


def _datafog() -> Says:
    scan = import_module("datafog.engine").scan
    return lambda texts: [bool(scan(text, engine="regex").entities) for text in texts]


PACKAGES: Mapping[str, tuple[tuple[str, ...], Callable[[], Says]]] = {
    "alt-profanity-check": (SWEARING, _alt_profanity_check),
    "better-profanity": (SWEARING, _better_profanity),
    "datafog": (("personal-information",), _datafog),
}
