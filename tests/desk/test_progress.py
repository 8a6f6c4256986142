"""Working on a case: one commit each, with its audit entry, and nothing that somebody else did is overwritten."""

from dataclasses import replace

import pytest

from shared.domain.assessment import Priority
from shared.domain.case import Case, Outcome, State
from shared.domain.message import EventKind
from shared.service.desk import progress
from shared.service.desk.model import Ending
from shared.service.desk.refusals import Changed, NoSuchCase, NotDone, Why
from shared.service.desk.viewing import open_case
from tests.desk.seeds import MORGAN, NOW, ROWAN, WORDS, Seeds, finding

QUESTION = finding("question")
CRISIS = finding("crisis", clause="crisis", priority=Priority.CRISIS)
ANSWERED, HELPED, PASSED = (WORDS.ending(code) for code in ("answered", "help-given", "passed-on"))


def trail(seeds: Seeds, case: Case) -> list[tuple[str, str, str]]:
    return [(entry.who, entry.what, entry.detail) for entry in seeds.store.audit_of(case.id)]


def test_a_claim_says_who_and_when_and_is_recorded(seeds: Seeds) -> None:
    case = seeds.message("When?", QUESTION)
    taken = progress.claim(seeds.store, case.id, MORGAN, case.version, NOW)
    assert seeds.case(case.id) == taken
    assert taken.claim is not None
    assert (taken.claim.by, taken.claim.at, taken.version) == (MORGAN.id, NOW, case.version + 1)
    assert trail(seeds, case) == [(MORGAN.id, "claimed", "")]


def test_taking_over_names_whom_it_was_taken_from(seeds: Seeds) -> None:
    case = seeds.message("When?", QUESTION)
    first = progress.claim(seeds.store, case.id, MORGAN, case.version, NOW)
    progress.claim(seeds.store, case.id, ROWAN, first.version, NOW)
    assert trail(seeds, case) == [(MORGAN.id, "claimed", ""), (ROWAN.id, "taken-over", MORGAN.id)]


def test_only_who_has_a_case_puts_it_back(seeds: Seeds) -> None:
    case = seeds.message("When?", QUESTION)
    taken = progress.claim(seeds.store, case.id, MORGAN, case.version, NOW)
    with pytest.raises(Changed) as refused:
        progress.release(seeds.store, case.id, ROWAN, taken.version, NOW)
    assert refused.value.why is Why.CLAIMED
    assert progress.release(seeds.store, case.id, MORGAN, taken.version, NOW).claim is None
    assert trail(seeds, case)[-1] == (MORGAN.id, "released", "")


def test_closing_ends_a_case_with_an_outcome_and_a_name(seeds: Seeds) -> None:
    case = seeds.message("When?", QUESTION)
    taken = progress.claim(seeds.store, case.id, MORGAN, case.version, NOW)
    closed = progress.close(seeds.store, case.id, MORGAN, ANSWERED, "  told them 10am ", taken.version, NOW)
    assert (closed.state, closed.claim) == (State.CLOSED, None)
    assert closed.outcome == Outcome("answered", MORGAN.id, NOW, "told them 10am")
    assert seeds.store.queue(10) == []
    assert trail(seeds, case)[1:] == [(MORGAN.id, "closed", "answered")]


@pytest.mark.parametrize("what", ["claim", "release", "close"])
def test_an_older_form_is_refused_and_leaves_no_trace(seeds: Seeds, what: str) -> None:
    case = seeds.message("When?", QUESTION)
    current = progress.claim(seeds.store, case.id, MORGAN, case.version, NOW)
    acts = {
        "claim": lambda: progress.claim(seeds.store, case.id, MORGAN, case.version, NOW),
        "release": lambda: progress.release(seeds.store, case.id, MORGAN, case.version, NOW),
        "close": lambda: progress.close(seeds.store, case.id, MORGAN, ANSWERED, "", case.version, NOW),
    }
    with pytest.raises(Changed) as refused:
        acts[what]()
    assert refused.value.why is Why.CHANGED
    assert seeds.case(case.id) == current
    assert len(trail(seeds, case)) == 1


def test_a_closed_case_is_not_closed_twice(seeds: Seeds) -> None:
    case = seeds.message("When?", QUESTION)
    closed = progress.close(seeds.store, case.id, MORGAN, ANSWERED, "", case.version, NOW)
    with pytest.raises(Changed) as refused:
        progress.close(seeds.store, case.id, ROWAN, ANSWERED, "", closed.version, NOW)
    assert refused.value.why is Why.CLOSED
    assert seeds.case(case.id) == closed


