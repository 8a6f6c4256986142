"""Bundles onto disk, and the table of them that Terraform reads: all that a manifest leaves open is settled there."""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from infra.bundling.archive import pack
from infra.bundling.contents import BundleError, contents, read_manifest
from infra.manifests import FUNCTIONS, ROOT, EntryPoint
from shared.principles.loading import load

PLACE = ROOT / "build" / "bundles"
TABLE = "bundles.json"
Made = Mapping[str, Any]


def build(names: Sequence[str], to: Path = PLACE, functions: Path = FUNCTIONS) -> Iterator[Made | BundleError]:
    """Bundle the named folders, or every one; yield what came of each. Then write the table.

    A folder that cannot be bundled is an error of its own: the others are made, and its own last good bundle stays.
    """
    to.mkdir(parents=True, exist_ok=True)
    there = sorted(path.parent for path in functions.glob("*/function.json"))
    for name in names or [folder.name for folder in there]:
        try:
            yield _make(functions / name, to)
        except BundleError as error:
            yield error
    _write(to / TABLE, table(to, [folder.name for folder in there]))


def table(place: Path, folders: Sequence[str]) -> Mapping[str, Any]:
    """What is deployed: bundles and entry points by name, the time zone of schedules, and folders without a bundle."""
    made = {name: _read(place / f"{name}.json") for name in folders if (place / f"{name}.json").exists()}
    entries = [(name, EntryPoint(**entry)) for name, one in made.items() for entry in one["entry_points"]]
    topics = [entry.topic for _, entry in entries if entry.topic]
    return {
        "bundles": {name: {"file": one["file"], "sha256": one["sha256"]} for name, one in made.items()},
        "functions": {entry.name: _settled(entry, folder, topics) for folder, entry in entries},
        "missing": [name for name in folders if name not in made],
        "time_zone": str(load().versions[0].calendar().zone),
    }


def _make(folder: Path, to: Path) -> Made:
    files = contents(folder)
    packed = pack(files)
    entries = [entry.model_dump(mode="json") for entry in read_manifest(folder).entry_points]
    made = {
        "folder": folder.name,
        "file": f"{folder.name}.zip",
        "sha256": hashlib.sha256(packed).hexdigest(),
        "bytes": len(packed),
        "files": len(files),
    }
    (to / f"{folder.name}.zip").write_bytes(packed)
    _write(to / f"{folder.name}.json", {**made, "entry_points": entries})
    return made


def _settled(entry: EntryPoint, folder: str, topics: Sequence[str]) -> Made:
    left_open = {"store": entry.opens_store, "publishes": entry.topics_of(folder, topics)}
    return {"folder": folder, **entry.model_dump(mode="json", exclude={"name"}), **left_open}


def _read(path: Path) -> Any:
    return json.loads(path.read_bytes())


def _write(path: Path, value: Any) -> None:
    path.write_text(json.dumps(value, indent=2, sort_keys=True) + "\n", encoding="utf-8")
