"""What a delivery, a case and an action cost on Firestore and Pub/Sub, counted on the wire."""

from collections import Counter
from datetime import timedelta
from typing import Any

import pytest

from shared.adapters.firestore.packing import COMMIT_BYTES
from shared.domain.action import Action
from shared.domain.channel import Channel
from shared.domain.message import Platform, case_id
from shared.ports import Receipt
from shared.principles import coverage
from shared.service import sending
from shared.service.channels import Heard, watch
from shared.service.sweeping import sweep
from tests.counts.conftest import Cloud, Note
from tests.counts.scenes import batch, deliver, take
from tests.rig import NIGHT, OPEN, PAGE, comment, page

EMULATOR_CAP = 4 * 1024 * 1024
LONG = 8000


@pytest.mark.parametrize("count", [1, 10, 1000])
def test_a_delivery_is_one_commit_one_publish_and_no_read_and_so_is_its_redelivery(
    cloud: Cloud, note: Note, count: int
) -> None:
    for again in (False, True):
        cloud.meter.reset()
        deliver(cloud.store, cloud.queue, batch(count))
        note(f"delivery of {count}{', again' * again}", cloud.meter.calls)
        assert cloud.meter.calls == {"Commit": 1, "Publish": 1}
        assert len(cloud.meter.written) == count


def test_edits_and_removals_are_no_read_either(cloud: Cloud) -> None:
    deliver(cloud.store, cloud.queue, batch(1))
    cloud.meter.reset()
    edited = comment("Changed", at=OPEN, id="1_0", verb="edited")
    removed = comment(None, at=OPEN, id="1_1", verb="remove")
    deliver(cloud.store, cloud.queue, page(edited, removed))
    assert cloud.meter.calls == {"Commit": 1, "Publish": 1}


