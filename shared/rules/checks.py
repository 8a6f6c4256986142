"""What words alone cannot settle: whether digits are an NHS number, and the like. Each takes the passage as written."""

from collections.abc import Callable, Mapping

from nhs_number.validate import is_valid

from shared.rules import names

PHONE_DIGITS = range(9, 11)  # without the leading nought
ABROAD_DIGITS = range(7, 16)  # from a short local number to the longest of the international standard
CARD_DIGITS = range(15, 17)
IBAN_LENGTH = range(15, 35)
OCTETS, LARGEST_OCTET = 4, 255


def is_nhs_number(written: str) -> bool:
    """Whether the digits pass the modulus 11 check of NHS numbers."""
    digits = _digits(written)
    return len(set(digits)) > 1 and bool(is_valid(digits))


def is_phone(written: str) -> bool:
    """Whether there are as many digits as in a British telephone number, with or without the country's own."""
    digits = _digits(written).removeprefix("0044").removeprefix("44").lstrip("0")
    return len(digits) in PHONE_DIGITS and not digits.startswith("12345678")


def is_phone_abroad(written: str) -> bool:
    """Whether there are as many digits as in a telephone number of any country."""
    digits = _digits(written)
    return len(digits) in ABROAD_DIGITS and len(set(digits)) > 1 and "12345678" not in digits


def is_card(written: str) -> bool:
    """Whether the digits pass the Luhn check of bank cards."""
    digits = _digits(written)
    doubled = [sum(divmod(int(digit) * 2, 10)) for digit in digits[-2::-2]]
    total = sum(doubled) + sum(map(int, digits[-1::-2]))
    return len(digits) in CARD_DIGITS and len(set(digits)) > 1 and total % 10 == 0


def is_iban(written: str) -> bool:
    """Whether the letters and digits pass the modulus 97 check of international bank accounts."""
    account = "".join(char for char in written.upper() if char.isascii() and char.isalnum())
    if len(account) not in IBAN_LENGTH:
        return False
    return int("".join(str(int(char, 36)) for char in account[4:] + account[:4])) % 97 == 1


def is_ip_address(written: str) -> bool:
    """Whether four numbers with dots between them can be an address on the internet."""
    octets = [part for part in written.split(".") if part.isdecimal()]
    in_range = all(int(octet) <= LARGEST_OCTET for octet in octets)
    return len(octets) == OCTETS and in_range and len(written) > len("1.2.3.4")


CHECKS: Mapping[str, Callable[[str], bool]] = {
    "nhs-number": is_nhs_number,
    "phone": is_phone,
    "phone-abroad": is_phone_abroad,
    "card": is_card,
    "iban": is_iban,
    "ip-address": is_ip_address,
    "named": names.is_named,
    "titled": names.is_titled,
    "person": names.is_person,
    "someone": names.is_someone,
    "first-name": names.is_first_name,
}


def _digits(written: str) -> str:
    return "".join(char for char in written if char in "0123456789")
