"""What Pub/Sub's push subscriptions do, on a laptop: leases messages and posts each to its function."""

import json
from dataclasses import dataclass
from threading import Event, Thread

import httpx

from infra.local.sources import Source
from infra.manifests import entry_points
from shared import log
from shared.adapters.sqlite import Lease
from shared.ports import StoreUnavailable
from shared.webhooks.push import envelope

IDLE_SECONDS = 0.2
PUSH_SECONDS = 20.0
SCHEDULE_SECONDS = 60.0
FIRST_SECONDS = 5.0  # so that what is asked for shows soon after the start
STOP_SECONDS = 0.3


@dataclass(frozen=True, slots=True)
class Subscription:
    """One topic and the function it calls."""

    topic: str
    function: str


def scheduled() -> list[str]:
    """The functions that Cloud Scheduler calls; here all of them every minute."""
    return [e.name for _, e in entry_points() if e.trigger == "schedule"]


def subscriptions() -> list[Subscription]:
    """What the manifests ask for."""
    return [Subscription(e.topic, e.name) for _, e in entry_points() if e.trigger == "topic" and e.topic]


class Relay:
    """One thread a subscription, until told to stop."""

    def __init__(self, source: Source, base_url: str) -> None:
        self._source = source
        self._base_url = base_url
        self._stopping = Event()
        self._threads = [Thread(target=self._run, args=(s,), daemon=True, name=s.topic) for s in subscriptions()]
        self._threads.append(Thread(target=self._tick, daemon=True, name="scheduler"))

    def start(self) -> None:
        """Begin to deliver."""
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """End; what is leased comes again at the next start, so a delivery under way is not waited for long."""
        self._stopping.set()
        for thread in self._threads:
            thread.join(timeout=STOP_SECONDS)

    def _run(self, subscription: Subscription) -> None:
        with httpx.Client(base_url=self._base_url, timeout=PUSH_SECONDS) as client:
            while not self._stopping.is_set():
                if not self._round(client, subscription):
                    self._stopping.wait(IDLE_SECONDS)

    def _tick(self) -> None:
        with httpx.Client(base_url=self._base_url, timeout=PUSH_SECONDS) as client:
            pause = FIRST_SECONDS
            while not self._stopping.wait(pause):
                pause = SCHEDULE_SECONDS
                for name in scheduled():
                    try:
                        client.post(f"/{name}")
                    except httpx.HTTPError as error:
                        log.event("schedule failed", severity="ERROR", why=name, error=error)

    def _round(self, client: httpx.Client, subscription: Subscription) -> bool:
        """Deliver what is due once. False when there was nothing to do."""
        try:
            leases = self._source.lease(subscription.topic)
            for lease in leases:
                if not self._stopping.is_set():
                    self._deliver(client, subscription, lease)
        except StoreUnavailable as error:
            log.event("queue unavailable", severity="ERROR", error=error)
            return False
        return bool(leases)

    def _deliver(self, client: httpx.Client, subscription: Subscription, lease: Lease) -> None:
        body = envelope(json.dumps(lease.data).encode(), str(lease.id), subscription.topic)
        try:
            done = client.post(f"/{subscription.function}", json=body).is_success
        except httpx.HTTPError:
            done = False
        if done:
            self._source.acknowledge(lease)
        else:
            self._source.give_back(lease)
