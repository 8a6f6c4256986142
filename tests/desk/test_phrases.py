"""Times in words, on the wall clock of the desk."""

from datetime import UTC, datetime

import pytest

from shared.service.desk.phrases import Phrases, is_overdue
from tests.desk.seeds import LIBRARY, WORDS

PHRASES = Phrases(LIBRARY.versions[0].calendar().zone, WORDS.days, WORDS.months, WORDS.text["time"])
TUESDAY = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


@pytest.mark.parametrize(
    ("due", "now", "said"),
    [
        ("2026-11-24T17:00+00:00", "2026-11-24T10:00+00:00", "Due today by 17:00"),
        ("2026-11-25T17:00+00:00", "2026-11-24T10:00+00:00", "Due tomorrow by 17:00"),
        ("2026-11-24T17:00+00:00", "2026-11-21T10:00+00:00", "Due Tuesday 24 November by 17:00"),
        ("2027-01-04T17:00+00:00", "2026-12-30T10:00+00:00", "Due Monday 4 January 2027 by 17:00"),
        ("2026-11-20T17:00+00:00", "2026-11-24T10:00+00:00", "Overdue since Friday 17:00"),
        ("2026-11-24T17:00+00:00", "2026-11-24T16:59:59.999999+00:00", "Due today by 17:00"),
        ("2026-11-24T17:00+00:00", "2026-11-24T17:00:00+00:00", "Overdue since today 17:00"),
        ("2026-11-18T17:00+00:00", "2026-11-24T10:00+00:00", "Overdue since Wednesday 17:00"),
        ("2026-11-17T17:00+00:00", "2026-11-24T10:00+00:00", "Overdue since Tuesday 17 November 17:00"),
        ("2026-07-07T16:00+00:00", "2026-07-06T23:30+00:00", "Due today by 17:00"),  # half past midnight, in summer
        ("2027-03-30T16:00+00:00", "2027-03-27T10:00+00:00", "Due Tuesday 30 March by 17:00"),  # over the clock change
    ],
)
def test_due_in_words(due: str, now: str, said: str) -> None:
    assert PHRASES.due(at(due), at(now)) == said


def test_what_needs_no_reply_is_never_overdue() -> None:
    assert PHRASES.due(None, TUESDAY) == "No reply needed"
    assert not is_overdue(None, TUESDAY)


@pytest.mark.parametrize(
    ("when", "said"),
    [
        ("2026-11-24T09:05+00:00", "today 09:05"),
        ("2026-11-23T23:59+00:00", "yesterday 23:59"),
        ("2026-11-20T14:05+00:00", "Friday 20 November 14:05"),
        ("2026-07-20T14:05+00:00", "Monday 20 July 15:05"),
        ("2025-11-20T14:05+00:00", "Thursday 20 November 2025 14:05"),
    ],
)
def test_moments_in_words(when: str, said: str) -> None:
    assert PHRASES.moment(at(when), TUESDAY) == said
