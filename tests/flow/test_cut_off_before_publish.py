"""A run of inbox that is cut off between its commit and its publish: the next one publishes, before any sweep."""

from collections.abc import Sequence

import pytest

from shared.ports import Notice, QueueUnavailable
from shared.service import inbox
from tests.rig import LIBRARY, NIGHT, Rig, comment, page


class Down:
    """A queue that confirms nothing."""

    def publish(self, topic: str, notices: Sequence[Notice]) -> None:
        raise QueueUnavailable("down")


def test_what_was_reserved_is_published_when_inbox_is_asked_again(rig: Rig) -> None:
    rig.now = NIGHT
    rig.deliver(page(comment("When do you open?", at=NIGHT)))
    with pytest.raises(QueueUnavailable):
        inbox.take_case(rig.case().id, rig.now, store=rig.store, queue=Down(), library=LIBRARY)
    [reserved] = rig.store.actions_of(rig.case().id)
    assert rig.queue.lease("actions-facebook") == []
    inbox.take_case(rig.case().id, rig.now, store=rig.store, queue=rig.queue, library=LIBRARY)
    assert [lease.data for lease in rig.queue.lease("actions-facebook")] == [{"action": reserved.id}]
