"""What we do and ask on YouTube (`contract.toml` lists every call)."""

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Any

from functions.youtube.crawl import CALLS_A_RUN, READS, UNITS_A_DAY, Crawl, Step
from shared.calling.http import Answer, Api, bearer
from shared.calling.reasons import Reasons, word
from shared.domain.action import Action
from shared.domain.channel import Channel, Trouble
from shared.ports import ChannelTrouble, Page, Receipt, Refused

if TYPE_CHECKING:
    import httpx

VERSION = "youtube/v3"
SPENT = frozenset({"quotaExceeded", "dailyLimitExceeded"})  # until midnight in California
REASONS = Reasons(SPENT | {"rateLimitExceeded", "userRateLimitExceeded"}, vague=frozenset({"processingFailure"}))


class YouTube:
    """One channel's access to the Data API."""

    def __init__(self, base_url: str, token: str, http: "httpx.Client | None" = None) -> None:
        self._api = Api(f"{base_url.rstrip('/')}/{VERSION}", bearer(token), http)

    def perform(self, action: Action) -> Receipt:
        """Answer once, under a thread's first comment. Raises `NotPosted`, `Refused` or `OutcomeUnknown`."""
        if not action.public:
            raise Refused("no direct messages here")
        said = {"parentId": action.target.partition(".")[0], "textOriginal": action.text}
        answer = self._api.act("POST", "/comments", {"snippet": said}, {"part": "snippet"})
        return REASONS.receipt(answer, answer.body.get("id"), _reason(answer))

    def pages(self, channel: Channel, now: datetime) -> Iterator[Page]:
        """What is new on the channel, one answer a page. Raises `ChannelTrouble`."""
        crawl = Crawl.resume(channel.cursor, now)
        crawl.plan(now)
        for _ in range(CALLS_A_RUN):
            if not crawl.todo:
                return
            if crawl.used >= READS:
                raise ChannelTrouble(Trouble.QUOTA, "no units before midnight in California")
            yield from self._step(crawl, crawl.todo[0], channel.account, now)

    def _step(self, crawl: Crawl, step: Step, account: str, now: datetime) -> Iterator[Page]:
        answer = self._api.ask(*step.call(account))
        reason, parts = _reason(answer), []
        crawl.used = UNITS_A_DAY if reason in SPENT else crawl.used + 1
        if answer.good and isinstance(answer.body.get("items"), list):
            parts = crawl.take(step, answer.body, account, now)
        elif answer.status in {400, 404} and (step.page or step.what != "threads"):
            crawl.done(step)  # a thread that is gone, or a place in a list that YouTube has forgotten
        else:
            yield Page((), crawl.model_dump_json())  # what was spent counts also when it was in vain
            raise REASONS.trouble(answer.status, reason)
        yield Page(parts, crawl.model_dump_json())


def _reason(answer: Answer) -> str | None:
    """The word of the first error, where it is one."""
    error: Any = answer.body.get("error")
    errors = error.get("errors") if isinstance(error, dict) else None
    first = errors[0] if isinstance(errors, list) and errors else None
    return word(first.get("reason")) if isinstance(first, dict) else None
