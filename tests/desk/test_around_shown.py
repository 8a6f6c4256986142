"""What stage 2 found stands on the page of a case like anything else that was found."""

from dataclasses import replace
from datetime import timedelta

import pytest
from werkzeug.test import Client

from shared.domain.assessment import Finding, Priority
from shared.domain.case import Case
from shared.domain.message import EventKind, Kind
from shared.domain.taking import take
from shared.rules.stage2.widening import widened
from shared.rules.stage2.wording import wording
from tests.desk.pages import Page
from tests.desk.seeds import LIBRARY, NOW, Seeds, body, finding

PILE_ON = Finding("abusive", "around.pile-on", ((0, 11),), "Many against one.", Priority.URGENT)
THANKED = Finding(None, "around.thanked", ((0, 10),), "Thanks after an answer.", Priority.READ)


def placed(seeds: Seeds, case: Case, *found: Finding) -> Case:
    """Taken by `inbox`, which found so much around it."""
    due = LIBRARY.in_force(seeds.now).calendar().due
    taken = take(case, seeds.now, due, widen=lambda stage_one: widened(stage_one, found))
    seeds.store.transact(lambda tx: tx.put_case(taken))
    return seeds.case(case.id)


def show(client: Client, case: Case) -> Page:
    return Page(body(client.get(f"/cases/{case.id}")))


def test_it_is_shown_with_its_clause_its_place_and_behind_the_warning(seeds: Seeds, client: Client) -> None:
    case = placed(seeds, seeds.message("Get over it, love.", taken=False), PILE_ON)
    page = show(client, case)
    clause = LIBRARY.in_force(NOW).clause("abusive")
    assert "Many against one." in page.text
    assert f"Principles {clause.id}: {clause.text}" in page.text
    assert "Found in an earlier version" not in page.text
    assert page.inside("mark") == ["Get over it"]
    assert "They may be upsetting" in page.text


def test_what_it_softened_is_shown_once_and_softened(seeds: Seeds, client: Client) -> None:
    wants = finding("direct", (0, 10))
    case = placed(seeds, seeds.message("Thank you.", wants, kind=Kind.DIRECT, taken=False), THANKED)
    page = show(client, case)
    assert page.text.count("why of direct") == 1
    assert "Softened by “Thank you.”" in page.text
    assert "Thanks after an answer." in page.text
    assert "Found in an earlier version" not in page.text


def test_of_words_that_changed_since_it_is_shown_as_earlier_until_they_are_taken(seeds: Seeds, client: Client) -> None:
    case = placed(seeds, seeds.message("Get over it, love.", id="one", taken=False), PILE_ON)
    later = NOW - timedelta(minutes=1)
    seeds.message("Sorry.", id="one", event=EventKind.EDITED, at=later, taken=False)
    page = show(client, case)
    assert "Many against one. Found in an earlier version of the message." in page.text
    assert page.inside("mark") == []
    page = show(client, placed(seeds, seeds.case(case.id), replace(PILE_ON, passages=())))
    assert "Many against one." in page.text
    assert "Found in an earlier version" not in page.text
    assert page.inside("mark") == []


@pytest.mark.parametrize("why", [wording().repeated.why_selling, wording().repeated.why_view, wording().pile_on.why])
def test_why_is_one_line_of_plain_english(why: str) -> None:
    said = why.format(least=5, minutes=30, hours=24)
    assert said[0].isupper()
    assert said.endswith(".")
    assert len(said) < 200
    assert not {"{", "}", "@", "\n"} & set(said)
