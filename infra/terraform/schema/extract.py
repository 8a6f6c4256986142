"""Makes `provider.json`: for the resources that the Terraform files use, every argument of the provider's schema.

The schema comes from the provider's TypeScript bindings, two packages of the npm registry whose comments name each
argument as Terraform does and whose types say what it is:

    npm pack @cdktf/provider-google@16.12.1 @cdktf/provider-google-beta@16.12.1
    python -m infra.terraform.schema.extract cdktf-provider-google-16.12.1.tgz cdktf-provider-google-beta-16.12.1.tgz
"""

import json
import re
import sys
import tarfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
TABLE = HERE / "provider.json"
USED = re.compile(r'^(resource|data) "(google_\w+)" "\w+" \{(.*?)^\}', re.MULTILINE | re.DOTALL)
INTERFACE = re.compile(r"export interface (\w+)[^{]*\{\n(.*?)\n\}", re.DOTALL)
CLASS = re.compile(r"export declare class (\w+) extends cdktf\.\w+ \{\n(.*?)\n\}", re.DOTALL)
ARGUMENT = re.compile(r"#(\w+) \w+#\w+\}(?:(?!\*/).)*?\*/\n +readonly \w+(\??): ((?:\{.*?\}|[^;{])*);", re.DOTALL)
GIVEN = re.compile(r"^    get (\w+)\(\): ([^;]+);", re.MULTILINE)
TYPES = {
    "string": "string",
    "number": "number",
    "boolean | cdktf.IResolvable": "bool",
    "boolean": "bool",
    "cdktf.IResolvable": "bool",
    "string[]": ["list", "string"],
    "number[]": ["list", "number"],
}
Block = dict[str, Any]


def main(packages: list[str]) -> None:
    """Write the table from the packages given."""
    found: dict[str, Any] = {}
    for package in packages:
        with tarfile.open(package) as archive:
            about = json.loads(_text(archive, "package/package.json"))
            provider = about["cdktf"]["provider"]["name"].rsplit("/", 1)[1]
            source = f"{about['name']} {about['version']} (npm)"
            version = about["cdktf"]["provider"]["version"]
            found[provider] = {"source": source, "version": version, **_schemas(archive, provider)}
    TABLE.write_text(json.dumps(found, indent=1, sort_keys=True) + "\n", encoding="utf-8")


def _schemas(archive: tarfile.TarFile, provider: str) -> Block:
    schemas: Block = {"resource": {}, "data": {}}
    for kind, type_ in sorted(_used(provider)):
        folder = type_ if provider.endswith("-beta") or kind == "data" else type_.removeprefix("google_")
        place = ("data-" if kind == "data" else "") + folder.replace("_", "-")
        schemas[kind][type_] = _schema(_text(archive, f"package/lib/{place}/index.d.ts"))
    return schemas


def _used(provider: str) -> set[tuple[str, str]]:
    """The kinds and types of blocks in the Terraform files that a provider serves."""
    files = "\n".join(path.read_text(encoding="utf-8") for path in HERE.parent.glob("*.tf"))
    return {
        (kind, type_)
        for kind, type_, body in USED.findall(files)
        if ("google-beta" if re.search(r"provider += google-beta", body) else "google") == provider
    }


def _schema(text: str) -> Block:
    interfaces, classes = dict(INTERFACE.findall(text)), dict(CLASS.findall(text))
    [root] = [name for name in interfaces if name.endswith("Config") and f"{name} extends cdktf.Terraform" in text]
    return _block(root, root.removesuffix("Config"), interfaces, classes)


def _block(name: str, giver: str, interfaces: Mapping[str, str], classes: Mapping[str, str]) -> Block:
    """`arguments`: type and whether required; `blocks`: the same one level down; `gives`: what can be read besides."""
    block: Block = {"arguments": {}, "blocks": {}}
    for argument, optional, type_ in ARGUMENT.findall(interfaces[name]):
        inner = type_.removesuffix(" | cdktf.IResolvable").removesuffix("[]")
        if inner in interfaces:
            nested = _block(inner, f"{inner}OutputReference", interfaces, classes)
            block["blocks"][argument] = {"required": not optional, "many": "[]" in type_, **nested}
        else:
            block["arguments"][argument] = {"required": not optional, "type": _type(type_)}
    block["gives"] = dict(_gives(classes.get(giver, ""), {*block["arguments"], *block["blocks"]}))
    return block


def _gives(body: str, known: set[str]) -> Iterator[tuple[str, Any]]:
    for getter, type_ in GIVEN.findall(body):
        name = re.sub(r"(?<!^)([A-Z])", r"_\1", getter).lower()
        if name not in known and not getter.endswith("Input") and type_ in TYPES:
            yield name, TYPES[type_]


def _type(text: str) -> Any:
    return ["map", "string"] if text.startswith("{") else TYPES[text]


def _text(archive: tarfile.TarFile, name: str) -> str:
    file = archive.extractfile(name)
    if file is None:
        raise FileNotFoundError(name)
    return file.read().decode("utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
