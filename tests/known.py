"""What nobody may read in any output: texts and names of the fixtures and samples, and the secrets of a laptop."""

import html
import json
import re
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import suppress
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import re2

from infra.local import defaults

FIXTURES = Path(__file__).parent / "fixtures"
SAMPLES = Path(defaults.__file__).with_name("samples.toml")
KEYS = {  # of any platform's deliveries, in small letters without marks
    "a name": re.compile(r".*(name|handle|nick)$"),
    "a text": re.compile(r".*(text|message|caption|content|commentary|body|story|title|description|display|original)$"),
}
LEAST = {"a name": 8, "a text": 12}  # what is shorter anybody may print
OPENING = 24  # how much is left of a text that was cut short


@cache
def known() -> Mapping[str, str]:
    """Everything, in each spelling, and its kind."""
    people = {
        spelt: kind
        for kind, value in _people()
        if len(value.strip()) >= LEAST[kind]
        for spelt in _spellings(value.strip())
    }
    return people | dict.fromkeys(_secrets(), "a secret")


def kinds(output: str) -> set[str]:
    """The kinds of what is in an output and may not be."""
    return {known()[found] for found in _pattern().findall(output)}


@cache
def _pattern() -> Any:
    options = re2.Options()
    options.max_mem = 1 << 28
    return re2.compile("|".join(re2.escape(word) for word in known()), options=options)


def _secrets() -> list[str]:
    with TemporaryDirectory() as folder:
        defaults.write_secrets(Path(folder))
        files = [path for path in Path(folder).rglob("*") if path.is_file()]
        return [line for path in files for line in path.read_text(encoding="utf-8").splitlines()]


def _people() -> Iterator[tuple[str, str]]:
    yield from _strings(tomllib.loads(SAMPLES.read_text(encoding="utf-8")))
    for path in sorted(FIXTURES.rglob("*.json*")):
        written = path.read_text(encoding="utf-8", errors="replace")
        for part in [written] if path.suffix == ".json" else written.splitlines():
            yield from _inside(part)


def _inside(written: str) -> Iterator[tuple[str, str]]:
    with suppress(ValueError, RecursionError):  # hostile ones are no JSON
        yield from _strings(json.loads(written))


def _strings(value: Any, key: str = "") -> Iterator[tuple[str, str]]:
    """Texts and names, wherever they stand, also in JSON within a string."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _strings(inner, re.sub(r"[^a-z]", "", name.lower()))
    elif isinstance(value, list):
        for inner in value:
            yield from _strings(inner, key)
    elif isinstance(value, str):
        yield from ((kind, value) for kind, names in KEYS.items() if names.match(key))
        if value.startswith("{"):
            yield from _inside(value)


def _spellings(value: str) -> set[str]:
    """As it stands, cut short, in JSON and on a page."""
    cut = {value, value[:OPENING].strip()}
    return cut | {json.dumps(word)[1:-1] for word in cut} | {html.escape(word) for word in cut}
