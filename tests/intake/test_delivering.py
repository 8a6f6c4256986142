"""From a verified body to intake: which accounts its signature speaks for, and what cannot be read is kept."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from shared.domain.message import Part, Platform, Quarantined
from shared.service.intake import Delivery, Taken
from shared.webhooks.body import Body
from shared.webhooks.delivering import LONGEST_PIECE, deliverer

NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
ACCOUNTS = {"page-1": "app-1", "page-2": "app-2", "page-3": "app-1"}


class Intake:
    """Stands where intake is."""

    def __init__(self) -> None:
        self.parts: list[Part] = []
        self.deliveries: list[Delivery] = []

    def __call__(self, parts: Iterable[Part], delivery: Delivery) -> Taken:
        self.parts += parts
        self.deliveries.append(delivery)
        return Taken(0, 0, 0, published=True)


@pytest.fixture
def intake() -> Intake:
    return Intake()


def deliver(intake: Intake, raw: bytes | None, *apps: str) -> None:
    made = deliverer(Platform.FACEBOOK, lambda: NOW, ACCOUNTS, intake)
    made(Body(raw, len(raw or b""), "digest", {}), frozenset(apps), _parse)


def _parse(value: Any) -> Iterator[Part]:
    yield Part(Quarantined(Platform.FACEBOOK, "as it was read"), value)


def test_a_signature_speaks_only_for_the_accounts_of_its_app(intake: Intake) -> None:
    deliver(intake, b"{}", "app-1")
    deliver(intake, b"{}", "app-2")
    assert [made.accounts for made in intake.deliveries] == [{"page-1", "page-3"}, {"page-2"}]
    assert [(made.digest, made.received_at) for made in intake.deliveries] == [("digest", NOW)] * 2


def test_what_is_no_json_is_kept_whole_in_pieces_that_fit(intake: Intake) -> None:
    raw = b"{" * (LONGEST_PIECE + 5)
    deliver(intake, raw, "app-1")
    assert "".join(part.fragment for part in intake.parts).encode() == raw
    assert all(isinstance(part.said, Quarantined) for part in intake.parts)
    assert [len(part.fragment) for part in intake.parts] == [LONGEST_PIECE, 5]


def test_of_what_is_too_large_the_digest_is_kept(intake: Intake) -> None:
    deliver(intake, None, "app-1")
    assert [part.fragment for part in intake.parts] == ["0 bytes, sha256 digest"]
