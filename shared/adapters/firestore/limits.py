"""Calls made once and within our own limits: the client would repeat some for a minute and others for five."""

from contextlib import suppress
from functools import partial
from typing import Any

from google.api_core.exceptions import GoogleAPICallError
from google.api_core.retry import Retry
from google.cloud.firestore import Client, Transaction

SECONDS = 4.0
ONCE = Retry(predicate=lambda _: False)  # a stream that fails cannot do with None: it asks the retry what it thinks


class Prompt(Transaction):
    """A transaction that says within `SECONDS` when it cannot begin or commit."""

    def __init__(self, client: Client) -> None:
        super().__init__(_Limited(client))

    def _rollback(self) -> None:
        """Never instead of what went wrong: without an answer the server lets go of the locks by itself."""
        if self.in_progress:
            with suppress(GoogleAPICallError):
                super()._rollback()


class _Limited:
    """Stands before a client or its API; every call of the API has a limit."""

    def __init__(self, behind: Any) -> None:
        self._behind = behind

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._behind, name)
        if name == "_firestore_api":
            return _Limited(found)
        calls = name in {"begin_transaction", "commit", "rollback"}
        return partial(found, retry=None, timeout=SECONDS) if calls else found
