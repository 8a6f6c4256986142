"""What once went wrong, and one of each thing that must go right, again in every run."""

from pathlib import Path

import pytest

from tests.fuzz.targets import NAMES, target

CORPUS = Path(__file__).parent / "corpus"
KEPT = sorted(path for path in CORPUS.glob("*/*") if path.is_file())


@pytest.mark.parametrize("path", KEPT, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_the_corpus(path: Path) -> None:
    target(path.parent.name)(path.read_bytes())


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
    ],
)
def test_a_seed_of_requests_goes_all_the_way(name: str, status: int) -> None:
    """Else the fuzzer would only ever knock at the door."""
    assert target("request")((CORPUS / "request" / name).read_bytes()) == status
