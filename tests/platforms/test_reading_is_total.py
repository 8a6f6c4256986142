"""Whatever arrives, reading a delivery ends in parts: nothing raises, and a bad element costs only itself."""

import copy
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from functions.facebook import feed
from functions.facebook.inbound import parse
from shared.domain.message import Event, Part, Platform, Quarantined
from shared.service.reading import as_line
from shared.webhooks.json import loads
from shared.wire.meta import Envelope

FIXTURES = [
    loads(path.read_bytes()) for path in sorted((Path(__file__).parents[1] / "fixtures/facebook").glob("*.json"))
]
PAGE, POST = "100000000000001", "100000000000001_500000000000001"
KNOWN = """object entry id time changes messaging standby field value item verb from comment_id post_id parent_id
message text mid attachments type payload url sender recipient timestamp is_echo is_deleted message_edit postback post
photos page feed mention ratings comment rating status add edited remove hide reaction review_text
created_time""".split()  # noqa: SIM905

steady = settings(deadline=None, database=None, derandomize=True, max_examples=300)
scalars = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=8)
    | st.sampled_from(KNOWN)
    | st.sampled_from([10**300, -(10**300), "9" * 5000, "\ud800", "\x00", 1795298400, 1795298400000, "1795298400"])
)
anything = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(KNOWN) | st.text(max_size=3), inner),
    max_leaves=20,
)


def comment(number: int, **more: Any) -> dict[str, Any]:
    value = {
        "item": "comment",
        "verb": "add",
        "comment_id": f"1_{number}",
        "post_id": POST,
        "message": f"words {number}",
    }
    return {"field": "feed", "value": {**value, "created_time": 1795298400, "from": {"id": "2000000000000011"}, **more}}


def direct(number: int) -> dict[str, Any]:
    message = {"mid": f"m_{number}", "text": f"words {number}"}
    return {
        "sender": {"id": "2000000000000011"},
        "recipient": {"id": PAGE},
        "timestamp": 1795298400000,
        "message": message,
    }


def page(*entries: Any) -> dict[str, Any]:
    return {"object": "page", "entry": list(entries)}


def understood_or_said_why(parts: list[Part]) -> bool:
    """Our catch-all is for our mistakes, and no input may find one."""
    return all(isinstance(p.said, Event) or "our reader failed" not in p.said.why for p in parts)


def lines(value: Any) -> list[str]:
    parts = list(parse(value))
    assert understood_or_said_why(parts)
    return [json.dumps(as_line(part)) for part in parts]


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The way to every value inside a value."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, child in inner:
        yield (*path, key)
        yield from places(child, (*path, key))


@steady
@given(anything)
def test_any_json_at_all(value: Any) -> None:
    lines(value)


@steady
@given(st.lists(anything, max_size=3), st.sampled_from(["changes", "messaging", "standby"]))
def test_any_elements_in_a_readable_entry(elements: list[Any], key: str) -> None:
    assert len(lines(page({"id": PAGE, "time": 1795298400, key: elements}))) == len(elements)


@steady
@given(st.dictionaries(st.sampled_from(KNOWN), anything), st.sampled_from(["feed", "mention", "ratings", "messages"]))
def test_any_value_of_a_known_field(value: dict[str, Any], field: str) -> None:
    change = {"field": field, "value": {"item": "comment", "verb": "add", "comment_id": "1_1", **value}}
    assert len(lines(page({"id": PAGE, "changes": [change]}))) == 1


@steady
@given(st.data())
def test_fixtures_with_something_replaced_or_taken_away(data: st.DataObject) -> None:
    delivery = copy.deepcopy(data.draw(st.sampled_from(FIXTURES)))
    ways = list(places(delivery))
    if not ways:
        return
    *path, last = data.draw(st.sampled_from(ways))
    parent = delivery
    for key in path:
        parent = parent[key]
    if data.draw(st.booleans()):
        del parent[last]
    else:
        parent[last] = data.draw(anything)
    lines(delivery)


