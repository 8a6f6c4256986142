"""Who is meant by a passage."""

import pytest

from shared.domain.assessment import Who
from shared.rules.gate import Written
from shared.rules.text import plain
from shared.rules.who import meant

# [the passage], and who is meant by it
SAID = [
    ("you are [a disgrace]", Who.YOU),
    ("@some_body [shut up]", Who.YOU),
    ("[shut up] the lot of you", Who.YOU),
    ("I'm such [an idiot]", Who.SELF),
    ("I was lost and [an idiot]", Who.SELF),
    ("my own [idiot] head", Who.SELF),
    ("Nurse Joanne is [useless]", Who.NAMED),
    ("[Dr Patel drugged] people", Who.NAMED),
    ("your receptionist is [an idiot]", Who.ROLE),
    ("the staff are [liars]", Who.ROLE),
    ("muslims are [vermin]", Who.GROUP),
    ("my brother is [a waste of space]", Who.OTHER),
    ("he said [idiot]", Who.OTHER),
    ("It rained. [Idiot]", None),
    ("I came home. [Idiot]! Then I slept", None),
    ("[idiot] he is", Who.OTHER),
    ("İİİ you [idiot]", Who.YOU),
]


@pytest.mark.parametrize(("said", "who"), SAID)
def test_who_is_meant(said: str, who: Who | None) -> None:
    start, end = said.index("["), said.index("]") - 1
    view = plain(said.replace("[", "").replace("]", ""))
    offset = len(plain(said[:start]).text) - start
    found = meant(Written(view), (start + offset, end + offset))
    assert (found and found.who) == who
    assert found is None or 0 <= found.span[0] < found.span[1] <= len(view.text)
