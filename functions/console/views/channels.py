"""Our accounts: whether they still reach us, and what of each platform never does."""

from flask import Response

from functions.console.channels import channel_card
from functions.console.desk import Desk
from shared.service.desk.model import Person


def channels(desk: Desk, person: Person) -> Response:  # noqa: ARG001 - a view like the others
    """Every configured account, broken ones first (principles 2.1)."""
    now = desk.clock()
    seen, speech = desk.look(now), desk.speech(now)
    cards = sorted((channel_card(one, speech) for one in seen), key=lambda card: not card.is_troubled)
    return desk.page("channels.html", now, seen=seen, cards=cards)


def coverage(desk: Desk, person: Person) -> Response:  # noqa: ARG001 - a view like the others
    """What cannot be seen, platform by platform, those we have accounts on."""
    now = desk.clock()
    have = {platform for platform, _ in desk.reach.accounts}
    platforms = [
        (desk.words.text["platform"][platform], seen)
        for platform, seen in desk.reach.coverage.platforms.items()
        if platform in have
    ]
    return desk.page("coverage.html", now, everywhere=desk.reach.coverage.everywhere, platforms=platforms)
