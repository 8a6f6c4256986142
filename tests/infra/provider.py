"""A provider that has Google's schema and no cloud: Terraform checks and plans against it, offline.

What Google would answer is made up from names, so that a plan shows who is granted what.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import grpc

from infra.terraform.schema.extract import TABLE
from tests.infra.msgpack import pack, unpack
from tests.infra.wire import message

LIST = 2
NAMES = ("account_id", "secret_id", "repository_id", "name", "service", "project_id")
PROVIDER = {"arguments": {name: {"required": False, "type": "string"} for name in ("project", "region")}}
Block = Mapping[str, Any]


@contextmanager
def providers() -> Iterator[str]:
    """Serve every provider of the table; hand over what Terraform wants to know of them (TF_REATTACH_PROVIDERS)."""
    table = json.loads(TABLE.read_bytes())
    servers, addresses = [], {}
    for name, schemas in table.items():
        server = grpc.server(ThreadPoolExecutor(4))
        server.add_generic_rpc_handlers((_handlers(schemas),))
        port = server.add_insecure_port("127.0.0.1:0")
        server.start()
        servers.append(server)
        where = {"Network": "tcp", "String": f"127.0.0.1:{port}"}
        about = {"Protocol": "grpc", "ProtocolVersion": 5, "Pid": 1, "Test": True, "Addr": where}
        addresses[f"registry.terraform.io/hashicorp/{name}"] = about
    try:
        yield json.dumps(addresses)
    finally:
        for server in servers:
            server.stop(None)


def _handlers(schemas: Block) -> grpc.GenericRpcHandler:
    resources, data = schemas["resource"], schemas["data"]

    def plan(request: Any) -> Any:
        proposed = unpack(request.proposed.msgpack)
        filled = proposed and _filled(resources[request.type_name], proposed, proposed)
        return message("Planned")(planned_state={"msgpack": pack(filled)}, legacy=True)

    def read(request: Any) -> Any:
        config = unpack(request.config.msgpack)
        return message("State")(state={"msgpack": pack(_filled(data[request.type_name], config, config))})

    calls: dict[str, tuple[str, Callable[[Any], Any]]] = {
        "GetSchema": ("Nothing", lambda _: _schemas(resources, data)),
        "PrepareProviderConfig": ("Config", lambda asked: message("Prepared")(prepared_config=asked.config)),
        "ValidateResourceTypeConfig": ("Typed", lambda _: message("Nothing")()),
        "ValidateDataSourceConfig": ("Typed", lambda _: message("Nothing")()),
        "Configure": ("Nothing", lambda _: message("Nothing")()),
        "PlanResourceChange": ("Plan", plan),
        "ReadDataSource": ("Typed", read),
        "Stop": ("Nothing", lambda _: message("Nothing")()),
    }
    return grpc.method_handlers_generic_handler(
        "tfplugin5.Provider", {name: _method(request, answer) for name, (request, answer) in calls.items()}
    )


def _method(request: str, answer: Callable[[Any], Any]) -> grpc.RpcMethodHandler:
    return grpc.unary_unary_rpc_method_handler(
        lambda asked, _: answer(asked), message(request).FromString, lambda answered: answered.SerializeToString()
    )


def _schemas(resources: Block, data: Block) -> Any:
    return message("Schemas")(
        provider={"block": _block(PROVIDER)},
        resources=[{"key": name, "value": {"block": _block(block)}} for name, block in resources.items()],
        data=[{"key": name, "value": {"block": _block(block)}} for name, block in data.items()],
    )


def _block(block: Block) -> dict[str, Any]:
    arguments = [
        _attribute(name, one["type"], **_flags(name, required=one["required"]))
        for name, one in block["arguments"].items()
    ]
    given = [_attribute(name, type_, computed=True) for name, type_ in block.get("gives", {}).items()]
    nested = [
        {
            "type_name": name,
            "block": _block(inner),
            "nesting": LIST,
            "min_items": int(inner["required"]),
            "max_items": 0 if inner["many"] else 1,
        }
        for name, inner in block.get("blocks", {}).items()
    ]
    return {"attributes": arguments + given, "block_types": nested}


def _flags(name: str, *, required: bool) -> dict[str, bool]:
    return {"required": True} if required else {"optional": True, "computed": name == "id"}


def _attribute(name: str, type_: Any, **flags: bool) -> dict[str, Any]:
    return {"name": name, "type": json.dumps(type_).encode(), **flags}


def _id(block: Block) -> dict[str, str]:
    """A resource has an id of Google's making; a block may have one of ours."""
    return {"id": "string"} if not block["arguments"].get("id", {"required": True})["required"] else {}


def _filled(block: Block, value: dict[str, Any], whole: Mapping[str, Any]) -> dict[str, Any]:
    """What was asked for, and made-up answers where Google would give some."""
    known = next((whole[name] for name in NAMES if whole.get(name)), "made-up")
    filled = dict(value)
    for name, type_ in {**block["gives"], **_id(block)}.items():
        if filled.get(name) is None and type_ == "string":
            filled[name] = "100000000000" if name == "number" else f"{known}.{name}"
    for name, inner in block["blocks"].items():
        filled[name] = [_filled(inner, one, whole) for one in filled.get(name) or []]
    return filled
