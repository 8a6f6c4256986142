"""Calls made once and within our own limits: the client would repeat some for a minute and others for five."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import partial
from typing import Any

from google.api_core.exceptions import GoogleAPICallError, RetryError
from google.api_core.retry import Retry
from google.cloud.firestore import Client, Transaction

from shared.ports import StoreUnavailable

SECONDS = 4.0
LOST = "Failed to commit transaction"  # how the client says that a transaction lost every attempt
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


@contextmanager
def reachable() -> Iterator[None]:
    """Every failure of Google's is `StoreUnavailable`, named by its type alone: its words may quote a value."""
    try:
        yield
    except (GoogleAPICallError, RetryError) as error:
        raise StoreUnavailable(type(error).__name__) from None
    except ValueError as error:
        if not str(error).startswith(LOST):
            raise
        raise StoreUnavailable("contention") from None
