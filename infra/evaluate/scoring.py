"""What is reported of one file: records, each a line of JSON or some lines of text."""

import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from typing import Any, TypeVar

from infra.evaluate.against import Rival
from infra.evaluate.judging import CLAUSES, Judgement, examined, judgement
from infra.evaluate.labels import HOUSE, NONE
from infra.evaluate.metrics import Counts, figures
from infra.evaluate.passages import passages
from infra.evaluate.reading import Sample

Record = dict[str, Any]
RULES = "rules"
ORDER = (HOUSE, NONE, *(clause for clause in CLAUSES if clause != HOUSE))
Judged = Sequence[tuple[Sample, Judgement]]
S = TypeVar("S")
T = TypeVar("T")


def records(name: str, samples: Sequence[Sample], rivals: Sequence[Rival], examples: int) -> Iterator[Record]:
    """Everything about the file `name`: its shares and speeds, then each clause that its labels speak of."""
    found, seconds = _timed(lambda these: list(map(examined, these)), samples)
    judged = list(zip(samples, map(judgement, found), strict=True))
    clauses = [clause for clause in ORDER if any(clause in sample.truth for sample in samples)]
    positive = Counter(clause for sample in samples for clause in sample.truth if sample.truth[clause])
    playing = [rival for rival in rivals if any(rival.plays(clause, positive[clause]) for clause in clauses)]
    said = {rival.name: _timed(rival.says, [sample.text for sample in samples]) for rival in playing}
    spent = {RULES: seconds, **{rival: taken for rival, (_, taken) in said.items()}}
    yield {"what": "file", "file": name, **_shares(judged), "per_second": _speeds(len(samples), spent)}
    for clause in clauses:
        yield _score(name, clause, RULES, samples, [clause in one.clauses for _, one in judged])
        for rival in playing:
            if rival.plays(clause, positive[clause]):
                yield _score(name, clause, rival.name, samples, said[rival.name][0])
    for record in (*passages(judged), *(more for c in clauses for more in _worth_reading(c, judged, examples))):
        yield {"what": record.pop("what"), "file": name, **record}


def _score(name: str, clause: str, judge: str, samples: Sequence[Sample], found: Sequence[bool]) -> Record:
    counts = Counts()
    for sample, one in zip(samples, found, strict=True):
        if clause in sample.truth:
            counts = counts.add(truth=sample.truth[clause], found=one)
    shown = {key: figure and figure._asdict() for key, figure in figures(counts).items()}
    sizes = {"positive": counts.positive, "negative": counts.negative}
    return {"what": "score", "file": name, "clause": clause, "judge": judge, **sizes, **shown}


def _worth_reading(clause: str, judged: Judged, examples: int) -> Iterator[Record]:
    """Which rules were wrong most often, which groups of the data are missed most, and some texts of either."""
    alarms = [(s, one) for s, one in judged if s.truth.get(clause) is False and clause in one.clauses]
    wanted = [(s, one) for s, one in judged if s.truth.get(clause)]
    missed = [(s, one) for s, one in wanted if clause not in one.clauses]
    rules = Counter(rule for _, one in alarms for rule in one.rules(clause))
    if rules:
        yield {"what": "false-alarms", "clause": clause, "rules": dict(rules.most_common())}
    of = Counter(s.group for s, _ in wanted if s.group)
    groups = Counter(s.group for s, _ in missed if s.group)
    if groups:
        counts = {group: [count, of[group]] for group, count in groups.most_common()}
        yield {"what": "missed", "clause": clause, "groups": counts}
    for cell, these in (("false alarm", alarms), ("missed", missed)):
        for sample, _ in islice(these, examples):
            yield {"what": "example", "clause": clause, "cell": cell, "text": sample.text}


def _shares(judged: Judged) -> Record:
    """How many texts there are, and the share of them that the rules would bring before a person, and why."""
    touched = {clause: sum(clause in one.clauses for _, one in judged) for clause in (HOUSE, "crisis")}
    counts = {**touched, "response": sum(one.owed for _, one in judged), "failed": sum(one.failed for _, one in judged)}
    return {"texts": len(judged), **{key: count / max(1, len(judged)) for key, count in counts.items()}}


def _speeds(texts: int, spent: dict[str, float]) -> dict[str, int]:
    return {judge: round(texts / seconds) for judge, seconds in spent.items() if seconds}


def _timed(work: Callable[[Sequence[S]], T], these: Sequence[S]) -> tuple[T, float]:
    """What comes of it, and how many seconds it took once everything was loaded."""
    work(these[:1])
    started = time.perf_counter()
    return work(these), time.perf_counter() - started
