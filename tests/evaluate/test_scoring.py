"""What is reported of made-up judgements: shares, counts, confusions, passages, rivals."""

from collections.abc import Sequence
from typing import Any

import pytest

from infra.evaluate import judging, scoring
from infra.evaluate.against import Rival
from infra.evaluate.judging import examined, judgement
from infra.evaluate.metrics import Counts, figures
from infra.evaluate.reading import Sample, Span
from infra.evaluate.scoring import records
from shared.domain.assessment import Finding, Priority
from shared.domain.message import Kind
from shared.rules.engine import Examined

PHONE = "personal-information"


def finding(clause: str | None, rule: str = "", *passages: tuple[int, int], owed: bool = False) -> Finding:
    return Finding(clause, rule or f"{clause}.words", passages or ((0, 1),), "why", Priority.NORMAL, owed)


FOUND = {
    "a": [finding("profane", "profane.swearing"), finding("profane", "threat.violence")],
    "b": [finding("profane", "profane.swearing"), finding("crisis", owed=True)],
    "c": [finding(None, "question.direct", owed=True)],
    "d": [],
    "call 0113 now or 0114 at ten": [finding(PHONE, "", (5, 9), (17, 21), (25, 28))],
    "ask Robin": [finding(PHONE, "", (4, 9))],
}


@pytest.fixture(autouse=True)
def _judged(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scoring, "examined", lambda sample: Examined(tuple(FOUND.get(sample.text, ())), ()))


def report(*samples: Sample, rivals: Sequence[Rival] = (), examples: int = 0) -> list[dict[str, Any]]:
    return list(records("set.jsonl", samples, rivals, examples))


def these(found: Sequence[dict[str, Any]], what: str, clause: str) -> list[dict[str, Any]]:
    return [record for record in found if (record["what"], record.get("clause")) == (what, clause)]


def says(clause: str, texts: str, *, true: str, group: str | None = None) -> list[Sample]:
    return [Sample(text, {clause: text in true}, group) for text in texts]


def test_the_shares_of_a_file() -> None:
    [about] = report(*(Sample(text, {}) for text in "abcd"))
    assert about.pop("per_second")["rules"] > 0
    assert about == {
        "what": "file", "file": "set.jsonl", "texts": 4,
        "house": 0.5, "crisis": 0.25, "response": 0.5, "failed": 0.0,
    }  # fmt: skip


def test_a_file_without_a_line_has_no_shares() -> None:
    [about] = report()
    assert (about["texts"], about["house"]) == (0, 0)


@pytest.mark.parametrize(
    ("clause", "true", "counts"),
    [
        ("profane", "ad", Counts(hits=1, alarms=1, missed=1, quiet=1)),
        ("house", "ab", Counts(hits=2, quiet=2)),
        ("none", "cd", Counts(hits=2, quiet=2)),
        ("none", "d", Counts(hits=1, alarms=1, quiet=2)),
        ("hateful", "a", Counts(missed=1, quiet=3)),
        ("crisis", "", Counts(alarms=1, quiet=3)),
    ],
)
def test_a_clause_is_scored_on_the_texts_judged_for_it(clause: str, true: str, counts: Counts) -> None:
    found = report(*says(clause, "abcd", true=true), Sample("a", {"care": True}))
    [score] = these(found, "score", clause)
    assert (score["positive"], score["negative"]) == (counts.positive, counts.negative)
    for name, figure in figures(counts).items():
        assert score[name] == (figure and figure._asdict())


def test_only_clauses_that_labels_speak_of_are_scored() -> None:
    found = report(Sample("a", {"profane": True, "house": True}))
    assert [record["clause"] for record in found if record["what"] == "score"] == ["house", "profane"]


def test_the_rules_that_were_wrong_are_counted() -> None:
    found = report(*says("profane", "abc", true=""), Sample("a", {"care": False}))
    [alarms] = these(found, "false-alarms", "profane")
    assert alarms["rules"] == {"profane.swearing": 2, "threat.violence": 1}
    assert these(found, "missed", "profane") == []


def test_the_groups_that_were_missed_are_counted() -> None:
    samples = [*says("profane", "acd", true="acd", group="rude"), *says("profane", "d", true="d", group="sly")]
    [missed] = these(report(*samples, *says("profane", "d", true="d")), "missed", "profane")
    assert missed["groups"] == {"rude": [2, 3], "sly": [1, 1]}


