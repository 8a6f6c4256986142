"""`make reader`: learn anew from the sentences, and write the weights with the thresholds that were measured."""

import json
import sys
from collections.abc import Mapping, Sequence
from typing import Any

from infra.reader.lessons import Lesson, clauses, lessons
from infra.reader.train import Trained, packed, train, unseen
from shared.rules import reader


def main() -> int:
    """Train every clause, say what each can do on sentences it has not seen, and write the file."""
    table = clauses()
    models: dict[str, tuple[Trained, list[dict[str, Any]]]] = {}
    for clause, made in table.items():
        known = lessons(clause, made["negatives"])
        texts, truth = [one.text for one in known], [one.touches for one in known]
        scores = unseen(texts, truth)
        models[clause] = train(texts, truth), _levels(made, known, scores)
    terms = sorted(
        {
            term
            for model, _ in models.values()
            for term, weight in zip(model.terms, model.weights, strict=True)
            if weight
        }
    )
    kept = {
        clause: {**packed(model, terms), "signpost": table[clause].get("signpost"), "levels": levels}
        for clause, (model, levels) in models.items()
    }
    counts = {clause: len(lessons(clause, made["negatives"])) for clause, made in table.items()}
    written = {"learned_from": counts, "terms": "\n".join(terms), "clauses": kept}
    reader.FILE.write_text(json.dumps(written, ensure_ascii=False, separators=(",", ":")) + "\n", encoding="utf-8")
    return 0


def _levels(made: Mapping[str, Any], known: Sequence[Lesson], scores: Sequence[float]) -> list[dict[str, Any]]:
    """The levels of a clause with the score that each asks for."""
    scored = list(zip(known, scores, strict=True))
    calm = sorted(score for one, score in scored if one.table in made["calm"] and not one.touches)
    levels: list[dict[str, Any]] = []
    for level in made["levels"]:
        least = round(max(level["least"], calm[-int(len(calm) * level["false"]) - 1] + 0.001), 3)
        found, false = (
            [score >= least for one, score in scored if one.touches is touches] for touches in (True, False)
        )
        shares = f"{sum(found) / len(found):.3f} of {len(found)}, falsely {sum(false) / len(false):.3f} of {len(false)}"
        sys.stderr.write(f"{level['name']}: from {least}, of unseen sentences {shares}\n")
        kept = {key: level.get(key, False) for key in ("name", "why", "priority", "requires_response")}
        levels.append({**kept, "least": least})
    return levels


if __name__ == "__main__":
    sys.exit(main())
