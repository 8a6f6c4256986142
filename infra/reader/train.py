"""Training: two logistic regressions for each clause over words, pairs of words and kinds of words, in whole numbers.

A word counts by itself and by its kind (`kinds.txt`), so that words which no lesson holds weigh as their like do.
One regression takes terms as they are, the other by how much oftener they stand in texts of one sort than of the other
(Wang and Manning 2012, "Baselines and bigrams"). Their mean errs less than either on texts of another origin.
"""

import base64
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from scipy import sparse
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.linear_model import LogisticRegression

from infra.reader.lessons import HERE
from shared.rules import reader
from shared.rules.text import plain

LEAST_TEXTS = 4  # that a term must stand in
STRENGTH, STRENGTH_TELLING = 32.0, 8.0  # of the two regressions: the inverse of their regularisation
LEAST_TELLING = 0.25  # of what the mean term counts: for one that stands in both sorts of text alike
MOST_TERMS = 40_000  # kept: those that weigh most in any clause
LARGEST = 127


@dataclass(frozen=True, slots=True)
class Trained:
    """A model of one clause: a weight for each term of the space."""

    weights: Any
    bias: float


class Space:
    """The terms of all lessons, and the kinds of words that they belong to."""

    def __init__(self, texts: Sequence[str]) -> None:
        counter = CountVectorizer(analyzer=_terms, binary=True, min_df=LEAST_TEXTS)
        counter.fit(texts)
        self.terms = sorted({*counter.get_feature_names_out(), *_kinds()})
        self._counter = CountVectorizer(analyzer=_terms, binary=True, vocabulary=self.terms)
        place = {term: number for number, term in enumerate(self.terms)}
        rows, columns = [place[word] for word in _kinds()], list(_kinds().values())
        shape = (len(self.terms), max(columns) + 1)
        self._kinds = sparse.csr_matrix((np.ones(len(rows)), (rows, columns)), shape)
        self._held = self._counter.transform(texts).astype(float)
        self._texts = texts

    def train(self, chosen: Sequence[int], truth: Sequence[bool], counting: Sequence[float]) -> Trained:
        """Learn from the chosen lessons, each `counting` as so many.

        The weight of a kind is added to that of each of its words.
        """
        held = self._held[list(chosen)]
        telling = _telling(held, np.asarray(truth))
        even = self._regression(_evened(held), truth, counting, np.ones(len(self.terms)), STRENGTH)
        told = self._regression(_evened(held), truth, counting, telling, STRENGTH_TELLING)
        return Trained((even.weights + told.weights) / 2, (even.bias + told.bias) / 2)

    def _regression(
        self, rows: Any, truth: Sequence[bool], counting: Sequence[float], telling: Any, strength: float
    ) -> Trained:
        """`telling`: how much each term counts."""
        spread = sparse.hstack([sparse.diags(telling), self._kinds]).tocsr()
        model = LogisticRegression(
            C=strength, class_weight="balanced", max_iter=1000, solver="liblinear", random_state=0
        )
        model.fit(rows @ spread, truth, sample_weight=counting)
        return Trained(spread @ model.coef_[0], float(model.intercept_[0]))

    def scores(self, model: Trained, chosen: Sequence[int]) -> list[float]:
        """How far lessons lean to the clause, as the reader will find it: by their most telling stretch."""
        parts = [(n, stretch) for n in chosen for _, stretch in reader.stretches(_words(self._texts[n]))]
        held = self._stretches.transform([stretch for _, stretch in parts]).astype(float)
        best: dict[int, float] = {}
        for (n, _), score in zip(parts, _evened(held) @ model.weights + model.bias, strict=True):
            best[n] = max(best.get(n, score), score)
        return [float(best[n]) for n in chosen]

    @property
    def _stretches(self) -> CountVectorizer:
        return CountVectorizer(analyzer=reader.terms, binary=True, vocabulary=self.terms)


def packed(space: Space, models: Mapping[str, Trained]) -> tuple[str, dict[str, dict[str, Any]]]:
    """The terms that weigh most, one a line, and each model over them in whole numbers of one byte."""
    heaviest = np.max([np.abs(model.weights) / np.abs(model.weights).max() for model in models.values()], axis=0)
    kept = sorted(np.argsort(-heaviest, kind="stable")[:MOST_TERMS])
    return "\n".join(space.terms[n] for n in kept), {clause: _packed(model, kept) for clause, model in models.items()}


def _packed(model: Trained, kept: Sequence[int]) -> dict[str, Any]:
    scale = float(np.abs(model.weights).max()) / LARGEST
    whole = np.rint(model.weights[kept] / scale).astype(np.int8)
    weights = base64.b64encode(whole.tobytes()).decode()
    return {"bias": round(model.bias, 4), "scale": round(scale, 6), "weights": weights}


def _telling(held: Any, truth: Any) -> Any:
    """For each term how much oftener it stands in texts of one sort than of the other: 1 for the mean term, and a
    little more for all."""
    touching, not_touching = (np.asarray(held[of_one].sum(axis=0)).ravel() + 0.5 for of_one in (truth, ~truth))
    ratios = np.abs(np.log((touching / touching.sum()) / (not_touching / not_touching.sum())))
    return LEAST_TELLING + ratios / ratios.mean()


def _evened(held: Any) -> Any:
    """Each row divided by the root of how many terms it holds."""
    many = np.maximum(1, np.asarray(held.sum(axis=1)).ravel())
    return sparse.diags(1 / np.sqrt(many)) @ held


def _terms(text: str) -> Iterable[str]:
    return reader.terms(_words(text))


def _words(text: str) -> list[str]:
    return reader.words(plain(text).text)


@cache
def _kinds() -> Mapping[str, int]:
    lines = (HERE / "kinds.txt").read_text("utf-8").splitlines()
    return {word: number for number, line in enumerate(lines) for word in line.split()}
