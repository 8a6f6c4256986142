"""The benchmark's own arithmetic: ratios within a round, medians over rounds, goals, one JSON object a line."""

import json
from functools import partial

import pytest

from infra.bench.deliveries import TEXTS, delivery, request
from infra.bench.figures import Goal, Sample, alternately, line, percentile, summary
from infra.bench.load import outcome
from infra.bench.measures import MEASURES

KEYS = ["measure", "value", "unit", "floor", "ratio", "min", "max", "p99_ms", "rounds", "goal", "met"]


def test_a_ratio_is_taken_within_its_round_and_only_then_the_median() -> None:
    """The machine was three times slower in the last round: the ratio of medians would be 0.2, not 0.5."""
    found = summary([Sample(50, 100), Sample(20, 40), Sample(10, 100)])
    assert (found.ratio, found.lowest, found.highest) == (0.5, 0.1, 0.5)
    assert (found.value, found.floor, found.rounds, found.p99_ms) == (20, 100, 3, None)


def test_the_p99_of_a_measure_is_the_median_of_its_rounds() -> None:
    assert summary([Sample(1, 1, 10), Sample(1, 1, 500), Sample(1, 1, 20)]).p99_ms == 20


def test_no_rounds_are_no_result() -> None:
    with pytest.raises(ValueError, match="no rounds"):
        summary([])


@pytest.mark.parametrize(
    ("share", "expected"), [(0.0, 1), (0.5, 51), (0.99, 100), (1.0, 100)], ids=["least", "half", "p99", "most"]
)
def test_percentiles_of_one_to_a_hundred(share: float, expected: int) -> None:
    assert percentile([float(n) for n in range(100, 0, -1)], share) == expected


def test_no_values_have_no_percentile() -> None:
    with pytest.raises(ValueError, match="no values"):
        percentile([], 0.5)


def test_variants_change_places_every_round() -> None:
    ran: list[str] = []

    def note(name: str) -> str:
        ran.append(name)
        return name

    results = alternately(3, {name: partial(note, name) for name in ("a", "b")})
    assert ran == ["a", "b", "b", "a", "a", "b"]
    assert results == [{"a": "a", "b": "b"}] * 3


def test_a_line_is_one_json_object_with_the_keys_in_their_order() -> None:
    goal = Goal("ratio >= 0.6", lambda found: found.ratio >= 0.6)
    text = line("intake", "deliveries/s", summary([Sample(66.66666, 100, 12.345678)]), goal)
    assert "\n" not in text
    assert list(json.loads(text)) == KEYS
    assert json.loads(text) == {
        "measure": "intake",
        "value": 66.67,
        "unit": "deliveries/s",
        "floor": 100,
        "ratio": 0.6667,
        "min": 0.6667,
        "max": 0.6667,
        "p99_ms": 12.35,
        "rounds": 1,
        "goal": "ratio >= 0.6",
        "met": True,
    }


def test_a_goal_that_was_missed_says_so_and_no_goal_is_neither() -> None:
    found = summary([Sample(1, 100)])
    missed = line("m", "u", found, Goal("ratio >= 0.6", lambda found: found.ratio >= 0.6))
    assert json.loads(missed)["met"] is False
    assert json.loads(line("m", "u", found, None))["met"] is None


@pytest.mark.parametrize(
    ("name", "ratio", "value", "p99", "met"),
    [
        ("intake-sqlite-8", 0.6, 1, 60, True),
        ("intake-sqlite-8", 0.59, 1, 10, False),
        ("intake-sqlite-8", 0.9, 1, 61, False),
        ("intake-emulators-8", 1.3, 1, None, True),
        ("intake-emulators-1", 2.4, 1, None, False),
        ("handshake", 1.15, 1, None, True),
        ("handshake", 1.16, 1, None, False),
        ("handshake-linkedin", 1.15, 1, None, True),
        ("handshake-linkedin", 1.16, 1, None, False),
        ("first-message", 1.01, 1, None, False),
        ("batch-1000", 0.1, 5000, None, True),
        ("batch-1000", 0.1, 4999, None, False),
        ("memory", 1.0, 201, None, False),
        ("memory", 1.2, 150, None, False),
        ("memory", 1.0, 150, None, True),
    ],
)
def test_the_goals(name: str, ratio: float, value: float, p99: float | None, met: bool) -> None:
    [measure] = [measure for measure in MEASURES if measure.name == name]
    assert measure.goal is not None
    assert measure.goal.met(summary([Sample(value, value / ratio, p99)])) is met


def test_answers_that_were_not_200_are_no_speed() -> None:
    found = outcome([0.001, 0.002, 0.003, 0.010], failed=1, seconds=2)
    assert (found.a_second, found.failed) == (1.5, 1)
    assert (found.p50_ms, found.p99_ms, found.worst_ms) == (3, 10, 10)


def test_deliveries_are_of_one_size_and_every_id_is_new() -> None:
    bodies = [delivery("r-", number, 1, 1_795_000_000) for number in range(50)]
    assert all(800 <= len(body) <= 872 for body in bodies)
    ids = {json.loads(body)["entry"][0]["changes"][0]["value"]["comment_id"] for body in bodies}
    assert len(ids) == 50
    assert len(TEXTS) < 50, "texts come again, ids do not"


def test_a_request_says_how_long_its_body_is() -> None:
    body = delivery("r-", 0, 3, 1_795_000_000)
    head, _, sent = request(body).partition(b"\r\n\r\n")
    assert sent == body
    assert f"Content-Length: {len(body)}".encode() in head.split(b"\r\n")
