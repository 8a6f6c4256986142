"""What is peculiar to X: one post under several names, edits, and the vendor's own samples where they are at hand."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from functions.x.inbound import parse
from shared.domain.message import Attachment, Author, Event, EventKind, Platform, Quarantined, case_id, event_hash
from shared.webhooks.json import loads
from shared.wire.text import unescaped

ROOT = Path(__file__).parents[2]
FIXTURES = ROOT / "tests" / "fixtures" / "x"
SAMPLES = Path(os.environ.get("SIGNPOST_SAMPLES", ROOT.parent / "shared" / "samples")) / "x"
US = "3000000001"
# What each sample of the vendor's comes to: event, kind, whether it has words; `payload: {}` is how one is cut short.
EXPECTED: dict[str, tuple[str, str | None, bool]] = {
    "dm.received": ("posted", "direct", True),
    "oauth.revoke": ("notice", None, False),
    "post.create": ("quarantined", None, False),
    "post.mention.create": ("posted", "mention", True),
}


def said(name: str) -> list[Event]:
    found = [part.said for part in parse(loads((FIXTURES / f"{name}.json").read_bytes()))]
    return [event for event in found if isinstance(event, Event)]


def events(activity: Any) -> list[Event]:
    return [part.said for part in parse({"data": activity}) if isinstance(part.said, Event)]


def outline(delivery: Any) -> list[tuple[str, str | None, bool]]:
    found = [part.said for part in parse(delivery)]
    return [
        ("quarantined", None, False)
        if isinstance(s, Quarantined)
        else (str(s.event), s.kind and str(s.kind), bool(s.text))
        for s in found
    ]


def test_one_post_under_three_subscriptions_is_one_revision_of_one_case() -> None:
    events = said("one_post_under_three_subscriptions")
    assert len(events) == 3
    assert len({(case_id(Platform.X, e.account, e.id or ""), event_hash(e)) for e in events}) == 1


def test_edits_are_revisions_of_the_first_post() -> None:
    events = said("edited_twice")
    assert len({event.id for event in events}) == 1
    assert len({event_hash(event) for event in events}) == 3
    assert [event.event for event in events] == [EventKind.POSTED, EventKind.EDITED, EventKind.EDITED]


def test_both_spellings_of_a_post_are_the_same_revision() -> None:
    """A delivery and the answer to a question name some fields differently."""
    post = {"id": "5", "text": "A &amp; B\u2026", "author_id": "9", "in_reply_to_user_id": US}
    spellings = [
        {f"edit_history_{name}_ids": ["4", "5"], f"referenced_{name}s": [{"type": "replied_to", "id": "1"}],
         f"note_{name}": {"text": "A &amp; B, all of it"}} for name in ("tweet", "post")
    ]  # fmt: skip
    first, second = (
        event
        for more in spellings
        for event in events({"event_type": "post.reply.create", "filter": {"user_id": US}, "payload": {**post, **more}})
    )
    assert first == second
    assert (first.event, first.id, first.parent, first.text) == (EventKind.EDITED, "4", "1", "A & B, all of it")


@pytest.mark.parametrize("name", ["legacy_posts", "legacy_direct"])
def test_the_older_api_is_put_before_a_person_whole_and_with_its_account(name: str) -> None:
    delivery = loads((FIXTURES / f"{name}.json").read_bytes())
    (part,) = parse(delivery)
    assert part.said == Quarantined(Platform.X, "delivery: nothing we know", US)
    assert part.fragment == delivery


def test_pictures_are_of_the_same_sort_whether_described_or_not() -> None:
    """One post comes under several subscriptions, and by asking: it stays one revision."""
    payload = {"id": "5", "author_id": "9", "attachments": {"media_keys": ["3_1", "7_2", "99_3"]}}
    media = [{"media_key": "3_1", "type": "photo", "url": "https://pbs.example.org/a.jpg"},
             {"media_key": "99_3", "type": "hologram"}]  # fmt: skip
    activity = {"event_type": "post.mention.create", "filter": {"user_id": US}, "payload": payload}
    (bare,), (described,) = events(activity), events({**activity, "includes": {"media": media}})
    assert [attachment.type for attachment in described.attachments] == ["photo", "video", "media"]
    assert [attachment.url for attachment in described.attachments] == ["https://pbs.example.org/a.jpg", None, None]
    assert event_hash(bare) == event_hash(described)


def test_an_address_that_nobody_should_follow_is_left_out() -> None:
    bad = {"type": "p" * 99, "media_url_https": "javascript:alert(1)"}
    direct = {"id": "7", "message_create": {"sender_id": "9", "message_data": {"attachment": {"media": bad}}}}
    post = {"id": "5", "author_id": "9", "attachments": {"media_keys": ["3_1"]}}
    media = [{"media_key": "3_1", "url": "javascript:alert(1)"}]
    about = {"filter": {"user_id": US}, "includes": {"media": media}}
    (said,) = events({**about, "event_type": "dm.received", "payload": {"direct_message_events": [direct]}})
    (posted,) = events({**about, "event_type": "post.mention.create", "payload": post})
    assert (*said.attachments, *posted.attachments) == (Attachment("p" * 64, None), Attachment("photo", None))


@pytest.mark.parametrize("users", ["text", 7, [7, {"data": 7}, {"id": ["9"]}], {"9": 7, "8": {"data": []}}, None])
def test_odd_people_cost_a_name_and_not_the_words(users: Any) -> None:
    payload = {"id": "5", "text": "words", "author_id": "9"}
    activity = {"event_type": "post.mention.create", "filter": {"user_id": US}, "payload": payload}
    (event,) = events({**activity, "includes": {"users": users}})
    assert (event.text, event.author) == ("words", Author("9"))


def test_what_nobody_can_read_is_a_case_all_the_same() -> None:
    received = said("chat_encrypted")[0]
    assert (received.event, received.text, received.public) == (EventKind.POSTED, None, False)
    assert [attachment.type for attachment in received.attachments] == ["encrypted"]


@pytest.mark.parametrize(
    ("escaped", "written"),
    [("&amp;lt;", "&lt;"), ("5 &lt; 6 &gt; 4", "5 < 6 > 4"), ("A&E", "A&E"), ("", None), (None, None)],
)
def test_entities_are_undone_once(escaped: str | None, written: str | None) -> None:
    assert unescaped(escaped) == written


def test_the_samples_of_the_vendor_are_understood() -> None:
    """Without the samples beside the checkout, our own deliveries of these types say the same."""
    files = sorted(SAMPLES.glob("*.json")) if SAMPLES.is_dir() else []
    found = {path.stem: outline(json.loads(path.read_bytes())) for path in files}
    own = {"dm.received": "direct", "oauth.revoke": "access_revoked", "post.mention.create": "mention"}
    found = found or {type_: outline(loads((FIXTURES / f"{name}.json").read_bytes())) for type_, name in own.items()}
    assert found
    assert found == {name: [EXPECTED[name]] for name in found}
