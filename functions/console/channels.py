"""A channel as the console shows it: how it is, in words, and what to do."""

from dataclasses import dataclass

from functions.console.speech import Moment, Speech
from shared.service.channels import Standing, Watched

WORST = (Standing.BROKEN, Standing.QUIET)


@dataclass(frozen=True, slots=True)
class ChannelCard:
    """One account. `troubled`: somebody must do something."""

    heading: str
    standing: str
    is_troubled: bool
    why: str
    todo: str
    since: Moment | None
    last_event: Moment | None
    last_poll: Moment | None


def channel_card(one: Watched, speech: Speech) -> ChannelCard:
    """What the page of the channels says of one. Its session is never shown."""
    channel, code = one.channel, one.why or one.standing
    names = {"platform": speech.look_up("platform", channel.platform), "account": channel.account}
    return ChannelCard(
        heading=speech.text["channels"]["heading"].format(**names),
        standing=one.standing,
        is_troubled=one.standing in WORST,
        why=speech.text["trouble"][code],
        todo=speech.text["remedy"][code],
        since=speech.moment(one.since) if one.since else None,
        last_event=speech.moment(channel.last_event) if channel.last_event else None,
        last_poll=speech.moment(channel.last_poll) if channel.last_poll else None,
    )
