"""The second reader: it speaks where no listed word does, shows what it leans on, and is never alone a ground."""

import base64
import json
from array import array
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.assessment import Finding, Priority
from shared.principles.model import HOUSE_RULES, SLUGS
from shared.rules import reader, weights
from shared.rules.engine import examine, summary
from shared.rules.reading import read

KEPT = json.loads(weights.FILE.read_text("utf-8"))
TERMS = {term: at for at, term in enumerate(KEPT["terms"].split("\n"))}
WORDS = sorted({word for term in TERMS for word in term.split()})
UNLISTED = {
    "crisis": "every night I pray I won't wake up in the morning",
    "complaint": "my parcel went to Oslo. I went to Alicante. Day 5 in the same shorts",
    "clinical": "how do you know if its ocd or just being tidy",
    "hateful": "people in wheelchairs should not be let into shops, nobody wants to look at that",
    "threat": "One night you'll come out that door and we'll be waiting",
    "illegal-activity": "can get hold of a passport in any name, two grand",
    "targets-staff": "Which street does that manager live on, someone must know",
    "mean-spirited": "haha look at her trying to dance with that leg",
    "abusive": "you absolute weapon of a woman, couldn't run a bath",
    "defamatory": "Alan Purvis pockets the raffle money",
    "care": "They had him in for six weeks and then home with nowt",
    "advertising": "Mystery shoppers needed in your town. Shop, eat, get paid. Register free at shopperpanel.example",
}


def said(text: str) -> list[Finding]:
    return [finding for finding in examine(text).findings if reader.said(finding)]


def test_it_speaks_where_no_listed_word_does() -> None:
    heard = {
        name for name, text in UNLISTED.items() if any(one.rule.startswith(f"reader.{name}") for one in said(text))
    }
    assert heard == UNLISTED.keys() == KEPT["subjects"].keys()


@pytest.mark.parametrize("text", UNLISTED.values())
def test_it_shows_the_words_it_leans_on(text: str) -> None:
    for finding in said(text):
        assert 1 <= len(finding.passages) <= reader.SHOWN
        assert all(text[start:end].strip() for start, end in finding.passages)
        assert finding.why.endswith(".")


def test_where_listed_words_were_found_it_adds_nothing() -> None:
    reading = read("I want to kill myself, every night I pray I won't wake up")
    assert list(reader.read(reading, reader.lean(reading), {}))
    assert "crisis" not in {
        finding.clause for finding in said("I want to kill myself, every night I pray I won't wake up")
    }


def test_a_house_rule_is_only_ever_to_be_read() -> None:
    """But for a threat, which somebody may be in danger of: it stands with what is normal, and still wakes nobody."""
    assert {made["clause"] for made in KEPT["subjects"].values()} <= SLUGS
    of_house = {name: made["levels"] for name, made in KEPT["subjects"].items() if made["clause"] in HOUSE_RULES}
    assert of_house.keys() == KEPT["subjects"].keys() - {"crisis", "clinical", "complaint", "care"}
    levels = {name: {(one["priority"], one["requires_response"]) for one in found} for name, found in of_house.items()}
    assert levels.pop("threat") == {(Priority.NORMAL, False)}
    assert all(found == {(Priority.READ, False)} for found in levels.values())


def test_a_reader_that_fails_costs_the_others_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "words", lambda _: 1 / 0)
    examined = examine("I want to kill myself")
    assert examined.faults == (reader.RULE,)
    assert summary(examined)[0] is Priority.CRISIS


def test_words_are_alike_where_only_handles_and_numbers_differ() -> None:
    assert reader.words("@some_body owes me 20 or 2000!") == ["@", "owes", "me", "0", "or", "0", "!"]
    assert reader.terms(["a", "b", "c"]) == ["a", "b", "c", "a b", "b c"]


TOLD = (
    "I was on the ward for six weeks after an overdose two years ago. The staff were kind, the food was poor and the "
    "garden was always locked. When I told a nurse that I had wanted to kill myself she sat down with me and listened, "
    "and that was the day things began to change. I am back at work now and would like to thank them all."
)


def test_words_of_crisis_in_a_calm_story_stay_and_stand_lower() -> None:
    """S24: nothing is suppressed; what is told as the past does not outrank somebody who is at risk now."""
    told = [finding for finding in examine(TOLD).findings if finding.clause == "crisis"]
    assert told
    assert {finding.priority for finding in told} == {Priority.NORMAL}
    assert all(finding.requires_response and "A person judges." in finding.why for finding in told)
    meant = examine(f"{TOLD[:150]} Tonight I will end it, I want to die.").findings
    assert meant[0].clause == "crisis"
    assert meant[0].priority is Priority.CRISIS


def test_words_of_crisis_in_a_short_text_never_stand_lower() -> None:
    reading = read("thank you ward 3, lovely staff, I took an overdose last year")
    assert not reader.lean(reading).calm()
    assert examine(reading.text).findings[0].priority is Priority.CRISIS


def test_hate_is_not_read_into_what_somebody_says_of_themselves() -> None:
    """S20: nobody is flagged for what they are; told of others, the same words are a reason to look."""
    of_others = "Polish nurses never smile, they're cold by nature"
    assert "hateful" in {finding.clause for finding in said(of_others)}
    assert "hateful" not in {finding.clause for finding in said(f"I am one of them and I'm told: {of_others}")}


@given(st.lists(st.sampled_from([*WORDS, *UNLISTED.values()]), min_size=2, max_size=400).map(" ".join))
def test_what_is_compared_at_once_comes_to_what_the_weights_say(text: str) -> None:
    """All subjects are compared in one number; here each is weighed alone, as `infra.reader` wrote it."""
    all_words = reader.words(read(text).plain.view.text)
    long = reader.length(len(all_words))
    for name, made in KEPT["subjects"].items():
        scores = [(_score(made, some), start) for start, some in reader.stretches(all_words)]
        best = max(score for score, _ in scores)
        enough = min(level["least"][long] for level in made["levels"])
        if best < enough and (made["leaning"] is None or long < weights.LONG or best < made["leaning"]):
            continue
        said, start = reader.lean(read(text)).scores[name]
        assert said == pytest.approx(best)
        assert {at: score for score, at in scores}[start] == pytest.approx(best)


def test_a_text_that_leans_nowhere_has_no_scores() -> None:
    assert reader.lean(read("The bus is late")).scores == {}


def _score(made: dict[str, Any], some: list[str]) -> float:
    held = {TERMS[term] for term in reader.terms(some) if term in TERMS}
    whole = array("b", base64.b64decode(made["weights"]))
    return float(made["bias"] + made["scale"] * sum(whole[at] for at in held) / max(1, len(held)) ** 0.5)


@given(st.lists(st.sampled_from(["a", "bb", "ccc"]), min_size=1, max_size=500))
def test_stretches_cover_every_word(all_words: list[str]) -> None:
    parts = list(reader.stretches(all_words))
    covered = {start + at for start, part in parts for at in range(len(part))}
    assert covered == set(range(len(all_words)))
    assert all(part == all_words[start : start + reader.STRETCH] for start, part in parts)
