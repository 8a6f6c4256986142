"""The rules together: none stops another, a broken one costs nothing, and the summary keeps the order of gravity."""

import pytest

from shared.domain.assessment import Priority, Signpost
from shared.domain.message import Kind
from shared.rules import engine
from shared.rules.engine import Examined, examine, rules, summary

CRISIS, URGENT, NORMAL, READ = Priority


def clauses(text: str, kind: Kind | None = None) -> set[str | None]:
    return {finding.clause for finding in examine(text, kind).findings}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", (READ, False, None)),
        (None, (READ, False, None)),
        ("Lovely photo", (READ, False, None)),
        ("Thank you to everyone on ward 3 who looked after my mum", (READ, False, None)),
        ("What time does it start?", (NORMAL, True, None)),
        ("How do I apply for the job?", (NORMAL, True, Signpost.TEAM)),
        ("Use code SAVE10 for 20% off", (NORMAL, False, None)),
        ("My email is pat.example@mail.example", (URGENT, False, None)),
        ("This is fucking ridiculous", (NORMAL, False, None)),
        ("I'll burn the place down", (URGENT, True, None)),
        ("🔪🏥", (URGENT, True, None)),
        ("My appointment was cancelled again", (NORMAL, True, Signpost.COMPLAINT)),
        ("My sertraline makes me dizzy and my complaint was ignored", (NORMAL, True, Signpost.CLINICAL)),
        ("I want to complain about my nurse and I want to die", (CRISIS, True, Signpost.NEED_HELP_NOW)),
        ("I take sertraline, is it ok with ibuprofen? I've taken 20", (CRISIS, True, Signpost.NEED_HELP_NOW)),
    ],
)
def test_summary(text: str | None, expected: tuple[Priority, bool, Signpost | None]) -> None:
    assert summary(examine(text)) == expected


def test_crisis_stands_beside_what_else_was_found() -> None:
    assert clauses("I can't fucking do this any more, I was ignored on ward 3") >= {
        "crisis",
        "profane",
        "complaint",
        "care",
    }


def test_a_threat_at_a_named_nurse_is_both() -> None:
    examined = examine("We know where you park, Joanne")
    assert {finding.rule for finding in examined.findings} >= {"threat.waiting-for", "targets-staff.whereabouts"}
    assert summary(examined)[:2] == (URGENT, True)


def test_a_slur_told_by_its_victim_is_softened_and_a_complaint() -> None:
    examined = examine("Someone on your ward called me a retard and nobody helped")
    assert clauses("Someone on your ward called me a retard and nobody helped") >= {"hateful", "complaint"}
    assert summary(examined)[0] is NORMAL


def test_belittling_counts_where_it_is_aimed_at_another_person() -> None:
    assert clauses("you're pathetic", Kind.REPLY) == {"mean-spirited"}
    assert clauses("you're pathetic", Kind.COMMENT) == clauses("you're pathetic") == set()


def test_one_quoted_slur_does_not_soften_another() -> None:
    quoted = 'He wrote "paki" on the wall'
    assert summary(examine(quoted))[0] is NORMAL
    assert summary(examine(f"{quoted}. {'It was a long and very loud evening. ' * 4}Get out, you paki"))[0] is URGENT


def test_telling_of_drugs_is_softened_and_owed_an_answer() -> None:
    priority, owed, _ = summary(examine("I used heroin again last night"))
    assert (priority, owed) == (NORMAL, True)


@pytest.mark.parametrize(
    ("text", "owed"), [("hiya, it's about Tuesday", True), ("Thanks so much x", False), ("👍", False)]
)
def test_a_private_message_with_words_is_owed_an_answer(text: str, owed: bool) -> None:
    assert summary(examine(text, Kind.DIRECT, public=False))[1] is owed
    assert summary(examine(text, Kind.COMMENT))[1] is False


def test_one_weak_sign_finds_nothing_and_two_unlike_ones_do() -> None:
    assert "crisis" not in clauses("I lost my job")
    assert "crisis" not in clauses("I am exhausted and the bills keep coming")
    assert "crisis" in clauses("I lost my job and I feel so alone")


def test_a_rule_that_fails_costs_the_others_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> list[object]:
        raise RuntimeError("broken")

    table = {**rules(), "complaint": broken}
    monkeypatch.setattr(engine, "rules", lambda: table)
    examined = examine("I want to die and I was ignored")
    assert examined.faults == ("complaint",)
    assert {finding.clause for finding in examined.findings} == {"crisis"}


def test_a_broken_gate_is_a_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> object:
        raise RuntimeError("broken")

    monkeypatch.setattr(engine, "matchers", lambda _: broken())
    assert examine("hello") == Examined(faults=("reading",))


def test_a_fault_is_looked_at_by_a_person() -> None:
    assert summary(Examined(faults=("care",))) == (NORMAL, True, None)


def test_findings_stand_gravest_first() -> None:
    found = examine("you're all idiots, how do I complain? ring 07700 900123 or I'll kill you all").findings
    ranks = [finding.priority.rank for finding in found]
    assert ranks == sorted(ranks)
    assert [finding.rule.split(".")[0] for finding in found][:3] == ["threat", "personal-information", "abusive"]
