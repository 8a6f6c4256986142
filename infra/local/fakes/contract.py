"""What we may ask of a platform: the rows of its `contract.toml`, and what is wrong with a request that is in none."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Call:
    """One row: a method, a path with `{names}` in it, the parameters it knows, and the names in its answer."""

    name: str
    method: str
    path: str
    nodes: tuple[str, ...]
    required: tuple[str, ...]
    parameters: tuple[str, ...]
    answer: tuple[str, ...]
    source: str
    confirmed: bool
    values: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    version: str | None = None  # its own, where it is not the contract's
    form: bool = False  # whether its body is a form instead of JSON

    def names(self, path: str) -> Mapping[str, str] | None:
        """What stands for each `{name}` in a path, or None for another path."""
        pattern = re.sub(r"\\{(\w+)\\}", r"(?P<\1>[^/]+)", re.escape(self.path))
        found = re.fullmatch(pattern, path)
        return found and found.groupdict()

    def problem(self, parameters: Mapping[str, Any]) -> str | None:
        """What is wrong with the parameters: one that is unknown, missing, or has a value we never send."""
        unknown = [f"unknown parameter {name}" for name in parameters if name not in self.parameters]
        missing = [f"parameter {name} is required" for name in self.required if not parameters.get(name)]
        values = [
            f"parameter {name} must be one of {', '.join(allowed)}"
            for name, allowed in self.values.items()
            if name in parameters and parameters[name] not in allowed
        ]
        return next(iter([*unknown, *missing, *values]), None)


@dataclass(frozen=True, slots=True)
class Contract:
    """All that we call on one platform, at one version."""

    version: str  # in front of every path; empty where the platform has none
    header: str
    scheme: str
    calls: tuple[Call, ...]

    def call(self, method: str, path: str) -> Call | None:
        """The row for a method and a path with the version in front, or None."""
        known = (call for call in self.calls if call.method == method)
        return next((call for call in known if call.names(self._rest(call, path)) is not None), None)

    def names(self, call: Call, path: str) -> Mapping[str, str]:
        """What stands for each `{name}` of the call's path."""
        return call.names(self._rest(call, path)) or {}

    def _rest(self, call: Call, path: str) -> str:
        version = self.version if call.version is None else call.version
        root = f"/{version}" if version else ""
        return path.removeprefix(root) if path.startswith(f"{root}/") else ""


def load(path: Path) -> Contract:
    """The contract in a file. Raises `OSError`, `tomllib.TOMLDecodeError`, `KeyError` or `TypeError` for a bad one."""
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    authorization = data["authorization"]
    return Contract(
        data["version"], authorization["header"], authorization["scheme"], tuple(_call(row) for row in data["call"])
    )


def _call(row: Mapping[str, Any]) -> Call:
    values = {name: tuple(allowed) for name, allowed in row.get("values", {}).items()}
    lists = {name: tuple(row[name]) for name in ("nodes", "required", "parameters", "answer")}
    return Call(**{**row, **lists, "values": values})
