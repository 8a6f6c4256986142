"""The messages of Terraform's provider protocol, version 5, as far as a plan needs them."""

from importlib import import_module
from typing import Any

# Without types of their own, and so not imported by name.
descriptor_pb2, descriptor_pool, message_factory = (
    import_module(f"google.protobuf.{name}") for name in ("descriptor_pb2", "descriptor_pool", "message_factory")
)

STRING, BYTES, BOOL, ENUM, INT = 9, 12, 8, 5, 3
Field = tuple[int, int | str, bool]  # number, type or the name of a message, whether repeated
MESSAGES: dict[str, dict[str, Field]] = {
    "Dynamic": {"msgpack": (1, BYTES, False), "json": (2, BYTES, False)},
    "Diagnostic": {"severity": (1, ENUM, False), "summary": (2, STRING, False), "detail": (3, STRING, False)},
    "Attribute": {
        "name": (1, STRING, False),
        "type": (2, BYTES, False),
        "required": (4, BOOL, False),
        "optional": (5, BOOL, False),
        "computed": (6, BOOL, False),
    },
    "Nested": {
        "type_name": (1, STRING, False),
        "block": (2, "Block", False),
        "nesting": (3, ENUM, False),
        "min_items": (4, INT, False),
        "max_items": (5, INT, False),
    },
    "Block": {"attributes": (2, "Attribute", True), "block_types": (3, "Nested", True)},
    "Schema": {"version": (1, INT, False), "block": (2, "Block", False)},
    "Named": {"key": (1, STRING, False), "value": (2, "Schema", False)},
    "Schemas": {"provider": (1, "Schema", False), "resources": (2, "Named", True), "data": (3, "Named", True)},
    "Nothing": {},
    "Config": {"config": (1, "Dynamic", False)},
    "Prepared": {"prepared_config": (1, "Dynamic", False)},
    "Typed": {"type_name": (1, STRING, False), "config": (2, "Dynamic", False)},
    "State": {"state": (1, "Dynamic", False)},
    "Plan": {"type_name": (1, STRING, False), "proposed": (3, "Dynamic", False), "config": (4, "Dynamic", False)},
    "Planned": {"planned_state": (1, "Dynamic", False), "legacy": (5, BOOL, False)},
}


def _file() -> Any:
    file = descriptor_pb2.FileDescriptorProto(name="plan.proto", package="plan", syntax="proto3")
    for name, fields in MESSAGES.items():
        message = file.message_type.add(name=name)
        for field, (number, type_, repeated) in fields.items():
            added = message.field.add(name=field, number=number, label=3 if repeated else 1)
            if isinstance(type_, str):
                added.type, added.type_name = 11, f".plan.{type_}"
            else:
                added.type = type_
    return file


_POOL = descriptor_pool.DescriptorPool()
_POOL.Add(_file())


def message(name: str) -> Any:
    """The class of a message."""
    return message_factory.GetMessageClass(_POOL.FindMessageTypeByName(f"plan.{name}"))
