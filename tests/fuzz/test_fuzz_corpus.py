"""What once went wrong, and one of each thing that must go right, again in every run."""

from pathlib import Path

import pytest

from shared.domain.message import Platform
from shared.service.intake import Taken
from tests.fuzz.seeds import deliveries
from tests.fuzz.targets import NAMES, target

CORPUS = Path(__file__).parent / "corpus"
KEPT = sorted(path for path in CORPUS.glob("*/*") if path.is_file())


@pytest.mark.parametrize("path", KEPT, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_the_corpus(path: Path) -> None:
    target(path.parent.name)(path.read_bytes())


@pytest.mark.parametrize("platform", Platform)
def test_every_fixture_of_a_platform_is_kept_whole(platform: Platform) -> None:
    mine = [data for name, data in deliveries().items() if name.startswith(f"{platform}-")]
    taken = [target("delivery")(data) for data in mine]
    assert len(taken) >= 12
    assert any(isinstance(one, Taken) and one.cases for one in taken)
    assert any(isinstance(one, Taken) and one.quarantined for one in taken)


def test_each_target_has_seeds() -> None:
    assert {path.parent.name for path in KEPT} == set(NAMES)


@pytest.mark.parametrize(
    ("name", "status"),
    [
        ("signed", 200),
        ("signed-chunked", 200),
        ("handshake", 200),
        ("length-lies", 401),
        ("other-signature", 401),
        ("empty-token", 403),
        ("address-not-utf-8", 403),
        ("x-signed", 200),
        ("x-asks", 200),
        ("x-asks-for-a-delivery", 403),
        ("linkedin-signed", 200),
        ("linkedin-signed-with-its-prefix", 200),
        ("linkedin-asks", 200),
        ("linkedin-asks-for-a-delivery", 403),
        ("tiktok-signed", 200),
        ("tiktok-signed-at-another-time", 401),
        ("tiktok-asks-nothing", 405),
    ],
)
def test_a_seed_of_requests_goes_all_the_way(name: str, status: int) -> None:
    """Else the fuzzer would only ever knock at the door."""
    assert target("request")((CORPUS / "request" / name).read_bytes()) == status