def test_a_case_that_is_still_arriving_cannot_be_worked_on(seeds: Seeds) -> None:
    case = seeds.message("When?", QUESTION, taken=False)
    with pytest.raises(Changed) as refused:
        progress.claim(seeds.store, case.id, MORGAN, case.version, NOW)
    assert refused.value.why is Why.UNSORTED


def test_what_a_colleague_has_is_not_closed_over_their_head(seeds: Seeds) -> None:
    case = seeds.message("When?", QUESTION)
    taken = progress.claim(seeds.store, case.id, MORGAN, case.version, NOW)
    with pytest.raises(Changed) as refused:
        progress.close(seeds.store, case.id, ROWAN, ANSWERED, "", taken.version, NOW)
    assert refused.value.why is Why.CLAIMED


@pytest.mark.parametrize(
    ("findings", "ending", "note", "why"),
    [
        ([QUESTION], None, "a note", Why.OUTCOME),
        ([QUESTION], PASSED, " \n ", Why.NOTE),
        ([QUESTION], ANSWERED, "x" * (progress.NOTE_LIMIT + 1), Why.LONG),
        ([CRISIS], ANSWERED, "a note", Why.CRISIS),
        ([CRISIS], HELPED, "", Why.NOTE),
    ],
    ids=["no outcome", "note needed", "note too long", "outcome unfit for crisis", "crisis without note"],
)
def test_closing_needs_all_of_it_in_order(
    seeds: Seeds, findings: list[object], ending: Ending | None, note: str, why: Why
) -> None:
    case = seeds.message("Some words.", *findings)  # type: ignore[arg-type]
    with pytest.raises(NotDone) as refused:
        progress.close(seeds.store, case.id, MORGAN, ending, note, case.version, NOW)
    assert refused.value.why is why
    assert not isinstance(refused.value, Changed)
    assert seeds.case(case.id) == case
    assert trail(seeds, case) == []


def test_a_crisis_needs_a_note_even_where_its_outcome_does_not(seeds: Seeds) -> None:
    case = seeds.message("Some words.", CRISIS)
    ending = replace(WORDS.outcomes[0], crisis=True, needs_note=False)
    with pytest.raises(NotDone) as refused:
        progress.close(seeds.store, case.id, MORGAN, ending, "", case.version, NOW)
    assert refused.value.why is Why.NOTE
    assert progress.close(seeds.store, case.id, MORGAN, ending, "rang them", case.version, NOW).outcome is not None


def test_words_changed_after_a_crisis_are_still_a_crisis(seeds: Seeds) -> None:
    seeds.message("I cannot go on.", CRISIS, id="one")
    case = seeds.message("Sorry, ignore me.", id="one", event=EventKind.EDITED, at=NOW)
    with pytest.raises(NotDone) as refused:
        progress.close(seeds.store, case.id, MORGAN, ANSWERED, "a note", case.version, NOW)
    assert refused.value.why is Why.CRISIS


def test_words_that_arrive_while_somebody_closes_reopen_the_case(seeds: Seeds) -> None:
    case = seeds.message("When?", QUESTION, id="one")
    seeds.message("And where?", QUESTION, id="one", event=EventKind.EDITED, at=NOW, taken=False)
    progress.close(seeds.store, case.id, MORGAN, ANSWERED, "", case.version, NOW)
    assert seeds.case(case.id).pending_since is not None
    assert seeds.take(case.id).state is State.WAITING


def test_the_audit_never_holds_what_was_typed(seeds: Seeds) -> None:
    case = seeds.message("When?", QUESTION)
    progress.close(seeds.store, case.id, MORGAN, PASSED, "to Robin in Estates", case.version, NOW)
    assert "Robin" not in repr(seeds.store.audit_of(case.id))


def test_a_change_and_its_audit_are_one_commit(seeds: Seeds) -> None:
    """An audit entry that cannot be written takes the change with it."""
    case = seeds.message("When?", QUESTION)
    first = progress.claim(seeds.store, case.id, MORGAN, case.version, NOW)
    taken_id = seeds.store.audit_of(case.id)[0].id
    seeds.database.write(
        lambda db: db.execute(
            "UPDATE cases SET decided = REPLACE(decided, ?, ?)",
            (
                f'"version":{first.version}',
                f'"version":{case.version}',
            ),
        )
    )
    with pytest.raises(Exception, match="IntegrityError"):
        progress.release(seeds.store, case.id, MORGAN, case.version, NOW)
    assert seeds.case(case.id).claim is not None
    assert [entry.id for entry in seeds.store.audit_of(case.id)] == [taken_id]


def test_no_case_is_no_case(seeds: Seeds) -> None:
    with pytest.raises(NoSuchCase):
        open_case(seeds.store, "nothing", MORGAN, NOW)
    with pytest.raises(NoSuchCase):
        progress.claim(seeds.store, "nothing", MORGAN, 1, NOW)
