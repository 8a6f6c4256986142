"""Training: a logistic regression for each clause over words, pairs and triples, pruned and in whole numbers."""

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold
from sklearn.preprocessing import normalize

from shared.rules import reader
from shared.rules.text import plain

LEAST_TEXTS = 2  # that a term must stand in
STRENGTH = 8.0  # of the regression: the inverse of its regularisation
MOST_TERMS = 8_000  # kept of each clause: those that weigh most
FOLDS = 5
LARGEST = 127


@dataclass(frozen=True, slots=True)
class Trained:
    """A model of one clause."""

    terms: Sequence[str]
    weights: Sequence[float]
    bias: float

    def score(self, text: str) -> float:
        """How far a text leans to the clause, as the reader will find it."""
        known = dict(zip(self.terms, self.weights, strict=True))
        parts = [reader.terms(some).keys() & known.keys() for _, some in reader.stretches(_words(text))]
        return float(max(self.bias + sum(map(known.__getitem__, part)) / max(1, len(part)) ** 0.5 for part in parts))


def train(texts: Sequence[str], truth: Sequence[bool]) -> Trained:
    """Fit, keep the heaviest terms, and fit again on these."""
    vocabulary = None
    for _ in range(2):
        least = 1 if vocabulary else LEAST_TEXTS
        counter = CountVectorizer(analyzer=_analysed, binary=True, min_df=least, vocabulary=vocabulary)
        model = LogisticRegression(C=STRENGTH, class_weight="balanced", max_iter=2000, random_state=0)
        model.fit(normalize(counter.fit_transform(texts)), truth)
        names, weights = counter.get_feature_names_out(), model.coef_[0]
        heaviest = np.argsort(-np.abs(weights), kind="stable")[:MOST_TERMS]
        vocabulary = sorted(names[heaviest])
    return Trained(list(names), [float(weight) for weight in weights], float(model.intercept_[0]))


def unseen(texts: Sequence[str], truth: Sequence[bool]) -> list[float]:
    """The score of each text by a model that has not learned from it."""
    scores = [0.0] * len(texts)
    for learned, left in StratifiedKFold(FOLDS, shuffle=True, random_state=0).split(texts, truth):
        model = train([texts[n] for n in learned], [truth[n] for n in learned])
        for n in left:
            scores[n] = model.score(texts[n])
    return scores


def packed(trained: Trained, all_terms: Sequence[str]) -> dict[str, Any]:
    """A model over the terms of all models, in whole numbers of one byte."""
    scale = max(map(abs, trained.weights)) / LARGEST
    known = dict(zip(trained.terms, trained.weights, strict=True))
    whole = np.array([round(known.get(term, 0.0) / scale) for term in all_terms], dtype=np.int8)
    weights = base64.b64encode(whole.tobytes()).decode()
    return {"bias": round(trained.bias, 4), "scale": round(scale, 6), "weights": weights}


def _analysed(text: str) -> list[str]:
    """The terms of a text, as the reader will see them."""
    return list(reader.terms(_words(text)))


def _words(text: str) -> list[str]:
    return reader.words(plain(text).text)
