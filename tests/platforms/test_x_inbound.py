"""What is peculiar to X: one post under several names, edits, and the vendor's own samples where they are at hand."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from functions.x.inbound import parse
from functions.x.messages import Around, read_post
from shared.domain.message import Event, EventKind, Kind, Platform, Quarantined, case_id, event_hash
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


def test_both_apis_tell_of_the_same_post_as_the_same_revision() -> None:
    old = {"id": 5, "id_str": "5", "text": "A &amp; B", "user": {"id_str": "9"}, "in_reply_to_user_id_str": US,
           "in_reply_to_status_id_str": "4", "created_at": "Sat Nov 21 22:00:00 +0000 2026"}  # fmt: skip
    new = {"id": "5", "text": "A &amp; B", "author_id": "9", "created_at": "2026-11-21T22:00:00.000Z",
           "in_reply_to_user_id": US, "referenced_tweets": [{"type": "replied_to", "id": "4"}]}  # fmt: skip
    events = [read_post(Around(US, None), element) for element in (old, new)]
    assert events[0] == events[1]
    assert events[0].kind is Kind.REPLY


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
