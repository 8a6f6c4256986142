"""Words and code belong together: each word is used, each use has its word, and each table covers its values."""

import re
import tomllib
from pathlib import Path
from string import Formatter

import pytest
from pydantic import ValidationError

from functions.console.entry import Wrong
from functions.console.words import Words, load
from shared.domain.action import ActionKind, ActionState
from shared.domain.alert import AlertKind
from shared.domain.assessment import Priority, Who
from shared.domain.case import State
from shared.domain.channel import Trouble
from shared.domain.message import Kind, Platform
from shared.principles.model import SLUGS
from shared.service.channels import Standing
from shared.service.desk.alarms import Alarm
from shared.service.desk.refusals import Why

ROOT = Path(__file__).parents[2]
DATA = tomllib.loads((ROOT / "shared/principles/desk.toml").read_text(encoding="utf-8"))
WORDS = load()
CODE = "\n".join(
    path.read_text(encoding="utf-8")
    for folder in ("functions/console", "shared/service/desk", "shared/web/templates")
    for path in sorted((ROOT / folder).rglob("*"))
    if path.suffix in {".py", ".html"}
)
STATES = {*Trouble, "silent", "unasked", Standing.FINE, Standing.NOTHING}  # of a channel
# Tables that are looked up by a value, with all the values there are.
TABLES = {
    "platform": set(Platform),
    "kind": {*Kind, "none"},
    "priority": {*Priority, "none"},
    "shape": {*Priority, "none"},
    "acknowledgement": {*ActionState, "none"},
    "action": set(ActionKind),
    "why": set(Why),
    "wrong": set(Wrong),
    "standing": set(Standing),
    "trouble": STATES,
    "remedy": STATES,
    "alarm": set(Alarm),
    "who": set(Who),
    "told": {AlertKind.DUE, AlertKind.OVERDUE},
}
OPEN = {"attachment", "rule", "audit", "said", "group"}  # values that others write, with a word for the rest
STATUSES = {"error400", "error401", "error403", "error404", "error405", "error413", "error500", "error503"}


@pytest.mark.parametrize("table", TABLES)
def test_a_table_has_a_word_for_each_value_and_no_other(table: str) -> None:
    assert set(WORDS.text[table]) == TABLES[table]


def test_what_the_desk_does_by_itself_has_words() -> None:
    done = {f"{kind}: {state}" for kind in ActionKind for state in ActionState} | {
        f"placed: {state}" for state in State
    }
    assert done <= WORDS.text["audit"].keys()


def test_every_word_is_used() -> None:
    unused = [
        f"{table}.{key}"
        for table, words in DATA["text"].items()
        if table not in TABLES.keys() | OPEN | STATUSES
        for key in words
        if not used(table, key)
    ]
    assert unused == []


def used(table: str, key: str) -> bool:
    attribute = rf"words\.{table}\.{key}\b"
    subscript = rf'\["{key}"\]|"{key}"'
    listed = table in {"lists", "list"} and f"words.{table}[name" in CODE
    suffix = re.sub("^(queue|reading|pending|closed|sort_out)_", "_", key)
    return bool(re.search(attribute, CODE) or re.search(subscript, CODE) or (listed and f'"{suffix}"' in CODE))


def test_every_use_has_its_word() -> None:
    in_templates = re.findall(r"words\.([a-z0-9]+)\.([a-z_]+)", CODE)
    in_code = re.findall(r'text\["([a-z0-9]+)"\]\["([a-z_]+)"\]', CODE)
    asked = {(table, key) for table, key in in_templates + in_code if table != "text"}
    assert len(asked) > 80
    assert {(table, key) for table, key in asked if key not in WORDS.text.get(table, {})} == set()


def test_no_word_hides_behind_a_method_of_a_table() -> None:
    """Templates read `words.table.key`, and a dict's own names would win."""
    assert [key for words in DATA["text"].values() for key in words if hasattr(dict, key)] == []


def test_phrases_have_only_plain_places() -> None:
    for words in DATA["text"].values():
        for phrase in words.values():
            for _, place, form, conversion in Formatter().parse(phrase):
                assert form in (None, "")
                assert conversion is None
                assert place is None or place.isidentifier()


def test_outcomes_and_folded_clauses_make_sense() -> None:
    codes = [ending.code for ending in WORDS.outcomes]
    assert len(codes) == len(set(codes))
    assert any(ending.crisis for ending in WORDS.outcomes)
    assert all(ending.needs_note for ending in WORDS.outcomes if ending.crisis)
    assert set(WORDS.folded) <= SLUGS
    assert {person.id for person in WORDS.people} == {
        f"demo-{person.name.split()[0].lower()}" for person in WORDS.people
    }


@pytest.mark.parametrize("change", [{"days": []}, {"people": []}, {"outcomes": [{"code": 1}]}, {"new": 1}])
def test_words_that_are_not_as_expected_are_refused(change: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Words.model_validate({**DATA, **change})
