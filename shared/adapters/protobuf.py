"""Protobuf's wire format, as far as what a webhook sends needs it.

Google's own classes for these two requests take half a second to import, which whoever starts us would wait for.
Tests read what is written here with those classes.
"""

_VARINT, _BYTES = 0, 2


def number(field: int, value: int) -> bytes:
    """A field that holds a whole number or, as 0 or 1, a truth; negative ones as 64 bits."""
    return _varint(field << 3 | _VARINT) + _varint(value % 2**64)


def data(field: int, value: bytes) -> bytes:
    """A field that holds bytes, or a message that is written already."""
    return _varint(field << 3 | _BYTES) + _varint(len(value)) + value


def text(field: int, value: str) -> bytes:
    """A field that holds text."""
    return data(field, value.encode())


def _varint(value: int) -> bytes:
    """Seven bits a byte, lowest first; all but the last have the eighth set."""
    written = bytearray()
    while value > 0x7F:
        written.append(value & 0x7F | 0x80)
        value >>= 7
    written.append(value)
    return bytes(written)
