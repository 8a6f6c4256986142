"""How long a comparison takes must tell nothing: each secret is compared, in constant time, whichever is right."""

import hmac

import pytest

from shared.webhooks.signature import require_token, signers

ONE, TWO, THREE = b"a" * 32, b"b" * 32, b"c" * 32


@pytest.fixture
def compared(monkeypatch: pytest.MonkeyPatch) -> list[tuple[bytes, bytes]]:
    """What went through the constant-time comparison."""
    seen: list[tuple[bytes, bytes]] = []
    real = hmac.compare_digest

    def watching(one: bytes, other: bytes) -> bool:
        seen.append((one, other))
        return real(one, other)

    monkeypatch.setattr("shared.webhooks.signature.hmac.compare_digest", watching)
    return seen


@pytest.mark.parametrize("right", [ONE, TWO, THREE], ids=["first", "second", "third"])
def test_every_signature(compared: list[tuple[bytes, bytes]], right: bytes) -> None:
    signers({"one": [ONE, TWO], "two": [THREE]}, bytes.hex, right.hex())
    assert compared == [(digest.hex().encode(), right.hex().encode()) for digest in (ONE, TWO, THREE)]


@pytest.mark.parametrize("right", ["a", "b"])
def test_every_token(compared: list[tuple[bytes, bytes]], right: str) -> None:
    require_token(right, [b"a", b"b"])
    assert compared == [(b"a", right.encode()), (b"b", right.encode())]
