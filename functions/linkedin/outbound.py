"""What we do and ask on LinkedIn (`contract.toml` lists every call)."""

import re
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from urllib.parse import quote, unquote

from functions.linkedin.inbound import TYPE, named, read_message, read_notification
from shared.calling.http import Answer, Api, bearer
from shared.calling.memory import ms
from shared.calling.reasons import Reasons
from shared.domain.action import Action
from shared.domain.case import Case
from shared.domain.channel import Channel, Trouble
from shared.domain.message import Event, EventKind, Part, Parts, Platform
from shared.ports import ChannelTrouble, Page, Receipt, Refused
from shared.wire.parts import late, looked_up, parts

VERSION = "202607"  # LinkedIn takes each for about a year
LIMIT = 1250  # characters of a comment
ACTIONS = "COMMENT,COMMENT_EDIT,COMMENT_DELETE,ADMIN_COMMENT,SHARE,SHARE_MENTION"
COUNT, PAGES = 50, 100  # notifications a call, calls a run
FIRST = timedelta(days=7)  # how far a first poll looks back; LinkedIn remembers 60 days
GRACE = timedelta(minutes=10)  # what is newer is still being delivered: told by us first, it would go unacknowledged
OVERLAP = 60 * 60 * 1000  # milliseconds asked for again: LinkedIn may be late to note it
REASONS = Reasons(spent=frozenset())
_escaped = partial(quote, safe="")


class LinkedIn:
    """One organization's access to LinkedIn's API."""

    def __init__(self, base_url: str, token: str) -> None:
        headers = {**bearer(token), "LinkedIn-Version": VERSION, "X-Restli-Protocol-Version": "2.0.0"}
        self._api = Api(f"{base_url.rstrip('/')}/rest", headers)

    def perform(self, action: Action) -> Receipt:
        """Answer a comment once, in public: pages have no other way. Raises `NotPosted`, `Refused` or
        `OutcomeUnknown`, naming status and code only.
        """
        comment = named(action.target)
        if not action.public or comment is None:
            raise Refused("only comments can be answered")
        if len(action.text) > LIMIT:
            raise Refused("too long")
        top = (named(action.parent, (comment.thread,)) or comment).urn  # nothing stands under a reply
        words = {"actor": action.account, "object": comment.thread, "message": {"text": action.text}}
        answer = self._api.act("POST", f"/socialActions/{_escaped(top)}/comments", {**words, "parentComment": top})
        return REASONS.receipt(answer, unquote(answer.headers.get("x-restli-id", "")), _reason(answer))

    def read(self, case: Case) -> Parts:
        """The message as it stands now; a removal where it is gone. Raises `ChannelTrouble`."""
        comment = named(case.message)
        path = f"/socialActions/{_escaped(comment.thread)}/comments/{comment.number}" if comment else None
        answer = self._api.ask(path or f"/posts/{_escaped(case.message)}")
        if answer.status == 404:
            yield Part(Event(EventKind.REMOVED, Platform.LINKEDIN, case.account, id=case.message), answer.body)
        else:
            yield from looked_up(case, partial(read_message, case.account, case.message), _good(answer))

    def pages(self, channel: Channel, now: datetime) -> Iterator[Page]:
        """What was not delivered, all of it before the place is kept; then whether LinkedIn still delivers. Raises
        `ChannelTrouble`.
        """
        account, end, at = channel.account, ms(now - GRACE), 0
        since = int(channel.cursor) if re.fullmatch("[0-9]{1,15}", channel.cursor) else ms(now - FIRST)
        whose = f"organizationalEntity={_escaped(account)}&actions=List({ACTIONS})"
        when = f"timeRange=(start:{min(since, end) - OVERLAP},end:{end})"  # brackets, commas, colons: not to be escaped
        reader = partial(_missed, account)
        for _ in range(PAGES):
            query = f"q=criteria&{whose}&{when}&start={at}&count={COUNT}"
            elements = _elements(self._api.ask(f"/organizationalEntityNotifications?{query}"))
            at += len(elements)
            found = late(parts(Platform.LINKEDIN, "elements", reader, elements, account))
            yield Page(list(found), channel.cursor if elements else str(end))
            if not elements:
                return self._require_subscription(account, ms(now))
        raise ChannelTrouble(Trouble.UNREACHABLE, "no end")

    def _require_subscription(self, account: str, now: int) -> None:
        answer = self._api.ask(f"/eventSubscriptions?q=subscriberAndEventType&eventType={TYPE}")
        ours = [one for one in _elements(answer) if isinstance(one, dict) and one.get("entity") == account]
        if not any(isinstance(one.get("expiresAt"), int) and one["expiresAt"] > now for one in ours):
            raise ChannelTrouble(Trouble.SUBSCRIPTION, "expired" if ours else "there is none")


def _missed(account: str, element: Mapping[str, Any]) -> Event:
    """A notification nobody delivered; one that is pulled need not say whose it is."""
    return read_notification({"organizationalEntity": account, **element})


def _elements(answer: Answer) -> list[Any]:
    elements = _good(answer).get("elements")
    if not isinstance(elements, list):
        raise ChannelTrouble(Trouble.UNREACHABLE, "no list")
    return elements


def _good(answer: Answer) -> Mapping[str, Any]:
    if not answer.good:
        raise REASONS.trouble(answer.status, _reason(answer))
    return answer.body


def _reason(answer: Answer) -> str | None:
    """LinkedIn's word or number for an error; none where it may mean that the words are there already."""
    code, number = answer.body.get("code"), answer.body.get("serviceErrorCode")
    word = code if isinstance(code, str) and re.fullmatch(r"[A-Z_]{1,64}", code) else None
    if answer.status == 409 or (word and "DUPLICATE" in word):
        return None
    return word or (f"code {number}" if isinstance(number, int) and abs(number) < 10**9 else None)
