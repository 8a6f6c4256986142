"""`make reader`: learn anew from the sentences, and write the weights with the thresholds that were measured."""

import json
import sys
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from infra.reader.lessons import Lesson, clauses, digest, lessons
from infra.reader.train import Space, Trained, packed
from shared.rules import reader, weights
from shared.rules.text import plain

WEIGHT = 5.0  # of a text that is fair to say
FEW = 150  # calm texts: of fewer of one length nothing can be said


def main() -> int:
    """Train every clause, say how often each level speaks of calm texts it has not learned from, and write the file."""
    known = lessons()
    space = Space([one.text for one in known])
    models = {clause: _trained(space, known, clause, without=()) for clause in clauses()}
    levels = {clause: _levels(space, known, clause) for clause in clauses()}
    terms, whole = packed(space, models)
    kept = {
        clause: {
            **whole[clause],
            "clause": made.get("clause", clause),
            "signpost": made.get("signpost"),
            "leaning": made.get("leaning"),
            "of_self": made.get("of_self"),
            "levels": levels[clause],
        }
        for clause, made in clauses().items()
    }
    written = {"learned_from": digest(known), "terms": terms, "subjects": kept}
    weights.FILE.write_text(json.dumps(written, ensure_ascii=False, separators=(",", ":")) + "\n", encoding="utf-8")
    return 0


def _trained(space: Space, known: Sequence[Lesson], clause: str, without: Sequence[str]) -> Trained:
    chosen = [n for n, one in enumerate(known) if clause in one.labels and not one.tables & set(without)]
    fair = set(clauses()[clause].get("fair", ()))
    counting = [WEIGHT if known[n].tables & fair else 1.0 for n in chosen]
    return space.train(chosen, [known[n].labels[clause] for n in chosen], counting)


def _levels(space: Space, known: Sequence[Lesson], clause: str) -> list[dict[str, Any]]:
    """The levels of a clause, with the score that each asks of a text of each length."""
    made = clauses()[clause]
    scored: list[tuple[int, float]] = []
    for tables in made["calm"]:
        model = _trained(space, known, clause, without=tables)
        calm = [n for n, one in enumerate(known) if one.tables & set(tables) and one.labels.get(clause) is False]
        lengths = [reader.length(len(reader.words(plain(known[n].text).text))) for n in calm]
        scored += zip(lengths, space.scores(model, calm), strict=True)
    return [_level(level, scored) for level in made["levels"]]


def _level(level: Mapping[str, Any], scored: Sequence[tuple[int, float]]) -> dict[str, Any]:
    least = [_least(level, scored, length) for length in range(len(reader.LENGTHS) + 1)]
    reached = sum(score >= least[length] for length, score in scored) / len(scored)
    sys.stderr.write(f"{level['name']}: from {least}, reached by {reached:.4f} of {len(scored)} calm texts\n")
    return {key: level.get(key, False) for key in ("name", "why", "priority", "requires_response")} | {"least": least}


def _least(level: Mapping[str, Any], scored: Sequence[tuple[int, float]], length: int) -> float:
    false, least = (one[length] if isinstance(one, list) else one for one in (level["false"], level["least"]))
    alike = [score for one, score in scored if one == length]
    quantile = float(np.quantile(alike if len(alike) >= FEW else [score for _, score in scored], 1 - false))
    return float(round(max(least, quantile + 0.001), 3))


if __name__ == "__main__":
    sys.exit(main())
