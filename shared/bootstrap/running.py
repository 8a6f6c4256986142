"""What the functions run: each use case with the store, the queue and the clock of this process."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from shared.bootstrap.environment import accounts, attempt, clock
from shared.bootstrap.stores import arrivals, coverage, heard, library, queue, store
from shared.bootstrap.telling import tell
from shared.domain.message import Parts, Platform

if TYPE_CHECKING:
    from shared.ports import PlatformClient, Poller, Reader
    from shared.service.intake import Delivery, Taken
    from shared.webhooks.delivering import Deliver


def deliver(platform: Platform) -> "Deliver":
    """What a platform's webhook does with a verified body."""
    from shared.webhooks.delivering import deliverer

    return deliverer(platform, clock, dict(accounts(platform)), take_in)


def take_in(parts: Parts, delivery: "Delivery") -> "Taken":
    """Intake, for whatever came and however it came."""
    from shared.service import intake
    from shared.service.assessment import assess

    return intake.take_in(
        parts, delivery, store=arrivals(), queue=queue(), assess=lambda event, at: assess(event, library(), at)
    )


def take_case(ids: Mapping[str, str]) -> bool:
    """What `inbox` does with one message of the queue."""
    from shared.service import inbox

    inbox.take_case(ids["case"], clock(), store=store(), queue=queue(), library=library(), heard=heard(), tell=tell)
    return True


def send(ids: Mapping[str, str], platform: Platform, client: "Callable[[str], PlatformClient]") -> bool:
    """What a sender does with one message of its topic. False: deliver it again."""
    from shared.rules.guard import objections
    from shared.service.sending import Sent
    from shared.service.sending import send as send_action

    done = send_action(
        ids["action"],
        platform,
        store=store(),
        client=lambda action: client(action.account),
        objects=lambda text: bool(objections(text)),
        clock=clock,
        attempt=attempt(),
    )
    return done is Sent.DONE


def look_up(ids: Mapping[str, str], platform: Platform, reader: "Callable[[str], Reader]") -> bool:
    """Fetch the words of a message that came without them. Raises `ChannelTrouble`: ask again."""
    from shared.service import looking_up

    looking_up.look_up(ids["case"], platform, clock(), store=store(), reader=reader, take_in=take_in)
    return True


def poll(platform: Platform, poller: "Callable[[str], Poller]") -> int:
    """Ask every account of a platform what is new, then see how its channels are: how much was new."""
    from shared.service import polling

    places = accounts(platform)
    found = sum(polling.poll(platform, account, poller, clock, store=store(), take_in=take_in) for account in places)
    _watch(platform)
    return found


def _watch(platform: Platform) -> None:
    from shared import log
    from shared.service.channels import watch

    for alert in watch(platform, accounts(platform), clock(), store=store(), coverage=coverage()):
        log.event(f"channel {alert.kind}", severity="ERROR", platform=platform, why=alert.why, id=alert.id)


def park(ids: Mapping[str, str]) -> bool:
    """What is done with a dead letter: parked on the desk, with an alert."""
    from shared import log
    from shared.service import parking

    if parking.park(ids, clock(), store=store()):
        log.event("dead letter", severity="ERROR", id=next(iter(ids.values())))
    return True


def sweep() -> int:
    """What `sweep` does: how much was told again. A run that comes to its end is noted, so that the desk sees it."""
    from shared.service import sweeping

    swept = sweeping.sweep(clock(), store=store(), queue=queue())
    store().beat(sweeping.BEAT, clock())
    return swept.cases + swept.actions