@steady
@given(st.lists(anything, min_size=1, max_size=5), st.sampled_from(["changes", "messaging"]), st.randoms())
def test_one_bad_element_never_costs_the_others(bad: list[Any], key: str, random: Any) -> None:
    good = [comment(n) if key == "changes" else direct(n) for n in range(4)]
    mixed: list[Any] = [*good]
    for element in bad:
        mixed.insert(random.randrange(len(mixed) + 1), element)
    alone = [as_line(part) for part in parse(page({"id": PAGE, "time": 1795298400, key: good}))]
    among = parse(page({"id": PAGE, "time": 1795298400, key: mixed}))
    ours = {id(element) for element in good}
    assert [as_line(part) for part in among if id(part.fragment) in ours] == alone
    assert [line["text"] for line in alone] == [f"words {n}" for n in range(4)]


@steady
@given(st.lists(anything, max_size=3), st.lists(anything, max_size=3))
def test_one_bad_entry_never_costs_the_others(before: list[Any], after: list[Any]) -> None:
    good = {"id": PAGE, "time": 1795298400, "changes": [comment(1)]}
    found = [p for p in parse(page(*before, good, *after)) if p.fragment is good["changes"][0]]  # type: ignore[index]
    assert [p.said.text for p in found if isinstance(p.said, Event)] == ["words 1"]


def test_a_mistake_of_ours_costs_one_element() -> None:
    real = feed.read_change

    def broken(entry: Any, element: Any) -> Event:
        return real(entry, element) if element["value"]["comment_id"] != "1_2" else real(entry, 1 / 0)  # type: ignore[arg-type]

    parse = Envelope(Platform.FACEBOOK, "page", broken).parse
    said = [part.said for part in parse(page({"id": PAGE, "changes": [comment(n) for n in (1, 2, 3)]}))]
    assert [isinstance(s, Quarantined) for s in said] == [False, True, False]
    assert said[1].why == "entry[0].changes[1]: our reader failed"
    assert said[1].account == PAGE


def test_a_number_too_long_to_print_is_no_id() -> None:
    """Straight into `parse`: `loads` would not let it through."""
    (part,) = parse(page({"id": PAGE, "changes": [comment(1, comment_id=10**5000, created_time=-(10**5000))]}))
    assert as_line(part)["why"] == "entry[0].changes[0].value.comment_id: not an id"


def test_a_batch_of_a_thousand_becomes_a_thousand_messages() -> None:
    entries = [{"id": PAGE, "time": 1795298400, "changes": [comment(n)]} for n in range(500)]
    entries += [{"id": PAGE, "time": 1795298400000, "messaging": [direct(n)]} for n in range(500)]
    found = [part.said for part in parse(loads(json.dumps(page(*entries)).encode()))]
    assert len({(said.kind, said.id) for said in found if isinstance(said, Event)}) == 1000
    assert [said.text for said in found if isinstance(said, Event)] == [f"words {n % 500}" for n in range(1000)]


def test_a_text_of_sixty_kilobytes_is_kept_to_the_letter() -> None:
    text = ('Dear Trust,\n\tcafé 😢 \\ " </script> ' * 2000)[:60_000]
    body = json.dumps(page({"id": PAGE, "changes": [comment(1, message=text)]})).encode()
    (part,) = parse(loads(body))
    assert isinstance(part.said, Event)
    assert part.said.text == text


def test_the_fragment_is_the_element_itself() -> None:
    change = comment(1, message=7)
    (part,) = parse(page({"id": PAGE, "changes": [change]}))
    assert part.fragment is change
    assert isinstance(part.said, Quarantined)
    assert part.said.account == PAGE


def test_why_never_quotes_what_was_there() -> None:
    canary = "canary-5f1"
    odd = [{canary: canary}, canary, {"field": canary}, comment(1, item=canary), comment(1, verb=canary)]
    odd += [comment(1, message={canary: canary}), comment(1, comment_id=[canary]), comment(1, post_id=canary + "\n")]
    whys = [
        part.said.why for part in parse(page({"id": PAGE, "changes": odd, "messaging": odd}, canary, {"id": canary}))
    ]
    assert len(whys) == 2 * len(odd) + 2
    assert all(whys)
    assert canary not in " ".join(why or "" for why in whys)
