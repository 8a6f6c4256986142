"""Polling: what a platform does not push is fetched, through the same intake as everything else."""

from collections.abc import Callable
from dataclasses import replace

from shared.domain.channel import Channel, Trouble
from shared.domain.message import Platform
from shared.ports import ChannelTrouble, Clock, Poller, Store
from shared.service.intake import Delivery
from shared.service.looking_up import TakeIn
from shared.settings import ConfigurationError


def poll(
    platform: Platform,
    account: str,
    poller: Callable[[str], Poller],
    clock: Clock,
    *,
    store: Store,
    take_in: TakeIn,
) -> int:
    """Ask one account what is new: how many cases that touched. What is wrong with it is noted, not raised.

    A page's place is kept only once its parts are stored, so a poll that dies half-way neither loses nor repeats.
    Raises `StoreUnavailable`.
    """
    channel = store.channel(platform, account) or Channel(platform, account)
    found, trouble = 0, None
    try:
        for page in poller(account).pages(channel, clock()):
            delivery = Delivery(platform, clock(), f"poll of {account}", frozenset({account}))
            found += take_in(iter(page.parts), delivery).cases
            session = channel.session if page.session is None else page.session
            channel = replace(channel, cursor=page.cursor, session=session)
            store.keep_channel(channel, ("cursor", "session"))
    except ChannelTrouble as error:
        trouble = error.trouble
    except ConfigurationError:
        trouble = Trouble.ACCESS
    _note(store, channel, trouble, clock)
    return found


def _note(store: Store, channel: Channel, trouble: Trouble | None, clock: Clock) -> None:
    since = channel.trouble_since or clock()  # of all the trouble, whatever it is called from one poll to the next
    noted = replace(
        channel,
        last_poll=channel.last_poll if trouble else clock(),
        trouble=trouble,
        trouble_since=since if trouble else None,
    )
    store.keep_channel(noted, ("last_poll", "trouble", "trouble_since"))
