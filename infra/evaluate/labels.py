"""What the labels of a data set say about our clauses."""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StrictBool, ValidationError

from shared.principles.model import HOUSE_RULES, SLUGS

NAME = "labels.toml"
HOUSE, NONE = "house", "none"
RULES = frozenset({"defamatory", "threat"})  # rules of a clause that are worth judging by themselves
UNCLAIMED, OTHER = "unclaimed", "other"
Truth = Mapping[str, bool]


class DataError(Exception):
    """The data cannot be read. Names file, line and key, never a text."""


def _clause(name: str) -> str:
    if name not in SLUGS | RULES | {HOUSE, NONE}:
        raise ValueError("no clause, nor `house` or `none`")
    return name


def _kind(name: str) -> str:
    if name not in SLUGS | {UNCLAIMED, OTHER}:
        raise ValueError("no clause, nor `unclaimed` or `other`")
    return name


Labels = dict[Annotated[str, AfterValidator(_clause)], StrictBool]


class Words(BaseModel):
    """Words of labels to clauses, kinds of spans to a clause."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    labels: dict[str, Labels] = Field(default_factory=dict)
    spans: dict[str, Annotated[str, AfterValidator(_kind)]] = Field(default_factory=dict)


class WordFile(Words):
    """One `labels.toml`."""

    files: dict[str, Words] = Field(default_factory=dict)


def words(folder: Path, name: str) -> Words:
    """The words that hold for the file `name` of a folder. Raises `DataError`."""
    own, beside = (_read(place) for place in (Path(__file__).with_name(NAME), folder / NAME))
    layers = [layer for one in (own, beside) for layer in (one, one.files.get(name, Words()))]
    labels = {word: truth for layer in layers for word, truth in layer.labels.items()}
    return Words(labels=labels, spans={kind: clause for layer in layers for kind, clause in layer.spans.items()})


def entailed(truth: Truth) -> Truth:
    """What a label says of other clauses too. Raises `ValueError` where it contradicts itself.

    `house` false is every house rule false; `none` true is every clause false.
    """
    denied = {*(SLUGS | {HOUSE} if truth.get(NONE) else ()), *(HOUSE_RULES if truth.get(HOUSE) is False else ())}
    found = {**dict.fromkeys(denied, False), **truth}
    if any(found[clause] for clause in denied):
        raise ValueError("the labels contradict each other")
    return found


def _read(place: Path) -> WordFile:
    try:
        return WordFile.model_validate(tomllib.loads(place.read_text("utf-8")))
    except FileNotFoundError:
        return WordFile()
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise DataError(f"{place.name}: {error}") from None
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        raise DataError(f"{place.name}: {'.'.join(map(str, first['loc']))}: {first['msg']}") from None
