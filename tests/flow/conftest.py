"""What the tests of sending start from."""

import pytest

from tests.rig import NIGHT, Rig, comment, page


@pytest.fixture
def waiting(rig: Rig) -> Rig:
    """A rig with one acknowledgement reserved."""
    rig.now = NIGHT
    rig.deliver(page(comment("When do you open?", at=NIGHT)))
    rig.inbox()
    return rig
