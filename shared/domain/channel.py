"""A channel: one of our accounts on a platform, and whether what is written there still reaches us. Pure."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from shared.domain.message import Platform

BACKFILL = "backfill"  # the `no_ack` of a message that a check found, late
BY_HAND = "by hand"  # the `no_ack` of a message that came over no channel: somebody saw it and entered it


class Trouble(StrEnum):
    """Why nothing may be coming in, although somebody may be writing."""

    ACCESS = "access"  # the platform no longer accepts our access: a person must renew it
    SUBSCRIPTION = "subscription"  # the platform has stopped delivering to our webhook
    QUOTA = "quota"  # we have used up what the platform lets us ask today
    UNREACHABLE = "unreachable"  # the platform did not answer, or not in a way we understand


@dataclass(frozen=True, slots=True)
class Channel:
    """What is known of one account. Times are aware and in UTC."""

    platform: Platform
    account: str
    last_event: datetime | None = None  # when `inbox` last took something from it
    last_poll: datetime | None = None  # when it was last asked, with an answer
    cursor: str = ""  # where the next poll goes on: JSON of the platform's own making
    session: str = field(default="", repr=False)  # what a platform wants kept; a credential, never shown or logged
    trouble: Trouble | None = None
    trouble_since: datetime | None = None
