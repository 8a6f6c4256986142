"""The report as text: every record in 120 columns, and nothing that the data cannot tell."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from infra.evaluate.metrics import Counts, figures
from infra.evaluate.tables import WIDTH, lines

SIZES = st.integers(0, 4_999_999)
ABOUT = {"what": "file", "file": "set.jsonl", "texts": 3, "house": 1 / 3, "crisis": 0.0, "response": 1.0, "failed": 0.0,
         "per_second": {"rules": 2500, "a-package": 10}}  # fmt: skip


GOLDEN = """
set.jsonl: 3 texts; any house rule 33.3%, crisis 0.0%, an answer owed 100.0%, a rule failed 0.0%
texts a second: rules 2500, a-package 10
                          yes     no  precision       recall          F1              false alarms    balanced
house                      10     10  .750 .409–.929  .600 .313–.832  .667 .405–.855  .200 .057–.510  .700 .489–.836
  a-package                10     10  .500 .299–.701  1.00 .722–1.00  .667 .461–.824  1.00 .722–1.00  .500 .361–.639
none                        0      5  –               –               –               .000 .000–.434  –
passages of care: 4 labelled, 2 found; precision –, recall .500 .150–.850; missed: WARD 2 of 4
false alarms of house: profane.swearing 2
missed of house: sly 2 of 3, rude 1 of 9
house, missed: "two\\nlines “here”"
"""


def score(counts: Counts, clause: str = "personal-information", judge: str = "rules") -> dict[str, Any]:
    shown = {name: figure and figure._asdict() for name, figure in figures(counts).items()}
    return {"what": "score", "clause": clause, "judge": judge, "positive": counts.positive,
            "negative": counts.negative, **shown}  # fmt: skip


def test_the_golden_report() -> None:
    missed = {"what": "missed", "clause": "house", "groups": {"sly": [2, 3], "rude": [1, 9]}}
    passages = {"what": "passages", "clause": "care", "labelled": 4, "found": 2, "precision": None,
                "recall": {"value": 0.5, "low": 0.15, "high": 0.85}, "missed": {"WARD": [2, 4]}}  # fmt: skip
    records = [
        ABOUT,
        score(Counts(6, 2, 4, 8), "house"),
        score(Counts(10, 10), "house", "a-package"),
        score(Counts(alarms=0, quiet=5), "none"),
        passages,
        {"what": "false-alarms", "clause": "house", "rules": {"profane.swearing": 2}},
        missed,
        {"what": "example", "clause": "house", "cell": "missed", "text": "two\nlines “here”"},
    ]
    assert "".join(line + "\n" for line in lines(records)) == GOLDEN


@given(st.builds(Counts, SIZES, SIZES, SIZES, SIZES), st.sampled_from(["rules", "alt-profanity-check"]))
def test_every_line_of_figures_fits(counts: Counts, judge: str) -> None:
    [line] = lines([score(counts, judge=judge)])
    assert len(line) <= WIDTH


def test_long_lists_are_folded() -> None:
    rules = {f"rule.number-{number}": number for number in range(99)}
    found = list(lines([{"what": "false-alarms", "clause": "house", "rules": rules}]))
    assert len(found) > 1
    assert all(len(line) <= WIDTH for line in found)
    assert all(line.startswith("    ") for line in found[1:])
    assert sum(line.count("rule.number-") for line in found) == len(rules)
