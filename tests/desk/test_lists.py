"""The lists: order, crisis first even while arriving, and no more than fits."""

from datetime import timedelta

from shared.domain.action import ActionState
from shared.domain.assessment import Priority
from shared.service.desk import lists, progress
from tests.desk.seeds import MORGAN, NOW, WORDS, Seeds, finding

QUESTION = finding("question")
URGENT = finding("threat", priority=Priority.URGENT)
CRISIS = finding("crisis", clause="crisis", priority=Priority.CRISIS)


def test_the_queue_is_by_rank_then_by_due_time(seeds: Seeds) -> None:
    today = seeds.message("b", QUESTION)
    overdue = seeds.message("a", QUESTION, at=NOW - timedelta(days=6))
    urgent = seeds.message("c", URGENT)
    crisis = seeds.message("d", CRISIS)
    queue = lists.queue(seeds.store, 10)
    assert [case.id for case in queue.crisis] == [crisis.id]
    assert [case.id for case in queue.others] == [urgent.id, overdue.id, today.id]
    assert (queue.count, queue.more) == (4, False)


def test_a_crisis_is_pinned_while_it_is_still_arriving(seeds: Seeds) -> None:
    seeds.message("waits", QUESTION)
    crisis = seeds.message("help", CRISIS, taken=False)
    seen = lists.overview(seeds.store, 10)
    assert [case.id for case in seen.queue.crisis] == [crisis.id]
    assert [case.id for case in seen.pending.cases] == [crisis.id]


def test_a_crisis_with_news_is_shown_once(seeds: Seeds) -> None:
    crisis = seeds.message("help", CRISIS, id="one")
    seeds.message("help, please", CRISIS, id="one", taken=False)
    seen = lists.overview(seeds.store, 10)
    assert [case.id for case in seen.queue.crisis] == [crisis.id]
    assert seen.queue.others == ()


def test_what_is_arriving_begins_with_crisis(seeds: Seeds) -> None:
    first = seeds.message("a", QUESTION, taken=False)
    crisis = seeds.message("b", CRISIS, taken=False)
    assert [case.id for case in lists.pending(seeds.store, 10).cases] == [crisis.id, first.id]


def test_each_list_holds_no_more_than_fits_and_says_so(seeds: Seeds) -> None:
    for _ in range(3):
        seeds.message("read me")
        seeds.message("later", QUESTION, taken=False)
        case = seeds.message("close me", QUESTION)
        progress.close(seeds.store, case.id, MORGAN, WORDS.outcomes[0], "", case.version, NOW)
        seeds.message("answer me", QUESTION)
        seeds.fragment(f"{seeds.made} odd")
    for few in (
        lists.reading(seeds.store, 2),
        lists.pending(seeds.store, 2),
        lists.closed(seeds.store, 2),
    ):
        assert (len(few.cases), few.more) == (2, True)
    assert lists.queue(seeds.store, 2).more
    assert (lists.to_sort_out(seeds.store, 2).count, lists.to_sort_out(seeds.store, 2).more) == (2, True)
    assert not lists.reading(seeds.store, 3).more


def test_only_actions_nobody_is_sure_about_are_to_be_sorted_out(seeds: Seeds) -> None:
    case = seeds.message("When?", QUESTION)
    for state in ActionState:
        seeds.action(case, state)
    assert [action.state for action in lists.to_sort_out(seeds.store, 10).actions] == [ActionState.UNKNOWN]