def test_more_than_one_commit_only_past_the_size_limit_crisis_and_quarantine_first(cloud: Cloud, note: Note) -> None:
    words = "lorem " * (LONG // 6)
    changes = [comment(f"{words}{n}", at=OPEN, id=f"1_{n}", author=f"9{n}") for n in range(999)]
    crisis = comment("I want to kill myself", at=OPEN, id="1_crisis", author="77")
    odd = comment("odd", at=OPEN, id="1_odd", verb="no such verb")
    deliver(cloud.store, cloud.queue, page(*changes, crisis, odd))
    note("delivery of 1001, 8 kB each", cloud.meter.calls)
    assert cloud.meter.calls["Publish"] == 1
    assert set(cloud.meter.calls) == {"Commit", "Publish"}
    assert max(cloud.meter.sizes) <= COMMIT_BYTES < EMULATOR_CAP
    assert min(cloud.meter.sizes[:-1]) > COMMIT_BYTES * 0.8, "a commit is split only where it is full"
    first, second = cloud.meter.written[:2]
    assert first.startswith("quarantine/")
    assert second == f"cases/{case_id(Platform.FACEBOOK, PAGE, '1_crisis')}"


def test_cut_between_two_commits_and_delivered_again_everything_is_there_once(
    cloud: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = "lorem " * (LONG // 6)
    delivery = page(*(comment(f"{words}{n}", at=OPEN, id=f"1_{n}", author=f"9{n}") for n in range(600)))
    intake: Any = cloud.store._intake
    real, seen = intake._ask, []

    def cut(*arguments: Any, **more: Any) -> Any:
        seen.append(1)
        if len(seen) == 2:
            raise KeyboardInterrupt
        return real(*arguments, **more)

    monkeypatch.setattr(intake, "_ask", cut)
    with pytest.raises(KeyboardInterrupt):
        deliver(cloud.store, cloud.queue, delivery)
    assert 0 < len(cloud.store.pending(1000)) < 600
    deliver(cloud.store, cloud.queue, delivery)
    found = cloud.store.pending(1000)
    assert {case.message for case in found} == {f"1_{n}" for n in range(600)}
    assert [len(case.revisions) for case in found] == [1] * 600


def test_inbox_is_one_transaction_a_case(cloud: Cloud, note: Note) -> None:
    deliver(cloud.store, cloud.queue, batch(2))
    for again in (False, True):
        cloud.meter.reset()
        assert take(cloud.store, cloud.queue)
        note(f"inbox by day{', again' * again}", cloud.meter.calls)
        assert cloud.meter.calls - Counter(RunQuery=1) == {"BeginTransaction": 1, "BatchGetDocuments": 2, "Commit": 1}
        assert cloud.meter.calls["RunQuery"] == (not again), "for the same words elsewhere, and only once"
        assert cloud.meter.read == {"BatchGetDocuments": 2, **({} if again else {"RunQuery": 1})}, "itself"
        assert wrote(cloud) == [["cases"] if again else ["audit", "cases"]]


def test_inbox_notes_its_channel_with_one_blind_write_a_minute(cloud: Cloud, note: Note) -> None:
    heard = Heard(cloud.store)
    for message, minutes, notes in (("1_0", 0, 1), ("1_1", 0, 0), ("1_2", 1, 1)):
        now = OPEN + timedelta(minutes=minutes)
        deliver(cloud.store, cloud.queue, page(comment("When?", at=now, id=message)), now)
        cloud.meter.reset()
        assert take(cloud.store, cloud.queue, message, now, heard)
        note(f"inbox, {'noting' if notes else 'not noting'} its channel", cloud.meter.calls)
        assert cloud.meter.calls == {"BeginTransaction": 1, "BatchGetDocuments": 2, "Commit": 1 + notes}
        assert wrote(cloud) == [["audit", "cases"], *[["channels"]] * notes]


def test_a_poll_looks_at_its_channels_with_two_queries(cloud: Cloud, note: Note) -> None:
    cloud.store.keep_channel(Channel(Platform.FACEBOOK, PAGE, OPEN, OPEN), ("last_event", "last_poll"))
    cloud.meter.reset()
    watch(Platform.FACEBOOK, [PAGE], OPEN, store=cloud.store, coverage=coverage.load())
    note("looking at the channels of a platform", cloud.meter.calls)
    assert cloud.meter.calls == {"RunQuery": 2}
    assert cloud.meter.read == {"RunQuery": 1}


def test_inbox_at_night_reads_the_case_the_action_and_the_count(cloud: Cloud, note: Note) -> None:
    deliver(cloud.store, cloud.queue, batch(2, at=NIGHT), NIGHT)
    take(cloud.store, cloud.queue, "1_1", NIGHT)
    cloud.meter.reset()
    take(cloud.store, cloud.queue, "1_0", NIGHT)
    note("inbox at night, with an acknowledgement", cloud.meter.calls)
    assert cloud.meter.calls == {
        "BeginTransaction": 1, "BatchGetDocuments": 3, "RunQuery": 2, "Commit": 1, "Publish": 1
    }  # fmt: skip
    assert cloud.meter.read == {"BatchGetDocuments": 2, "RunQuery": 2}
    assert wrote(cloud) == [["actions", "audit", "audit", "cases"]], "placed, and that an answer is owed"


def test_an_edited_case_is_read_with_one_query_more(cloud: Cloud, note: Note) -> None:
    deliver(cloud.store, cloud.queue, batch(1))
    for minute in range(3):
        edit = comment(f"Changed {minute}", at=OPEN, id="1_0", verb="edited", edited_time=1764000000 + minute)
        deliver(cloud.store, cloud.queue, page(edit))
    cloud.meter.reset()
    take(cloud.store, cloud.queue)
    note("inbox, a case with three edits", cloud.meter.calls)
    assert cloud.meter.calls == {"BeginTransaction": 1, "BatchGetDocuments": 2, "RunQuery": 2, "Commit": 1}
    assert cloud.meter.read == {"BatchGetDocuments": 2, "RunQuery": 6}, "once to look around it, once to take it"


def test_many_against_one_cost_a_query_and_at_the_last_a_look_at_whom_they_answer(cloud: Cloud, note: Note) -> None:
    first, *hostile = [
        comment("I am so tired", at=OPEN, id="1_0", author="700"),
        *(comment("Get over it", at=OPEN, id=f"2_{n}", author=f"80{n}", parent_id="1_0") for n in range(5)),
    ]
    deliver(cloud.store, cloud.queue, page(first, *hostile))
    for number, (gets, read) in enumerate([(2, 5)] * 4 + [(3, 5)]):
        cloud.meter.reset()
        assert take(cloud.store, cloud.queue, f"2_{number}")
        note(f"inbox, hostile reply {number + 1}", cloud.meter.calls)
        assert cloud.meter.calls == {"BeginTransaction": 1, "BatchGetDocuments": gets, "RunQuery": 1, "Commit": 1}
        assert cloud.meter.read["RunQuery"] == read


def test_thanks_cost_one_query_and_other_short_messages_none(cloud: Cloud, note: Note) -> None:
    for text, queries in (("Thank you so much", 1), ("Lovely photo", 0)):
        deliver(cloud.store, cloud.queue, page(comment(text, at=OPEN, id=text)))
        cloud.meter.reset()
        assert take(cloud.store, cloud.queue, text)
        note(f"inbox, {text}", cloud.meter.calls)
        assert cloud.meter.calls["RunQuery"] == queries
        assert cloud.meter.calls["BatchGetDocuments"] == 2


def wrote(cloud: Cloud) -> list[list[str]]:
    """The collections that each commit wrote to."""
    commits = ([write.update.name.split("/")[-2] for write in request.writes] for request in cloud.meter.commits)
    return [sorted(collections) for collections in commits]


class Fake:
    """A platform that is content."""

    def perform(self, action: Action) -> Receipt:
        return Receipt("posted")


def test_sending_is_two_transactions_and_one_when_it_is_asked_again(cloud: Cloud, note: Note) -> None:
    deliver(cloud.store, cloud.queue, batch(1, at=NIGHT), NIGHT)
    take(cloud.store, cloud.queue, now=NIGHT)
    [owed] = cloud.store.actions_of(case_id(Platform.FACEBOOK, PAGE, "1_0"))
    for again, expected in ((False, (2, 3)), (True, (1, 2))):
        cloud.meter.reset()
        sending.send(
            owed.id, Platform.FACEBOOK, store=cloud.store, client=lambda _: Fake(), objects=lambda _: False,
            clock=lambda: NIGHT, attempt=f"attempt {again}",
        )  # fmt: skip
        note(f"send{', again' * again}", cloud.meter.calls)
        counts = (cloud.meter.calls["Commit"], cloud.meter.calls["BatchGetDocuments"])
        assert counts == expected
        assert cloud.meter.calls["RunQuery"] == 0
        assert wrote(cloud) == ([[]] if again else [["actions", "audit"]] * 2), "that it began, and its end"


def test_a_sweep_with_nothing_to_do_is_two_queries_that_return_nothing(cloud: Cloud, note: Note) -> None:
    deliver(cloud.store, cloud.queue, batch(3))
    cloud.meter.reset()
    sweep(OPEN, store=cloud.store, queue=cloud.queue)
    note("sweep, nothing due", cloud.meter.calls)
    assert cloud.meter.calls == {"RunQuery": 2}
    assert cloud.meter.read.total() == 0
