"""What stands around a message, as the store knows it. Each is one indexed query with a limit (two for a page)."""

from datetime import datetime
from typing import Protocol

from shared.domain.case import Case


class Surroundings(Protocol):
    """The part of a store about messages that belong together. Raises `StoreUnavailable`.

    What has a trace is found from its first commit on, whether `inbox` has taken it or not. Times are aware, UTC.
    """

    def same_words(self, fingerprint: str, since: datetime, until: datetime, limit: int) -> list[Case]:
        """What was posted with these words within a time, both ends included, oldest first."""

    def replies_to(self, reply_to: str, since: datetime, until: datetime, limit: int) -> list[Case]:
        """What was posted in answer to the same message within a time, both ends included, oldest first."""

    def earlier(self, case: Case, limit: int) -> list[Case]:
        """The other cases of its conversation up to the time of a case that has both, newest first."""

    def conversation(self, case: Case, limit: int) -> list[Case]:
        """The other cases of a conversation around a placed case, up to `limit` before and after it, oldest first."""
