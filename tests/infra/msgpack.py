"""As much of MessagePack as Terraform and a provider say to each other."""

import struct
from typing import Any

UNKNOWN = object()  # a value that Terraform does not know yet
_SIZED = {0xD9: ">B", 0xDA: ">H", 0xDB: ">I", 0xDC: ">H", 0xDD: ">I", 0xDE: ">H", 0xDF: ">I"}
_NUMBERS = {0xCA: ">f", 0xCB: ">d", 0xCC: ">B", 0xCD: ">H", 0xCE: ">I", 0xCF: ">Q"}
_NUMBERS |= {0xD0: ">b", 0xD1: ">h", 0xD2: ">i", 0xD3: ">q"}
_CONSTANTS = {0xC0: None, 0xC2: False, 0xC3: True}
_UNKNOWNS = {0xD4: 2, 0xD5: 3, 0xD6: 5, 0xD7: 9, 0xD8: 17}  # extensions, by how long they are


def unpack(data: bytes) -> Any:
    """The one value in `data`."""
    value, _ = _read(data, 0)
    return value


def pack(value: Any) -> bytes:
    """A value in the longest form there is for it, which every reader takes."""
    if value is UNKNOWN:
        return b"\xd4\x00\x00"
    if value is None or isinstance(value, bool):
        return {None: b"\xc0", False: b"\xc2", True: b"\xc3"}[value]
    if isinstance(value, int):
        return b"\xd3" + struct.pack(">q", value)
    if isinstance(value, float):
        return b"\xcb" + struct.pack(">d", value)
    if isinstance(value, str):
        return b"\xdb" + struct.pack(">I", len(value.encode())) + value.encode()
    if isinstance(value, dict):
        inner = b"".join(pack(key) + pack(one) for key, one in value.items())
        return b"\xdf" + struct.pack(">I", len(value)) + inner
    return b"\xdd" + struct.pack(">I", len(value)) + b"".join(map(pack, value))


def _read(data: bytes, at: int) -> tuple[Any, int]:
    head, at = data[at], at + 1
    if head in _CONSTANTS:
        return _CONSTANTS[head], at
    if head < 0x80 or head >= 0xE0:
        return (head if head < 0x80 else head - 0x100), at
    if head in _NUMBERS:
        return struct.unpack_from(_NUMBERS[head], data, at)[0], at + struct.calcsize(_NUMBERS[head])
    if head in _UNKNOWNS:
        return UNKNOWN, at + _UNKNOWNS[head]
    if head == 0xC7:
        return UNKNOWN, at + 2 + data[at]
    if head in _SIZED:
        size = struct.unpack_from(_SIZED[head], data, at)[0]
        return _sized("str" if head < 0xDC else "list" if head < 0xDE else "map", size, data, at + _width(head))
    kind, mask = ("map", 0x0F) if head < 0x90 else ("list", 0x0F) if head < 0xA0 else ("str", 0x1F)
    return _sized(kind, head & mask, data, at)


def _width(head: int) -> int:
    return struct.calcsize(_SIZED[head])


def _sized(kind: str, size: int, data: bytes, at: int) -> tuple[Any, int]:
    if kind == "str":
        return data[at : at + size].decode(), at + size
    values = []
    for _ in range(size * (2 if kind == "map" else 1)):
        value, at = _read(data, at)
        values.append(value)
    return (dict(zip(values[::2], values[1::2], strict=True)) if kind == "map" else values), at
