"""Labelled passages: which of them the rules found, and which of the rules' passages are labelled, by overlap."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from infra.evaluate.judging import Judgement
from infra.evaluate.labels import OTHER, UNCLAIMED
from infra.evaluate.metrics import wilson
from infra.evaluate.reading import Sample, Span
from shared.domain.assessment import Passage


def passages(judged: Sequence[tuple[Sample, Judgement]]) -> Iterator[dict[str, Any]]:
    """Recall over what is labelled, and precision over what was found, clause by clause.

    What was found where the data has something personal that our rules do not look for is neither right nor wrong.
    """
    spanned = [(sample.spans, one) for sample, one in judged if sample.spans is not None]
    clauses = {span.clause for spans, _ in spanned for span in spans} - {UNCLAIMED, OTHER}
    for clause in sorted(clauses):
        yield _of(clause, [(spans, one.passages(clause)) for spans, one in spanned])


def _of(clause: str, pairs: Sequence[tuple[Sequence[Span], Sequence[Passage]]]) -> dict[str, Any]:
    labelled, hit, judged = Counter[str](), Counter[str](), Counter[bool]()
    for spans, found in pairs:
        mine = [span for span in spans if span.clause == clause]
        labelled.update(span.kind for span in mine)
        hit.update(span.kind for span in mine if any(_overlap(span, passage) for passage in found))
        judged.update(_judged(found, mine, [span for span in spans if span.clause == UNCLAIMED]))
    recall, precision = wilson(hit.total(), labelled.total()), wilson(judged[True], judged.total())
    return {
        "what": "passages",
        "clause": clause,
        "labelled": labelled.total(),
        "found": judged.total(),
        "precision": precision and precision._asdict(),
        "recall": recall and recall._asdict(),
        "missed": {kind: [labelled[kind] - hit[kind], labelled[kind]] for kind in sorted(labelled)},
    }


def _judged(found: Iterable[Passage], mine: Sequence[Span], unclaimed: Sequence[Span]) -> Iterator[bool]:
    for passage in found:
        right = any(_overlap(span, passage) for span in mine)
        if right or not any(_overlap(span, passage) for span in unclaimed):
            yield right


def _overlap(span: Span, passage: Passage) -> bool:
    return span.start < passage[1] and passage[0] < span.end
