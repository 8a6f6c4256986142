"""The part of `ports.Store` about channels, alerts and heartbeats, on Firestore."""

from collections.abc import Collection
from datetime import datetime

from google.cloud.firestore import Client

from shared.adapters import codec
from shared.adapters.firestore import documents
from shared.adapters.firestore.limits import SECONDS, reachable
from shared.adapters.firestore.reading import Reader
from shared.adapters.keeping import kept_channel
from shared.domain.alert import Alert
from shared.domain.channel import Channel
from shared.domain.message import Platform, identity

MOST = 1000  # no organisation has as many accounts


class FirestoreChannels:
    """One document a channel; a merge leaves the fields alone that it does not name."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def channels(self) -> list[Channel]:
        """See `ports.Store`. They are few, so they are put in order here and need no index."""
        with reachable():
            found = Reader(self._client).stream(self._client.collection("channels").limit(MOST))
        kept = [kept_channel(document) for _, document in found]
        return sorted(kept, key=lambda channel: (channel.platform, channel.account))

    def channel(self, platform: Platform, account: str) -> Channel | None:
        """See `ports.Store`."""
        with reachable():
            found = Reader(self._client).get("channels", identity(platform, account))
        return None if found is None else kept_channel(found)

    def keep_channel(self, channel: Channel, fields: Collection[str]) -> None:
        """See `ports.Store`."""
        reference = self._client.collection("channels").document(identity(channel.platform, channel.account))
        with reachable():
            reference.set(documents.channel(channel, fields), merge=True, retry=None, timeout=SECONDS)

    def open_alerts(self, limit: int) -> list[Alert]:
        """See `ports.Store`."""
        with reachable():
            found = Reader(self._client).stream(self._client.collection("alerts").order_by("open_since").limit(limit))
        return [codec.alert.validate_json(document["body"]) for _, document in found]

    def beat(self, name: str, at: datetime) -> None:
        """See `ports.Store`."""
        with reachable():
            self._client.collection("health").document(name).set({"at": at}, retry=None, timeout=SECONDS)

    def last_beat(self, name: str) -> datetime | None:
        """See `ports.Store`."""
        with reachable():
            found = Reader(self._client).get("health", name)
        return documents.plain(found["at"]) if found else None