@pytest.mark.parametrize("examples", [0, 1, 5])
def test_texts_are_shown_only_when_asked_for(examples: int) -> None:
    found = report(*says("profane", "abcdd", true="cd"), examples=examples)
    shown = [(record["cell"], record["text"]) for record in these(found, "example", "profane")]
    alarms, missed = [("false alarm", "a"), ("false alarm", "b")], [("missed", "c"), ("missed", "d"), ("missed", "d")]
    assert shown == [*alarms[:examples], *missed[:examples]]


def test_passages_count_by_overlap() -> None:
    """Of three found, one is labelled, one is personal but not claimed, one is wrong; of two labelled, one is found."""
    spans = (Span(8, 12, "PHONE", PHONE), Span(0, 4, "PHONE", PHONE), Span(17, 21, "CARD", "unclaimed"))
    sample = Sample("call 0113 now or 0114 at ten", {PHONE: True}, spans=spans)
    [passages] = these(report(sample), "passages", PHONE)
    assert (passages["labelled"], passages["found"]) == (2, 2)
    assert (passages["recall"]["value"], passages["precision"]["value"]) == (0.5, 0.5)
    assert passages["missed"] == {"PHONE": [1, 2]}


def test_a_passage_that_only_touches_is_missed() -> None:
    sample = Sample("ask Robin", {PHONE: True}, spans=(Span(0, 4, "PHONE", PHONE), Span(9, 10, "PHONE", PHONE)))
    [passages] = these(report(sample), "passages", PHONE)
    assert (passages["recall"]["value"], passages["precision"]["value"]) == (0.0, 0.0)


def test_nothing_found_has_no_precision() -> None:
    sample = Sample("d", {PHONE: True}, spans=(Span(0, 1, "PHONE", PHONE),))
    [passages] = these(report(sample), "passages", PHONE)
    assert (passages["precision"], passages["recall"]["value"]) == (None, 0.0)


def test_texts_without_spans_have_no_passages() -> None:
    assert these(report(Sample("ask Robin", {PHONE: True})), "passages", PHONE) == []


def always(texts: Sequence[str]) -> list[bool]:
    return [True] * len(texts)


def test_a_rival_is_scored_on_the_same_texts() -> None:
    rival = Rival("always", ("house", "profane"), always)
    found = report(*says("profane", "abcd", true="ad"), rivals=[rival])
    ours, theirs = these(found, "score", "profane")
    assert (ours["judge"], theirs["judge"]) == ("rules", "always")
    assert (theirs["recall"]["value"], theirs["false_alarms"]["value"]) == (1.0, 1.0)
    assert set(found[0]["per_second"]) == {"rules", "always"}


def test_a_rival_sees_every_text_and_only_where_it_plays() -> None:
    seen: list[str] = []

    def listen(texts: Sequence[str]) -> list[bool]:
        seen.extend(texts)
        return [False] * len(texts)

    rivals = [Rival("listens", ("house", "profane"), listen)]
    report(*says("care", "abcd", true="a"), rivals=rivals)
    assert seen == []
    report(*says("profane", "abcd", true=""), rivals=rivals)
    assert seen == [], "on its lesser clauses only where there is something to find"
    report(*says("house", "abcd", true=""), *says("profane", "ab", true="a"), rivals=rivals)
    assert seen == [*"a", *"abcdab"], "once to load, which is no part of its speed"


def test_the_rules_get_kind_and_public(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Any] = []

    def examine(*what: Any, **how: Any) -> Examined:
        asked.append((*what, how))
        return Examined()

    monkeypatch.setattr(judging, "examine", examine)
    examined(Sample("a", {}, kind=Kind.REPLY))
    examined(Sample("b", {}, kind=Kind.DIRECT, public=False))
    assert asked == [("a", Kind.REPLY, {"public": True}), ("b", Kind.DIRECT, {"public": False})]


def test_a_rule_that_failed_is_told() -> None:
    assert [judgement(Examined(faults=("x",))).failed, judgement(Examined()).failed] == [True, False]
    assert judgement(Examined()).clauses == {"none"}
