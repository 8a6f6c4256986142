"""When an account was last heard: noted by `inbox`, at most once a minute, and never at the cost of a case."""

from collections.abc import Collection
from datetime import timedelta
from typing import Any

from shared.domain.case import State
from shared.domain.channel import Channel
from shared.domain.message import Platform, case_id
from shared.ports import StoreUnavailable
from shared.service import inbox
from shared.service.channels import Heard
from tests.rig import OPEN, PAGE, Rig, comment, page


class Counted:
    """A store that counts the notes, or refuses them."""

    def __init__(self, store: Any, error: Exception | None = None) -> None:
        self._store, self._error = store, error
        self.notes: list[Channel] = []

    def keep_channel(self, channel: Channel, fields: Collection[str]) -> None:
        self.notes.append(channel)
        if self._error:
            raise self._error
        self._store.keep_channel(channel, fields)


def take(rig: Rig, heard: Heard, message: str) -> bool:
    key = case_id(Platform.FACEBOOK, PAGE, message)
    return inbox.take_case(key, rig.now, store=rig.store, queue=rig.queue, library=rig.library, heard=heard)


def post(rig: Rig, heard: Heard, message: str) -> None:
    rig.deliver(page(comment("When?", at=rig.now, id=message), at=rig.now))
    assert take(rig, heard, message)


def last(rig: Rig) -> Any:
    channel = rig.store.channel(Platform.FACEBOOK, PAGE)
    return channel and channel.last_event


def test_a_busy_minute_is_one_note(rig: Rig) -> None:
    counted = Counted(rig.store)
    heard = Heard(counted)  # type: ignore[arg-type]
    for number in range(60):
        post(rig, heard, f"1_{number}")
        rig.later(seconds=1)
    assert len(counted.notes) == 1
    assert last(rig) == OPEN
    post(rig, heard, "1_60")
    assert len(counted.notes) == 2
    assert last(rig) == OPEN + timedelta(minutes=1)


def test_what_is_told_again_is_not_heard_again(rig: Rig) -> None:
    """The sweep tells old cases again, and a fresh process knows nothing: neither makes a silent channel sound."""
    post(rig, Heard(rig.store), "1_1")
    rig.later(hours=10)
    take(rig, Heard(rig.store), "1_1")
    assert last(rig) == OPEN
    post(rig, Heard(rig.store), "1_2")
    take(rig, Heard(rig.store), "1_1")
    assert last(rig) == OPEN + timedelta(hours=10)


def test_a_note_that_fails_never_fails_the_case_and_is_tried_again(rig: Rig, capsys: Any) -> None:
    for error in (StoreUnavailable("away"), RuntimeError("canary words")):
        counted = Counted(rig.store, error)
        heard = Heard(counted)  # type: ignore[arg-type]
        for number in range(2):
            post(rig, heard, f"1_{type(error).__name__}{number}")
            assert rig.case(f"1_{type(error).__name__}{number}").state is State.WAITING
        assert len(counted.notes) == 2, "the first did not count, so the second is tried at once"
    out = capsys.readouterr().out
    assert out.count("channel not noted") == 4
    assert "canary" not in out


def test_a_note_leaves_the_cursor_alone(rig: Rig) -> None:
    known = Channel(Platform.FACEBOOK, PAGE, cursor="here", session="secret")
    rig.store.keep_channel(known, ("cursor", "session"))
    post(rig, Heard(rig.store), "1_1")
    channel = rig.store.channel(Platform.FACEBOOK, PAGE)
    assert channel is not None
    assert (channel.cursor, channel.session, channel.last_event) == ("here", "secret", OPEN)
