"""What is fuzzed: functions of bytes that return, or raise where a promise was broken.

Hypothesis, the coverage-guided fuzzer and the corpus all run the same ones.
"""

from collections.abc import Callable, Mapping
from importlib import import_module

Target = Callable[[bytes], object]

# name → module and function, so that a child loads only what it fuzzes
_PLACES: Mapping[str, tuple[str, str]] = {
    "request": ("http", "request"),
    "push": ("http", "push_message"),
    "json": ("bodies", "strict_json"),
    "delivery": ("deliveries", "delivery"),
    "words": ("words", "words"),
    "lines": ("words", "lines"),
}
NAMES = tuple(_PLACES)


def target(name: str) -> Target:
    """A target by its name. Raises `KeyError`."""
    module, function = _PLACES[name]
    found: Target = getattr(import_module(f"tests.fuzz.targets.{module}"), function)
    return found
