"""What words alone cannot settle: whether digits are an NHS number, and the like. Each takes the passage as written."""

from collections.abc import Callable, Mapping
from itertools import pairwise

from nhs_number.validate import is_valid

PHONE_DIGITS = range(9, 11)  # without the leading nought


def is_nhs_number(written: str) -> bool:
    """Whether the digits pass the modulus 11 check of NHS numbers."""
    digits = _digits(written)
    return len(set(digits)) > 1 and bool(is_valid(digits))


def is_phone(written: str) -> bool:
    """Whether there are as many digits as in a British telephone number, with or without the country's own."""
    digits = _digits(written).removeprefix("0044").removeprefix("44").lstrip("0")
    return len(digits) in PHONE_DIGITS


def is_named(written: str) -> bool:
    """Whether two words in a row begin with a capital: a first name and a surname."""
    words = written.split()
    return any(first[:1].isupper() and second[:1].isupper() for first, second in pairwise(words[1:]))


CHECKS: Mapping[str, Callable[[str], bool]] = {
    "nhs-number": is_nhs_number,
    "phone": is_phone,
    "named": is_named,
}


def _digits(written: str) -> str:
    return "".join(char for char in written if char in "0123456789")
