"""Records as text that fits 120 columns."""

import json
from collections.abc import Iterable, Iterator, Mapping
from textwrap import wrap
from typing import Any

WIDTH = 120
FIGURES = ("precision", "recall", "f1", "false_alarms", "balanced_accuracy")
HEADINGS = ("precision", "recall", "F1", "false alarms", "balanced")
SHARES = {"house": "any house rule", "crisis": "crisis", "response": "an answer owed", "failed": "a rule failed"}
Record = Mapping[str, Any]


def lines(records: Iterable[Record]) -> Iterator[str]:
    """All records, in order, as lines without their ends."""
    for record in records:
        yield from _SHOWN[record["what"]](record)


def _file(record: Record) -> Iterator[str]:
    shares = ", ".join(f"{words} {record[key]:.1%}" for key, words in SHARES.items())
    yield from ("", *_wrapped(f"{record['file']}: {record['texts']} texts; {shares}"))
    yield from _wrapped("texts a second: " + _counted(record["per_second"]))
    yield f"{'':22}{'yes':>7}{'no':>7}" + "".join(f"  {heading:14}" for heading in HEADINGS).rstrip()


def _score(record: Record) -> Iterator[str]:
    name = record["clause"] if record["judge"] == "rules" else f"  {record['judge']}"
    shown = "".join(f"  {_figure(record[figure]):14}" for figure in FIGURES)
    yield f"{name:22}{record['positive']:7}{record['negative']:7}{shown}".rstrip()


def _passages(record: Record) -> Iterator[str]:
    sizes = f"{record['labelled']} labelled, {record['found']} found"
    ratios = ", ".join(f"{key} {_figure(record[key])}" for key in ("precision", "recall"))
    yield from _wrapped(f"passages of {record['clause']}: {sizes}; {ratios}; missed: {_of(record['missed'])}")


def _false_alarms(record: Record) -> Iterator[str]:
    yield from _wrapped(f"false alarms of {record['clause']}: {_counted(record['rules'])}")


def _missed(record: Record) -> Iterator[str]:
    yield from _wrapped(f"missed of {record['clause']}: {_of(record['groups'])}")


def _example(record: Record) -> Iterator[str]:
    yield from _wrapped(f"{record['clause']}, {record['cell']}: {json.dumps(record['text'], ensure_ascii=False)}")


def _wrapped(text: str) -> list[str]:
    return wrap(text, WIDTH, subsequent_indent="    ", break_on_hyphens=False)


def _counted(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{name} {count}" for name, count in counts.items())


def _of(counts: Mapping[str, tuple[int, int]]) -> str:
    return ", ".join(f"{name} {count} of {of}" for name, (count, of) in counts.items())


def _figure(figure: Mapping[str, float] | None) -> str:
    """The figure, and its interval."""
    return f"{_share(figure['value'])} {_share(figure['low'])}–{_share(figure['high'])}" if figure else "–"


def _share(value: float) -> str:
    return f"{value:.3f}".removeprefix("0")[:4]


_SHOWN = {
    "file": _file,
    "score": _score,
    "passages": _passages,
    "false-alarms": _false_alarms,
    "missed": _missed,
    "example": _example,
}
