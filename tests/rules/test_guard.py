"""What may leave, and what must not."""

import hashlib
import tomllib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.rules import guard
from shared.rules.guard import DRAFTS, objections

REFUSED = {
    "care": [
        "I'm sorry your appointment on Tuesday was cancelled",
        "So glad you're feeling better!",
        "We'll look after your mum on Hadrian ward",
        "We've checked your records and you are on the waiting list",
        "She is not a patient of ours",
        "Your care coordinator will ring you",
        "Sorry to hear about your stay on the ward",
        "Your daughter was discharged on Friday",
    ],
    "clinical": [
        "You should stop taking sertraline",
        "Try taking half a tablet at night",
        "That's a common side effect",
        "It sounds like a panic attack",
        "20 mg is a safe dose",
        "Paracetamol is fine with that",
    ],
    "complaint": [
        "We have spoken to the nurse and will investigate",
        "This should never have happened",
        "We're sorry that the receptionist was rude",
        "Can you tell us what happened?",
        "Your complaint has been upheld",
        "Which ward were you on?",
    ],
    "inappropriate-links": [
        "See https://intranet.example.nhs.uk/policy",
        "http://10.0.0.1/staff",
        "http://staffnet/leave",
    ],
}
ALLOWED = [
    "We can't talk about anyone's care or deal with complaints on social media.",
    "We can’t discuss your care or treatment here. Please contact your care team.",
    "If you need urgent help, call NHS 111 and choose option 2. In an emergency call 999.",
    "You can text SHOUT to 85258 or ring Samaritans on 116 123.",
    "We can't answer clinical questions. Please speak to your GP or a pharmacist.",
    "You can find out how to make a complaint on our Complaints page: https://www.example.nhs.uk/complaints",
    "Thank you for your kind words.",
    "This is an automatic message. We're back on Monday at 9am. We read every message.",
    "Please email us with your contact details so that the right person can help you.",
    "The open day starts at 10am and parking is free.",
    "You can apply for jobs at https://www.jobs.example.nhs.uk",
]


@pytest.mark.parametrize(("clause", "text"), [(clause, text) for clause, texts in REFUSED.items() for text in texts])
def test_refused(clause: str, text: str) -> None:
    found = objections(text)
    assert clause in {objection.clause for objection in found}
    assert all(objection.why and text[slice(*objection.passage)] for objection in found)


@pytest.mark.parametrize("text", ALLOWED)
def test_allowed(text: str) -> None:
    assert objections(text) == ()


def test_agreeing_with_an_account_of_care_is_refused() -> None:
    assert objections("You're right, thank you.") == ()
    (objection,) = objections("You're right, thank you.", "My son was sectioned on Friday")
    assert (objection.clause, objection.passage) == ("care", (0, 12))


def test_a_detail_of_the_message_is_not_repeated() -> None:
    draft = "Thank you, we have noted 07700 900123."
    assert {objection.clause for objection in objections(draft, "ring me on 07700 900123")} == {"personal-information"}
    assert objections(draft, "ring me") == ()


@pytest.mark.parametrize(
    "written", ["Call 01632 960999 now", "call 01632-960 999", "+44 1632 960999", "01632\u200b960999"]
)
def test_a_retired_number_is_refused_however_it_is_written(monkeypatch: pytest.MonkeyPatch, written: str) -> None:
    hashes = [hashlib.sha256(number.encode()).hexdigest() for number in ("01632960999", "441632960999")]
    numbers = {"sha256": hashes, "lengths": [11, 12], "why": "Retired.", "why_repeated": "Repeated."}
    monkeypatch.setattr(guard, "_numbers", lambda: numbers)
    (objection,) = objections(written)
    assert objection.clause == "crisis"
    assert written[slice(*objection.passage)].endswith("999")
    assert objections("Call 01632 960998 now") == ()


def test_the_retired_numbers_are_listed_as_hashes() -> None:
    numbers = tomllib.loads((DRAFTS / "retired.toml").read_text("utf-8"))
    assert len(set(numbers["sha256"])) == 16
    assert all(len(value) == 64 for value in numbers["sha256"])


@given(st.text(max_size=60), st.one_of(st.none(), st.text(max_size=30)))
@settings(max_examples=150, deadline=None)
def test_total(text: str, about: str | None) -> None:
    for objection in objections(text, about):
        start, end = objection.passage
        assert 0 <= start < end <= len(text)
